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

use super::case::Case;
use super::load::{Used, read_answer};
use super::tokens::Tokens;
use crate::machine::{command_on, cpu_time, free_address, installed, resident};

/// How long a proxy may take to listen.
const PATIENCE: Duration = Duration::from_secs(10);

/// The names of ours begin so.
const GATEWAY: &str = "gateway";
/// More tokens than it can check in one measurement.
const FRESH_TOKENS: usize = 40_000;

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
    token: String,
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

    /// What it has used until now; nothing if there is no proxy.
    pub(super) fn used(&self) -> Result<Used> {
        let pid = self.process.as_ref().and_then(Child::id);
        let used =
            pid.map(|pid| anyhow::Ok(Used { cpu_time: cpu_time(pid)?, bytes: resident(pid)? }));
        Ok(used.transpose()?.unwrap_or_default())
    }

    /// What it is asked. New tokens are for the one who remembers them; the others check each anyway.
    pub(super) fn requests(&self, case: Case, surroundings: &Surroundings) -> Result<Vec<Vec<u8>>> {
        if case == Case::Cold && self.name.starts_with(GATEWAY) {
            let tokens = surroundings.tokens.fresh(FRESH_TOKENS)?;
            return Ok(tokens.iter().map(|token| case.request(token)).collect());
        }
        Ok(vec![case.request(&self.token)])
    }
}

/// A proxy out of the system's packages.
struct Packaged<'a> {
    name: &'static str,
    program: &'static str,
    /// The option before the file of its configuration.
    option: &'static str,
    config: &'static str,
    token: String,
    /// What it checks tokens with, if it does.
    check: Option<(&'static str, &'a str)>,
}

/// Starts those that are installed and wanted, each on `core`.
pub(super) async fn start(
    surroundings: &Surroundings,
    core: usize,
    only: &[String],
) -> Result<Vec<Peer>> {
    let tokens = &surroundings.tokens;
    let is_wanted = |name: &str| only.is_empty() || only.iter().any(|part| name.contains(part));
    let (ed25519, hs256) = (tokens.ed25519()?, tokens.hs256()?);
    let mut peers = Vec::new();
    let direct = "none (direct)";
    if is_wanted(direct) {
        let (address, token) = (surroundings.service, hs256.clone());
        peers.push(Peer { name: direct, address, token, process: None });
    }
    for (name, log) in [("gateway, Ed25519", "warn"), ("gateway, Ed25519, access log", "info")] {
        if is_wanted(name) {
            let address = free_address()?;
            let command = gateway(core, address, surroundings, log)?;
            let peer = Starting { name, address, token: &ed25519, checks_tokens: true };
            peers.push(peer.start(command).await?);
        }
    }
    for packaged in packaged(tokens)? {
        let Packaged { name, program, ref token, check, .. } = packaged;
        let Some(path) = installed(program).filter(|_| is_wanted(name)) else {
            if is_wanted(name) {
                eprintln!("{name} is left out; it comes with apt-get install {program}");
            }
            continue;
        };
        let address = free_address()?;
        let command = packaged.command(core, &path, address, surroundings)?;
        let peer = Starting { name, address, token, checks_tokens: check.is_some() };
        peers.push(peer.start(command).await?);
    }
    Ok(peers)
}

fn packaged(tokens: &Tokens) -> Result<[Packaged<'_>; 4]> {
    let haproxy = |name, (token, key), algorithm| Packaged {
        name,
        program: "haproxy",
        option: "-f",
        config: include_str!("haproxy.cfg"),
        token,
        check: Some((algorithm, key)),
    };
    Ok([
        haproxy("HAProxy, jwt_verify HS256", (tokens.hs256()?, &*tokens.secret), "HS256"),
        haproxy("HAProxy, jwt_verify RS256", tokens.rs256()?, "RS256"),
        haproxy("HAProxy, jwt_verify ES256", tokens.es256()?, "ES256"),
        Packaged {
            name: "nginx, no token check",
            program: "nginx",
            option: "-c",
            config: include_str!("nginx.conf"),
            token: tokens.hs256()?,
            check: None,
        },
    ])
}

impl Packaged<'_> {
    fn command(
        &self,
        core: usize,
        path: &Path,
        address: SocketAddr,
        surroundings: &Surroundings,
    ) -> Result<Command> {
        let folder = surroundings.folder.path();
        let (algorithm, key) = self.check.unwrap_or_default();
        let file = folder.join(format!("{}-{algorithm}.conf", self.program));
        let key = if algorithm.starts_with("HS") {
            key.to_owned()
        } else {
            let public = file.with_extension("pem");
            fs::write(&public, key)?;
            public.display().to_string()
        };
        let config = self
            .config
            .replace("{address}", &address.to_string())
            .replace("{service}", &surroundings.service.to_string())
            .replace("{algorithm}", algorithm)
            .replace("{key}", &key)
            .replace("{folder}", &folder.display().to_string());
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
        let (name, address, token) = (self.name, self.address, self.token.to_owned());
        let mut peer = Peer { name, address, token, process: Some(process) };
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
        stream.write_all(&Case::Small.request(token)).await?;
        read_answer(&mut stream, &mut Vec::new()).await
    }
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
