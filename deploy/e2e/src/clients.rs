//! Clients of other people: a script in Node or Python, or a page in a browser. Each is told what to
//! do and says what it sees, one JSON value at a time.
//!
//! `cargo xtask test` installs what they need and names it in the variables below. Without it their
//! tests are skipped, loudly; where `CI` is set, they fail.

mod page;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;

use self::page::PageServer;

/// How long a client may be silent when it is to say something.
const PATIENCE: Duration = Duration::from_mins(1);
/// How much a client says before the test listens.
const SAID: usize = 1024;

/// A client of other people. It ends with the test.
pub struct RealClient {
    said: mpsc::Receiver<Value>,
    _child: Child,
    _folder: TempDir,
}

impl RealClient {
    /// A script of `deploy/e2e/clients` in Node; it finds `args` in its variable `ARGS`.
    #[must_use]
    pub fn node(script: &str, args: &Value) -> Option<Self> {
        let (node, modules) = (tool("E2E_NODE")?, tool("E2E_NODE_MODULES")?);
        let folder = TempDir::new().expect("a folder can be made");
        // Modules are looked for beside the script, wherever that is.
        std::os::unix::fs::symlink(modules, folder.path().join("node_modules"))
            .expect("a link can be made");
        let copy = folder.path().join(script);
        std::fs::copy(scripts().join(script), &copy).expect("the script is there");
        let mut command = Command::new(node);
        command.arg(copy);
        Some(Self::script(command, args, folder))
    }

    /// A script of `deploy/e2e/clients` in Python; it finds `args` in its variable `ARGS`.
    #[must_use]
    pub fn python(script: &str, args: &Value) -> Option<Self> {
        let mut command = Command::new(tool("E2E_PYTHON")?);
        command.arg(scripts().join(script));
        Some(Self::script(command, args, TempDir::new().expect("a folder can be made")))
    }

    fn script(mut command: Command, args: &Value, folder: TempDir) -> Self {
        command.env("ARGS", args.to_string()).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.kill_on_drop(true).spawn().expect("the client can be run");
        let stdout = child.stdout.take().expect("it was asked for above");
        let (hearing, said) = mpsc::channel(SAID);
        tokio::spawn(async move {
            let mut lines = BufReader::new(stdout).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                let value = serde_json::from_str(&line).unwrap_or_else(|_| Value::from(line));
                if hearing.send(value).await.is_err() {
                    return;
                }
            }
        });
        Self { said, _child: child, _folder: folder }
    }

    /// A page that a browser is to open; to be [opened](Page::open) when whoever it speaks to knows
    /// where it comes from.
    pub async fn page(file: &'static str) -> Option<Page> {
        Some(Page { browser: tool("E2E_CHROMIUM")?, file, server: PageServer::start().await })
    }

    /// The next that it says.
    pub async fn heard(&mut self) -> Value {
        let said = tokio::time::timeout(PATIENCE, self.said.recv()).await;
        said.expect("the client says something").expect("the client still runs")
    }

    /// The next that it says and that has this member.
    pub async fn heard_of(&mut self, member: &str) -> Value {
        loop {
            let said = self.heard().await;
            if said.get(member).is_some() {
                return said;
            }
        }
    }
}

/// A page of `deploy/e2e/clients` that is ready to be opened.
pub struct Page {
    browser: OsString,
    file: &'static str,
    server: PageServer,
}

impl Page {
    /// Where it comes from, for example `http://127.0.0.1:20001`.
    #[must_use]
    pub fn origin(&self) -> String {
        self.server.origin()
    }

    /// Opens it in a browser without a window; it finds `args` in its fragment.
    #[must_use]
    pub fn open(self, args: &Value) -> RealClient {
        let folder = TempDir::new().expect("a folder can be made");
        let origin = self.server.origin();
        let mut profile = OsString::from("--user-data-dir=");
        profile.push(folder.path());
        let child = Command::new(self.browser)
            // Its own sandbox does not work as root, and it opens nothing but our page.
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
            .args(["--no-first-run", "--disable-extensions", "--disable-background-networking"])
            .arg(profile)
            .arg(format!("{origin}/{}#{}", self.file, page::fragment(args)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the browser can be run");
        RealClient { said: self.server.serve(scripts()), _child: child, _folder: folder }
    }
}

/// A tool that a client needs, or the word that the test is skipped.
fn tool(variable: &str) -> Option<OsString> {
    let found = env::var_os(variable);
    if found.is_none() {
        assert!(env::var_os("CI").is_none(), "{variable} must name what the clients need");
        eprintln!("SKIPPED: {variable} does not name what the clients need: cargo xtask test does");
    }
    found
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}
