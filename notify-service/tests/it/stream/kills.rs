//! Instances and the cache die without a word and come back, over and over; whoever listens has seen
//! each notification exactly once.

use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chassis::clock::Clock;
use chassis::identity::Role;
use chassis::redis::{Cache, redis};
use contracts::UserId;
use secrecy::{ExposeSecret as _, SecretString};
use testkit::{Client, EventStream, until};

use super::writer::Writer;
use crate::helpers::Platform;

/// How many notifications each person gets.
const EACH: u64 = 300;
const PEOPLE: usize = 6;

/// A process that dies with the test.
struct Process {
    command: Command,
    child: Child,
}

impl Process {
    fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().unwrap();
        Self { command, child }
    }

    /// As a power cut would, and then the power is back.
    fn die_and_come_back(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.child = self.command.spawn().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// An address below those that the kernel gives to connections, so that it is free after a death.
fn address() -> SocketAddr {
    (20_000..32_000)
        .map(|port| SocketAddr::from(([127, 0, 0, 1], port)))
        .skip(usize::from(UserId::new().as_uuid().as_bytes()[15]) * 40)
        .find(|address| TcpListener::bind(address).is_ok())
        .unwrap()
}

/// A cache that keeps nothing, at this address.
async fn cache_at(address: SocketAddr) -> Process {
    let cache = Cache::new(&testkit::redis_config()).unwrap();
    let info: String = cache
        .run(async |conn| redis::cmd("INFO").arg("server").query_async(conn).await)
        .await
        .unwrap();
    let process = info.lines().find_map(|line| line.strip_prefix("process_id:")).unwrap();
    // The program is a server if it is called so.
    let mut command = Command::new(format!("/proc/{}/exe", process.trim()));
    command.arg0("redis-server").args(["--port", &address.port().to_string()]);
    command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
    Process::start(command)
}

/// An instance at this address, as it is run.
fn instance_at(address: SocketAddr, platform: &Platform) -> Process {
    let config = &platform.config;
    let mut command = Command::new(env!("CARGO_BIN_EXE_notify-service"));
    command
        .arg("serve")
        .env("NOTIFY__HTTP__BIND", address.to_string())
        .env("NOTIFY__HTTP__WORKERS", "1")
        .env("NOTIFY__DATABASE__URL", platform.database.url())
        .env("NOTIFY__REDIS__URL", config.redis.url.expose_secret())
        .env("NOTIFY__REDIS__KEY_PREFIX", &config.redis.key_prefix)
        .env("NOTIFY__BROKER__URL", config.broker.url.expose_secret())
        .env("NOTIFY__BROKER__NAME_PREFIX", &config.broker.name_prefix)
        .env("NOTIFY__IDENTITY__JWKS_URL", &config.identity.jwks_url)
        .env("NOTIFY__STREAM__SWEEP_EVERY_MS", "500");
    Process::start(command)
}

/// Listens at one instance after the other, wherever there is one, until the last notification.
async fn listen(clients: [Client; 2], first: usize) -> Vec<u64> {
    let mut seen = Vec::<u64>::new();
    for turn in first.. {
        let last_id = seen.last().map_or_else(|| "0".to_owned(), u64::to_string);
        let Some(mut stream) = EventStream::try_open(&clients[turn % 2], &last_id).await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        while let Some(event) = stream.next().await {
            seen.push(event.seq());
            if event.seq() == EACH {
                return seen;
            }
        }
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d40_over_kills_of_everything_each_is_seen_exactly_once() {
    let mut platform = Platform::new().await;
    let redis_at = address();
    platform.config.redis.url = SecretString::from(format!("redis://{redis_at}"));
    let mut cache = cache_at(redis_at).await;
    let addresses = [address(), address()];
    let mut instances = addresses.map(|address| instance_at(address, &platform));
    let people: Vec<UserId> = std::iter::repeat_with(UserId::new).take(PEOPLE).collect();
    let now = Clock::System.now();
    let listening: Vec<_> = people
        .iter()
        .flat_map(|person| [(person, 0), (person, 1)])
        .map(|(person, first)| {
            let token = platform.issuer.token(*person, Role::User, now);
            let clients = addresses
                .map(|address| Client::new(format!("http://{address}")).with_token(&token));
            tokio::spawn(listen(clients, first))
        })
        .collect();

    // Everything dies in turn, for as long as there is something to tell.
    let is_over = AtomicBool::new(false);
    let telling = async {
        let writer = Writer::new(&platform);
        for _ in 0..EACH {
            writer.tell(&people).await;
        }
        is_over.store(true, Ordering::Relaxed);
        writer
    };
    let killing = async {
        for turn in 0.. {
            if is_over.load(Ordering::Relaxed) && turn >= 6 {
                return;
            }
            let Some(instance) = instances.get_mut(turn % 3) else {
                cache.die_and_come_back();
                continue;
            };
            instance.die_and_come_back();
            let probe = Client::new(format!("http://{}", addresses[turn % 3]));
            until("it is back", async || {
                let alive = Client::try_send(probe.request(reqwest::Method::GET, "/health"));
                alive.await.is_ok_and(|answer| answer.status.is_success()).then_some(())
            })
            .await;
        }
    };
    let (_writer, ()) = tokio::join!(telling, killing);
    for seen in listening {
        assert_eq!(seen.await.unwrap(), (1..=EACH).collect::<Vec<_>>());
    }
}
