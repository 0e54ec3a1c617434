//! The operator's desk: runs the scripts of `deploy/scripts` against the platform of a test.

use e2e::{Platform, Service};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;
use testkit::server_url;
use tokio::process::Command;

/// The desk of one test.
pub(super) struct Desk {
    folder: PathBuf,
    variables: Vec<(String, String)>,
}

impl Desk {
    /// A desk from which the services of this platform are reached.
    pub(super) fn of(platform: &Platform) -> Self {
        let services = [
            ("party", &platform.party),
            ("catalog", &platform.catalog),
            ("chat", &platform.chat),
            ("notify", &platform.notify),
        ];
        let cases = services.map(|(name, service)| {
            format!("{name}) {}exec {} \"$@\" ;;\n", exports(service), program(service))
        });
        let once = format!(
            "#!/bin/bash\nservice=$1; shift\ncase $service in\n{}\
             *) echo \"nobody is called $service\" >&2; exit 2 ;;\nesac\n",
            cases.concat()
        );
        let mut desk = Self::in_folder(platform.folder());
        let once = desk.tool("once", &once);
        desk.set("P509_ONCE", once.to_string_lossy());
        desk.set("DATABASE_URL", server_url("TEST_DATABASE_URL"));
        desk.set("POLL_S", "0.2");
        desk
    }

    /// A desk from which nothing is reached but the tools that are laid on it.
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), variables: Vec::new() }
    }

    /// Sets a variable for the scripts.
    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.variables.push((name.to_owned(), value.into()));
    }

    /// Writes a program of the test's own, which scripts find before one of the system with its
    /// name; says where it is.
    pub(super) fn tool(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// Runs a script to its end.
    pub(super) async fn run(&self, script: &str, arguments: &[&str]) -> Output {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts").join(script);
        self.output(Command::new(path).args(arguments)).await
    }

    /// Runs a script that must do well; says what it printed.
    pub(super) async fn do_well(&self, script: &str, arguments: &[&str]) -> String {
        let output = self.run(script, arguments).await;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{script} failed: {said}{complained}");
        said
    }

    /// Runs a script that must fail; says why it did.
    pub(super) async fn fail(&self, script: &str, arguments: &[&str]) -> String {
        let output = self.run(script, arguments).await;
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(!output.status.success(), "{script} should have failed: {said}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Runs statements on the database server.
    pub(super) async fn sql(&self, statements: &str) {
        let output = self.ask(statements).await;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Whether a query finds a row.
    pub(super) async fn finds(&self, query: &str) -> bool {
        let output = self.ask(query).await;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        !output.stdout.is_empty()
    }

    async fn ask(&self, statements: &str) -> Output {
        let url = reqwest::Url::parse(&server_url("TEST_DATABASE_URL")).unwrap();
        let mut command = Command::new("mariadb");
        command
            .args(["--no-defaults", "--protocol=tcp", "--batch", "--execute", statements])
            .arg(format!("--host={}", url.host_str().unwrap()))
            .arg(format!("--port={}", url.port().unwrap()))
            .arg(format!("--user={}", url.username()))
            .env("MYSQL_PWD", url.password().unwrap_or_default());
        self.output(&mut command).await
    }

    async fn output(&self, command: &mut Command) -> Output {
        command.envs(self.variables.iter().cloned()).kill_on_drop(true);
        // Where the client programs were unpacked for this run, if they are not the system's.
        if let Some(libraries) = std::env::var_os("TOOLS_LIBRARIES") {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        let theirs = std::env::var_os("TOOLS_PATH").or_else(|| std::env::var_os("PATH")).unwrap();
        let folders = std::iter::once(self.folder.clone()).chain(std::env::split_paths(&theirs));
        command.env("PATH", std::env::join_paths(folders).unwrap());
        command.output().await.unwrap()
    }
}

/// The variables of a service as statements of a shell.
pub(super) fn exports(service: &Service) -> String {
    let variables = service.variables().iter();
    let lines: Vec<_> =
        variables.map(|(name, value)| format!("export {name}='{value}'\n")).collect();
    lines.concat()
}

/// The path of a service's program.
pub(super) fn program(service: &Service) -> String {
    service.program().to_string_lossy().into_owned()
}

/// The name of the database in a URL.
pub(super) fn database(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}
