//! One service as a process: started, killed, started again.

use std::ffi::OsStr;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use testkit::{Client, until};
use tokio::process::{Child, Command};

use crate::ports;

/// A service of the platform.
pub struct Service {
    program: PathBuf,
    variables: Vec<(String, String)>,
    address: SocketAddr,
    log: PathBuf,
    child: Option<Child>,
}

impl Service {
    /// A service that is not running yet. `prefix` begins the names of its variables.
    pub(crate) fn new(package: &str, prefix: &str, folder: &Path) -> Self {
        let address = ports::free_address();
        let mut service = Self {
            program: program(package),
            variables: Vec::new(),
            address,
            log: folder.join(format!("{package}.log")),
            child: None,
        };
        service.set(&format!("{prefix}__HTTP__BIND"), address.to_string());
        service.set(&format!("{prefix}__HTTP__WORKERS"), "2");
        service
    }

    /// Another instance of it, on a port of its own, that is not running yet.
    #[must_use]
    pub fn twin(&self) -> Self {
        let address = ports::free_address();
        let mut variables = self.variables.clone();
        for (name, value) in &mut variables {
            if name.ends_with("__HTTP__BIND") {
                *value = address.to_string();
            }
        }
        let log = self.log.with_extension(format!("{}.log", address.port()));
        Self { program: self.program.clone(), variables, address, log, child: None }
    }

    /// Sets a variable for its next start.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.variables.push((name.to_owned(), value.into()));
    }

    /// Its program, for whoever starts it in another way.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Its variables.
    #[must_use]
    pub fn variables(&self) -> &[(String, String)] {
        &self.variables
    }

    /// Its process, while it runs.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.child.as_ref().and_then(Child::id)
    }

    /// Where it listens, for example `http://127.0.0.1:20001`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The same as an address.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Runs one of its subcommands to its end; says what it printed.
    pub async fn command<A: AsRef<OsStr>>(&self, arguments: &[A]) -> String {
        let output = Command::new(&self.program)
            .args(arguments)
            .envs(self.variables.iter().cloned())
            .output()
            .await
            .expect("the program can be run");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{} failed: {text}{}",
            self.program.display(),
            String::from_utf8_lossy(&output.stderr)
        );
        text
    }

    /// Starts it and waits until it is ready.
    pub async fn start(&mut self) {
        let log =
            File::options().create(true).append(true).open(&self.log).expect("a log can be kept");
        let child = Command::new(&self.program)
            .arg("serve")
            .envs(self.variables.iter().cloned())
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log can be kept"))
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("the program can be run");
        self.child = Some(child);
        let client = Client::new(self.url());
        until(&format!("{} is ready", self.program.display()), async || {
            let ready =
                Client::try_send(client.request("GET".parse().expect("a method"), "/ready"));
            if ready.await.is_ok_and(|answer| answer.status.is_success()) {
                return Some(());
            }
            let child = self.child.as_mut().expect("it was started above");
            let ended = child.try_wait().expect("a child can be asked");
            assert!(ended.is_none(), "it ended: {}", self.log_text());
            None
        })
        .await;
    }

    /// Asks it to end, and waits until it has finished what was under way.
    pub async fn stop(&mut self) {
        let mut child = self.child.take().expect("it is running");
        let process = child.id().expect("nobody else has waited for it").to_string();
        let asked = Command::new("kill").arg(process).status().await.expect("kill can be run");
        assert!(asked.success(), "it ended by itself: {}", self.log_text());
        let ended = child.wait().await.expect("a child can be waited for");
        assert!(ended.success(), "{ended}: {}", self.log_text());
    }

    /// Ends it at once, as a power cut would.
    pub async fn kill(&mut self) {
        let mut child = self.child.take().expect("it is running");
        child.kill().await.expect("a child can be killed");
    }

    /// All it has written so far.
    #[must_use]
    pub fn log_text(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// A program of the workspace, built beside this test.
#[must_use]
pub fn program(package: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test has a program");
    let folder = test.ancestors().nth(2).expect("a test is built in target/*/deps");
    let program = folder.join(package);
    assert!(program.exists(), "build it first: cargo build -p {package}");
    program
}
