//! The proxies, each started with what it needs to do the same job.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use super::load::read_answer;
use super::tokens::Tokens;
use crate::machine::{command_on, cpu_time, free_address, installed};

/// How long a proxy may take to listen.
const PATIENCE: Duration = Duration::from_secs(10);

/// More requests than any benchmark sends.
const MANY: u32 = 1_000_000_000;

/// What the proxies stand in.
pub(super) struct Surroundings {
    /// The service behind them.
    pub(super) service: SocketAddr,
    /// What they let in.
    pub(super) tokens: Tokens,
    /// Where their configuration lies, and what they write.
    pub(super) folder: TempDir,
}

/// A proxy that listens, or the service itself.
pub(super) struct Peer {
    /// What it is called in the table.
    pub(super) name: &'static str,
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// The request that it passes on.
    pub(super) request: Vec<u8>,
    process: Option<Child>,
}

impl Peer {
    /// Whether nothing stands between the clients and the service.
    #[must_use]
    pub(super) const fn is_direct(&self) -> bool {
        self.process.is_none()
    }

    /// Fails if the proxy has died.
    pub(super) fn require_alive(&mut self) -> Result<()> {
        if let Some(process) = &mut self.process
            && let Some(status) = process.try_wait()?
        {
            bail!("{} has died: {status}", self.name);
        }
        Ok(())
    }

    /// The processor time it has used.
    pub(super) fn cpu_time(&self) -> Result<Option<Duration>> {
        let pid = self.process.as_ref().and_then(Child::id);
        pid.map(cpu_time).transpose()
    }
}

/// A proxy out of the system's packages.
struct Packaged {
    name: &'static str,
    program: &'static str,
    /// The option before the file of its configuration.
    option: &'static str,
    config: &'static str,
    checks_tokens: bool,
}

const PACKAGED: [Packaged; 2] = [
    Packaged {
        name: "HAProxy, jwt_verify HS256",
        program: "haproxy",
        option: "-f",
        config: include_str!("haproxy.cfg"),
        checks_tokens: true,
    },
    Packaged {
        name: "nginx, no token check",
        program: "nginx",
        option: "-c",
        config: include_str!("nginx.conf"),
        checks_tokens: false,
    },
];

/// Starts all that are installed, each on `core`.
pub(super) async fn start(surroundings: &Surroundings, core: usize) -> Result<Vec<Peer>> {
    let (ed25519, hs256) = (surroundings.tokens.ed25519()?, surroundings.tokens.hs256()?);
    let direct = Peer {
        name: "none (direct)",
        address: surroundings.service,
        request: request(&hs256),
        process: None,
    };
    let mut peers = vec![direct];
    for (name, log) in [("gateway, Ed25519", "warn"), ("gateway, Ed25519, access log", "info")] {
        let address = free_address()?;
        let command = gateway(core, address, surroundings, log)?;
        let peer = Starting { name, address, token: &ed25519, checks_tokens: true };
        peers.push(peer.start(command).await?);
    }
    for packaged in PACKAGED {
        let Packaged { name, program, checks_tokens, .. } = packaged;
        let Some(path) = installed(program) else {
            eprintln!(
                "{program} is not there and left out; it comes with apt-get install {program}"
            );
            continue;
        };
        let address = free_address()?;
        let command = packaged.command(core, &path, address, surroundings)?;
        let peer = Starting { name, address, token: &hs256, checks_tokens };
        peers.push(peer.start(command).await?);
    }
    Ok(peers)
}

impl Packaged {
    fn command(
        &self,
        core: usize,
        path: &Path,
        address: SocketAddr,
        surroundings: &Surroundings,
    ) -> Result<Command> {
        let folder = surroundings.folder.path();
        let config = self
            .config
            .replace("{address}", &address.to_string())
            .replace("{service}", &surroundings.service.to_string())
            .replace("{secret}", &surroundings.tokens.secret)
            .replace("{folder}", &folder.display().to_string());
        let file = folder.join(self.program).with_extension("conf");
        fs::write(&file, config)?;
        let mut command = command_on(core, path);
        command.arg(self.option).arg(file).stdout(Stdio::null());
        Ok(command)
    }
}

