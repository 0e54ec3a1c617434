//! Who is measured.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use tokio::process::Child;

use super::dialect::Dialect;
use super::{Started, ours, socket_io, web_stomp};
use crate::machine;

/// All of them. Those whose programs are not there are left out.
pub(super) const NAMES: [&str; 5] = [
    "chat-service × 2",
    "chat-service × 4",
    "chat-service × 1",
    "socket.io × 2, Redis adapter, JWT, INSERT",
    "RabbitMQ web-STOMP",
];

/// A system that clients can connect to. It ends with this value.
pub(super) struct Contestant {
    pub(super) name: &'static str,
    pub(super) dialect: Dialect,
    /// Where its instances listen; clients are shared out among them.
    pub(super) addresses: Vec<SocketAddr>,
    /// What each person shows.
    pub(super) tokens: Vec<String>,
    /// The names of the rooms: small ones, and the large one last.
    pub(super) rooms: Vec<String>,
    /// Its own processes.
    pub(super) processes: Vec<Child>,
    /// The processes of Redis and of the database.
    pub(super) stores: Vec<u32>,
    /// What has to outlive the processes.
    pub(super) _keep: Option<Box<dyn std::any::Any>>,
}

/// Starts one.
pub(super) async fn start(name: &'static str, core: usize) -> Started {
    match name {
        "chat-service × 2" => ours::start(name, 2, core).await,
        "chat-service × 4" => ours::start(name, 4, core).await,
        "chat-service × 1" => ours::start(name, 1, core).await,
        "RabbitMQ web-STOMP" => web_stomp::start(name, core).await,
        _ => socket_io::start(name, core).await,
    }
}

impl Contestant {
    /// The processor time of its own processes.
    pub(super) fn cpu_time(&self) -> Result<Duration> {
        self.processes.iter().filter_map(Child::id).map(machine::cpu_time).sum()
    }

    /// The processor time of what it keeps things in.
    pub(super) fn stores_cpu_time(&self) -> Result<Duration> {
        self.stores.iter().map(|pid| machine::cpu_time(*pid)).sum()
    }

    /// The memory of its own processes, in bytes.
    pub(super) fn memory(&self) -> Result<f64> {
        let bytes = self.processes.iter().filter_map(Child::id).map(machine::resident);
        let bytes: u64 = bytes.sum::<Result<u64>>()?;
        Ok(f64::from(u32::try_from(bytes / 1024)?) * 1024.0)
    }

    /// Where the client of this number connects to.
    pub(super) fn address(&self, client: usize) -> Option<SocketAddr> {
        self.addresses.get(client % self.addresses.len()).copied()
    }
}
