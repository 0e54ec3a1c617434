//! The program as it is started by others: by its variables, signals and output.

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use testkit::{Client, until};

use crate::service;

fn gateway() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gateway"));
    command.env("GATEWAY__REDIS__URL", testkit::server_url("TEST_REDIS_URL"));
    command
}

/// A program that does not outlive its test.
struct Running(Child);

impl Running {
    /// Asks it to end, and waits.
    fn end(mut self) -> std::process::ExitStatus {
        Command::new("kill").arg(self.0.id().to_string()).status().unwrap();
        self.0.wait().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_serves_as_its_variables_say_until_it_is_asked_to_end() {
    let address = free_address();
    let service = format!("http://{}", service::echo().0);
    let child = gateway()
        .arg("serve")
        .env("GATEWAY__HTTP__BIND", address.to_string())
        .env("GATEWAY__UPSTREAMS__PARTY", &service)
        .env("GATEWAY__UPSTREAMS__CATALOG", &service)
        .env("GATEWAY__IDENTITY__JWKS_URL", format!("{service}/.well-known/jwks.json"))
        .env("GATEWAY__CORS__ORIGINS", "https://a.example,https://b.example")
        .stdout(Stdio::null())
        .spawn();
    let running = Running(child.unwrap());
    let client = Client::new(format!("http://{address}"));
    let seen = until("the gateway to serve", async || {
        let request = client.request(reqwest::Method::GET, "/v1/items");
        Client::try_send(request.header("origin", "https://b.example")).await.ok()
    })
    .await;
    assert_eq!(seen.headers["access-control-allow-origin"], "https://b.example");
    assert_eq!(seen.expect(200)["target"], "/v1/items");
    assert!(running.end().success());
}

fn output(command: &mut Command) -> (Output, String) {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    (output, said)
}

#[test]
fn what_it_cannot_use_stops_the_start_with_a_sentence() {
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = held.local_addr().unwrap().to_string();
    for (variable, value, named) in [
        ("GATEWAY__UPSTREAMS__PARTY", "party:7001", "party:7001"),
        ("GATEWAY__FORWARD__MAX_BODY_BYTES", "lots", "max_body_bytes"),
        ("GATEWAY__CORS__ORIGIN", "x", "origin"),
        ("GATEWAY__REDIS__URL", "", "redis.url"),
        ("GATEWAY__HTTP__BIND", taken.as_str(), taken.as_str()),
    ] {
        let (output, said) = output(gateway().arg("serve").env(variable, value));
        assert!(!output.status.success(), "{variable}");
        assert!(said.contains(named), "{variable}: {said}");
    }
}

#[test]
fn it_prints_the_document_of_the_whole_platform() {
    let folder = std::env::temp_dir();
    let file = folder.join(format!("gateway-{}.json", std::process::id()));
    let party = json!({ "paths": { "/v1/parties": { "get": { "responses": {} } } } });
    std::fs::write(&file, party.to_string()).unwrap();
    let document = format!("party={}", file.display());
    let (output, said) = output(gateway().args(["openapi", &document]));
    std::fs::remove_file(file).unwrap();
    assert!(output.status.success(), "{said}");
    let whole: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(whole["paths"]["/v1/parties"]["get"]["security"][0]["bearer"].is_array());
}
