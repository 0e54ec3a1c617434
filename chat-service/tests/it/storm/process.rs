//! An instance as a process of its own, behind connections that can be cut.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Stdio;

use secrecy::ExposeSecret as _;
use testkit::{Client, FaultProxy, until};
use tokio::process::{Child, Command};
use tokio::sync::Mutex;

use crate::helpers::Stage;

/// A program that can be killed, and its ways to the servers.
pub(super) struct Process {
    pub(super) address: SocketAddr,
    pub(super) database: FaultProxy,
    pub(super) redis: FaultProxy,
    variables: Vec<(String, String)>,
    child: Mutex<Child>,
}

impl Process {
    pub(super) async fn start(stage: &Stage) -> Self {
        let config = stage.config();
        let (database, database_url) =
            FaultProxy::before_url(config.database.url.expose_secret()).await;
        let (redis, redis_url) = FaultProxy::before_url(config.redis.url.expose_secret()).await;
        let address = free_address();
        let variables = [
            ("HTTP__BIND", address.to_string()),
            ("HTTP__WORKERS", "1".to_owned()),
            ("DATABASE__URL", database_url),
            ("REDIS__URL", redis_url),
            ("REDIS__KEY_PREFIX", config.redis.key_prefix.clone()),
            ("BROKER__URL", "amqp://127.0.0.1:1/%2f".to_owned()),
            ("IDENTITY__JWKS_URL", config.identity.jwks_url.clone()),
            ("SENDING__BURST", "100000".to_owned()),
            ("LOG__FILTER", "off".to_owned()),
        ];
        let variables: Vec<_> =
            variables.map(|(name, value)| (format!("CHAT__{name}"), value)).into();
        let child = Mutex::new(run(&variables));
        let process = Self { address, database, redis, variables, child };
        process.recover().await;
        process
    }

    /// Waits until it is ready, and runs it again whenever it has ended.
    pub(super) async fn recover(&self) {
        let client = Client::new(format!("http://{}", self.address));
        until("the instance is ready", async || {
            self.run().await;
            let ready = client.request(reqwest::Method::GET, "/ready");
            Client::try_send(ready).await.ok().filter(|answer| answer.status.is_success())
        })
        .await;
    }

    /// Ends it as a power cut would.
    pub(super) async fn kill(&self) {
        self.child.lock().await.kill().await.unwrap();
    }

    /// Runs it again. It may fail to start while its database is away; then it is run once more.
    pub(super) async fn run(&self) {
        let mut child = self.child.lock().await;
        if child.try_wait().unwrap().is_some() {
            *child = run(&self.variables);
        }
    }
}

fn run(variables: &[(String, String)]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_chat-service"))
        .arg("serve")
        .envs(variables.iter().cloned())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// A free port below those that the kernel gives to outgoing connections, so that none of them
/// takes it while its instance is down.
fn free_address() -> SocketAddr {
    loop {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, rand::random_range(20_000..32_000)));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}
