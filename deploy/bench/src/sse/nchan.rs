//! nginx with nchan: publish and subscribe, in memory or through Redis.

use std::fs;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::sync::mpsc;

use super::PAYLOAD_BYTES;
use crate::machine::{command_on, cpu_time, free_address, installed, resident};

const MODULE: &str = "/usr/lib/nginx/modules/ngx_nchan_module.so";
/// Connections that publish.
const PUBLISHERS: usize = 4;

/// Running instances.
pub(super) struct Nchan {
    instances: Vec<Instance>,
    publishers: Vec<mpsc::Sender<String>>,
}

struct Instance {
    address: SocketAddr,
    process: Child,
    _folder: TempDir,
}

/// Whether it is installed; says so if it is not.
pub(super) fn is_installed() -> bool {
    let is_there = installed("nginx").is_some() && fs::exists(MODULE).unwrap_or_default();
    if !is_there {
        eprintln!(
            "nginx with nchan is not there and left out; it comes with apt-get install \
             libnginx-mod-nchan"
        );
    }
    is_there
}

impl Nchan {
    /// Starts so many instances on a core; they meet in `redis`, if there is one.
    pub(super) async fn start(count: usize, redis: Option<&str>, core: usize) -> Result<Self> {
        let mut instances = Vec::new();
        for _ in 0..count {
            instances.push(Instance::start(redis, core).await?);
        }
        let first = instances.first().context("no instance")?.address;
        let mut publishers = Vec::new();
        for _ in 0..PUBLISHERS {
            publishers.push(publisher(first).await?);
        }
        Ok(Self { instances, publishers })
    }

    /// How a stream is asked for: its own channel, or that of all.
    pub(super) fn request(&self, stream: usize, channel: &str) -> Result<(SocketAddr, Vec<u8>)> {
        let instance = self.instances.get(stream % self.instances.len()).context("no instance")?;
        let request = format!(
            "GET /sub/{channel} HTTP/1.1\r\nhost: bench\r\naccept: text/event-stream\r\n\r\n"
        );
        Ok((instance.address, request.into_bytes()))
    }

    /// Sends an event to a channel.
    pub(super) async fn publish(&self, number: usize, channel: &str) -> Result<()> {
        let publisher = self.publishers.get(number % PUBLISHERS).context("no publisher")?;
        Ok(publisher.send(channel.to_owned()).await?)
    }

    pub(super) fn cpu(&self) -> Result<Duration> {
        self.instances.iter().map(|instance| cpu_time(instance.pid()?)).sum()
    }

    pub(super) fn resident(&self) -> Result<u64> {
        self.instances.iter().map(|instance| resident(instance.pid()?)).sum()
    }
}

impl Instance {
    async fn start(redis: Option<&str>, core: usize) -> Result<Self> {
        let (address, folder) = (free_address()?, tempfile::tempdir()?);
        let redis = redis.map_or_else(String::new, |url| {
            format!("upstream meeting {{ nchan_redis_server {url}; }}")
        });
        let through = if redis.is_empty() { "" } else { "nchan_redis_pass meeting;" };
        let config = include_str!("nchan.conf")
            .replace("MODULE", MODULE)
            .replace("ADDRESS", &address.to_string())
            .replace("FOLDER", &folder.path().to_string_lossy())
            .replace("REDIS", &redis)
            .replace("THROUGH", through);
        let file = folder.path().join("nginx.conf");
        fs::write(&file, config)?;
        let nginx = installed("nginx").context("nginx is not there")?;
        let mut command: Command = command_on(core, &nginx);
        command.arg("-c").arg(&file).args(["-g", "daemon off;"]).process_group(0);
        let process = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let deadline = Instant::now() + Duration::from_secs(10);
        // It listens before it has found its Redis, and refuses until then.
        while !takes_events(address).await.unwrap_or_default() {
            ensure!(Instant::now() < deadline, "nginx takes no events");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(Self { address, process, _folder: folder })
    }

    fn pid(&self) -> Result<u32> {
        self.process.id().context("nginx has ended")
    }
}

impl Drop for Instance {
    /// A worker that loses its master goes on; so both go.
    fn drop(&mut self) {
        if let Some(pid) = self.process.id().and_then(|pid| i32::try_from(pid).ok()) {
            let _ = killpg(Pid::from_raw(pid), Signal::SIGKILL);
        }
    }
}

/// Whether an event can be published.
async fn takes_events(address: SocketAddr) -> Result<bool> {
    let mut socket = TcpStream::connect(address).await?;
    let request = "POST /pub/nobody HTTP/1.1\r\nhost: bench\r\ncontent-length: 1\r\n\r\nx";
    socket.write_all(request.as_bytes()).await?;
    let mut answer = [0; 12];
    socket.read_exact(&mut answer).await?;
    Ok(answer.starts_with(b"HTTP/1.1 20"))
}

/// A connection that publishes one event after the other.
async fn publisher(address: SocketAddr) -> Result<mpsc::Sender<String>> {
    let mut socket = TcpStream::connect(address).await?;
    socket.set_nodelay(true)?;
    let (sender, mut channels) = mpsc::channel::<String>(10_000);
    tokio::spawn(async move {
        let body = "x".repeat(PAYLOAD_BYTES);
        let mut answer = vec![0; 4096];
        while let Some(channel) = channels.recv().await {
            let request = format!(
                "POST /pub/{channel} HTTP/1.1\r\nhost: bench\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            if socket.write_all(request.as_bytes()).await.is_err() {
                return;
            }
            // The answer is short and comes in one piece.
            if !matches!(socket.read(&mut answer).await, Ok(1..)) {
                return;
            }
        }
    });
    Ok(sender)
}
