//! Another version takes over while people use the platform.

use super::desk::{Desk, exports, program};
use crate::people::sign_in;
use e2e::{Platform, free_address};
use reqwest::Method;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use testkit::Client;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_costs_no_request() {
    let mut platform = Platform::start().await;
    let hosts = Hosts::with_two_instances(&mut platform).await;
    let client = sign_in(&platform).await;
    let before = hosts.instances();

    let requests = while_used(&client, async {
        let said = hosts.desk.do_well("roll-out", &["v2", "party"]).await;
        assert!(said.contains("2 instance(s) of v2"), "{said}");
    })
    .await;

    assert!(requests > 10, "only {requests} requests were made meanwhile");
    let after = hosts.instances();
    assert_eq!((before.len(), after.len()), (2, 2));
    assert!(before.iter().all(|port| !after.contains(port)), "{before:?} {after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_version_goes_again_by_itself() {
    let mut platform = Platform::start().await;
    let hosts = Hosts::with_two_instances(&mut platform).await;
    let client = sign_in(&platform).await;
    let before = hosts.instances();

    while_used(&client, async {
        let complaint = hosts.desk.fail("roll-out", &["broken", "party"]).await;
        assert!(complaint.contains("going back"), "{complaint}");
    })
    .await;

    assert_eq!(hosts.instances(), before);
}

/// Reads and writes until `work` is done; every answer must be the one that was wanted. Says how many
/// there were.
async fn while_used(client: &Client, work: impl Future<Output = ()>) -> usize {
    let is_done = AtomicBool::new(false);
    let work = async {
        work.await;
        is_done.store(true, Ordering::SeqCst);
    };
    let use_it = async {
        let mut requests = 0;
        while !is_done.load(Ordering::SeqCst) {
            client.get("/v1/users/me").await.expect(200);
            client.get("/v1/markets?limit=1").await.expect(200);
            let name = format!("n{}", &Uuid::new_v4().simple().to_string()[..12]);
            let change = client
                .request(Method::PATCH, "/v1/users/me")
                .header("idempotency-key", Uuid::new_v4().to_string())
                .json(&serde_json::json!({ "nickname": name }));
            let profile = Client::send(change).await.expect(200);
            assert_eq!(profile["nickname"], name.as_str());
            requests += 3;
        }
        requests
    };
    tokio::join!(work, use_it).1
}

/// Processes behind the gateway, as `roll-out` finds them: a file for each in `instances`, named after
/// its port, with its process in it.
struct Hosts {
    desk: Desk,
    folder: PathBuf,
}

impl Hosts {
    /// The party-service twice, and the gateway in front of both.
    async fn with_two_instances(platform: &mut Platform) -> Self {
        let folder = platform.folder().to_owned();
        fs::create_dir(folder.join("instances")).unwrap();
        // Where the gateway looks for instances, of the old version and of the new one.
        let addresses: Vec<_> = (0..4).map(|_| free_address()).collect();
        let ports: Vec<_> = addresses.iter().map(|address| address.port().to_string()).collect();
        fs::write(folder.join("ports"), ports.join("\n") + "\n").unwrap();
        fs::write(folder.join("party.env"), exports(&platform.party)).unwrap();
        fs::write(folder.join("party.program"), program(&platform.party)).unwrap();
        fs::write(folder.join("probe.program"), e2e::program("probe").to_string_lossy().as_bytes())
            .unwrap();
        let gateway = platform.gateway.url();
        fs::write(folder.join("gateway.port"), gateway.rsplit(':').next().unwrap()).unwrap();

        let mut desk = Desk::of(platform);
        let driver = format!("#!/bin/bash\ncd '{}'\n{DRIVER}", folder.display());
        let driver = desk.tool("driver", &driver);
        desk.set("P509_DRIVER", driver.to_string_lossy());
        desk.set("PATIENCE_S", "30");
        let hosts = Self { desk, folder };

        platform.party.kill().await;
        hosts.start_two().await;
        let upstreams: Vec<_> =
            addresses.iter().map(|address| format!("http://{address}")).collect();
        platform.gateway.set("GATEWAY__UPSTREAMS__PARTY", upstreams.join(","));
        // All instances sign with the same keys; the gateway learns them when it starts.
        let jwks = format!("http://127.0.0.1:{}/.well-known/jwks.json", hosts.instances()[0]);
        platform.gateway.set("GATEWAY__IDENTITY__JWKS_URL", jwks);
        platform.gateway.kill().await;
        platform.gateway.start().await;
        hosts
    }

    async fn start_two(&self) {
        self.drive(&["add", "party", "v1", "2"]).await;
        for instance in self.instances() {
            testkit::until("an instance is healthy", async || {
                let healthy = self.drive(&["healthy", &instance]).await;
                healthy.then_some(())
            })
            .await;
        }
    }

    async fn drive(&self, arguments: &[&str]) -> bool {
        let mut command = tokio::process::Command::new(self.folder.join("driver"));
        command.args(arguments).status().await.unwrap().success()
    }

    fn instances(&self) -> Vec<String> {
        instances(&self.folder)
    }
}

impl Drop for Hosts {
    fn drop(&mut self) {
        for instance in instances(&self.folder) {
            let process = fs::read_to_string(self.folder.join("instances").join(instance))
                .unwrap_or_default();
            // It may be gone already.
            let _ = Command::new("kill").args(["-KILL", process.trim()]).status();
        }
    }
}

fn instances(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder.join("instances")).into_iter().flatten().flatten();
    let mut names: Vec<_> =
        names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// How `roll-out` runs processes on this machine.
const DRIVER: &str = r#"
set -euo pipefail
. ./party.env
alive() { [ -d "/proc/$1" ] && ! grep --quiet '^State:.*Z' "/proc/$1/status"; }
case $1 in
  migrate) "$(cat party.program)" migrate > /dev/null ;;
  list)
    for instance in $(ls instances); do
      if alive "$(cat "instances/$instance")"; then echo "$instance"; else rm "instances/$instance"; fi
    done
    ;;
  add)
    program=$(cat party.program)
    [ "$3" != broken ] || program=/bin/false
    for ((count = 0; count < $4; count++)); do
      port=$(ls instances | cat - ports | sort | uniq --unique | head --lines=1)
      PARTY__HTTP__BIND=127.0.0.1:$port nohup "$program" serve < /dev/null >> "party-$port.log" 2>&1 &
      echo $! > "instances/$port"
    done
    ;;
  healthy)
    PORT=$2 "$(cat probe.program)" /ready 2> /dev/null
    ;;
  remove)
    process=$(cat "instances/$2")
    kill -TERM "$process" 2> /dev/null || true
    while alive "$process"; do sleep 0.1; done
    rm "instances/$2"
    ;;
  check) PORT=$(cat gateway.port) "$(cat probe.program)" '/v1/markets?limit=1' ;;
  *) exit 2 ;;
esac
"#;