/// A proxy that is to listen soon.
struct Starting<'a> {
    name: &'static str,
    address: SocketAddr,
    token: &'a str,
    checks_tokens: bool,
}

impl Starting<'_> {
    async fn start(self, mut command: Command) -> Result<Peer> {
        let process = command.stdin(Stdio::null()).spawn().context("setpriv cannot be run")?;
        let request = request(self.token);
        let mut peer =
            Peer { name: self.name, address: self.address, request, process: Some(process) };
        let deadline = Instant::now() + PATIENCE;
        while self.ask(self.token).await.ok() != Some(200) {
            peer.require_alive()?;
            ensure!(Instant::now() < deadline, "{} does not answer", self.name);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // What lets everyone in does not check.
        let forged = self.token.get(..self.token.len() - 8).unwrap_or_default();
        let expected = if self.checks_tokens { 401 } else { 200 };
        let status = self.ask(&format!("{forged}AAAAAAAA")).await?;
        ensure!(status == expected, "{} answers {status} to a forged token", self.name);
        Ok(peer)
    }

    async fn ask(&self, token: &str) -> Result<u16> {
        use tokio::io::AsyncWriteExt as _;

        let mut stream = TcpStream::connect(self.address).await?;
        stream.write_all(&request(token)).await?;
        read_answer(&mut stream, &mut Vec::new()).await
    }
}

/// A request as a browser's page would send it.
fn request(token: &str) -> Vec<u8> {
    format!(
        "GET /v1/parties?lat=37.5665&lon=126.9780 HTTP/1.1\r\nhost: shop.example\r\n\
         user-agent: Mozilla/5.0 (X11; Linux x86_64) bench\r\naccept: application/json\r\n\
         accept-language: ko-KR,ko;q=0.9,en;q=0.8\r\naccept-encoding: gzip, deflate\r\n\
         authorization: Bearer {token}\r\n\r\n"
    )
    .into_bytes()
}

fn gateway(
    core: usize,
    address: SocketAddr,
    surroundings: &Surroundings,
    log: &str,
) -> Result<Command> {
    let programs =
        std::env::var("SERVICES_DIR").context("run it with `cargo xtask bench gateway`")?;
    let redis =
        std::env::var("TEST_REDIS_URL").context("run it with `cargo xtask bench gateway`")?;
    let mut command = command_on(core, &PathBuf::from(programs).join("gateway"));
    let service = format!("http://{}", surroundings.service);
    let output = surroundings.folder.path().join(format!("gateway-{log}.log"));
    command
        .arg("serve")
        .env("GATEWAY__HTTP__BIND", address.to_string())
        .env("GATEWAY__HTTP__WORKERS", "1")
        .env("GATEWAY__UPSTREAMS__PARTY", &service)
        .env("GATEWAY__UPSTREAMS__CATALOG", &service)
        .env("GATEWAY__IDENTITY__JWKS_URL", format!("{service}/jwks.json"))
        .env("GATEWAY__REDIS__URL", redis)
        .env("GATEWAY__REDIS__KEY_PREFIX", "bench:")
        // Requests are counted, though nobody has ever sent too many.
        .envs(
            ["ADDRESS", "USER"]
                .map(|limit| (format!("GATEWAY__LIMITS__{limit}__PER_MINUTE"), MANY.to_string())),
        )
        .envs(
            ["ADDRESS", "USER"]
                .map(|limit| (format!("GATEWAY__LIMITS__{limit}__BURST"), MANY.to_string())),
        )
        .env("GATEWAY__LOG__FILTER", log)
        .stdout(fs::File::create(output)?);
    Ok(command)
}
