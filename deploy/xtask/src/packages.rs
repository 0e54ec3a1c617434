//! Getting the server programs: those of the system where they are, else Debian's packages.

mod private;
mod system;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use nix::unistd::Uid;

use crate::disk::{self, MB};
use crate::folders;
use crate::launcher::Launcher;

/// What to do where this launcher cannot get the servers.
pub const WAY_OUT: &str = "run `docker compose -f deploy/compose.yaml up` instead, or set \
    DATABASE_URL, REDIS_URL and AMQP_URL to servers of your own";

/// A group of programs and the Debian package that brings them.
///
/// Not `mariadb-server` and `redis-server`: these start system services when they are installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The client program of MariaDB.
    DatabaseClient,
    /// The server program of MariaDB.
    Database,
    /// Redis.
    Redis,
    /// RabbitMQ and Erlang.
    Broker,
}

impl Need {
    const fn package(self) -> &'static str {
        match self {
            Self::DatabaseClient => "mariadb-client-core",
            Self::Database => "mariadb-server-core",
            Self::Redis => "redis-tools",
            Self::Broker => "rabbitmq-server",
        }
    }

    const fn programs(self) -> &'static [&'static str] {
        match self {
            Self::DatabaseClient => &["mariadb"],
            Self::Database => &["mariadbd", "mariadb-install-db"],
            Self::Redis => &["redis-check-rdb"],
            Self::Broker => &["rabbitmq-server", "erl", "epmd"],
        }
    }
}

/// Where the programs are.
#[derive(Debug)]
pub struct Toolbox {
    /// The root of the privately unpacked packages; it may not exist.
    private: PathBuf,
}

impl Toolbox {
    /// The programs of the system and those unpacked below `private`.
    #[must_use]
    pub const fn new(private: PathBuf) -> Self {
        Self { private }
    }

    /// The full path of a program.
    #[must_use]
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        self.folders().into_iter().map(|folder| folder.join(program)).find(|path| path.is_file())
    }

    /// A command that runs a program, with the libraries that were unpacked with it.
    pub fn command(&self, program: &str) -> Result<Command> {
        let path = self.find(program).with_context(|| format!("{program} is not installed"))?;
        let mut command = Command::new(&path);
        command.env("PATH", env::join_paths(self.folders())?);
        if path.starts_with(&self.private) {
            command.env("LD_LIBRARY_PATH", self.libraries()?);
            command.env("ERL_LIBS", self.private.join("usr/lib/erlang/lib"));
        }
        Ok(command)
    }

    /// The root of the privately unpacked packages if `program` is one of them.
    #[must_use]
    pub fn private_root(&self, program: &str) -> Option<&Path> {
        self.find(program).filter(|path| path.starts_with(&self.private)).map(|_| &*self.private)
    }

    fn lacks(&self, need: Need) -> bool {
        need.programs().iter().any(|program| self.find(program).is_none())
    }

    /// RabbitMQ's own folder comes first: the `rabbitmq-server` in `/usr/sbin` is a wrapper that
    /// refuses every user but its own.
    fn folders(&self) -> Vec<PathBuf> {
        let inherited: Vec<_> =
            env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
        let usual = ["usr/bin", "usr/sbin", "bin", "sbin"];
        [PathBuf::from("/usr/lib/rabbitmq/bin")]
            .into_iter()
            .chain(inherited)
            .chain(usual.map(|folder| Path::new("/").join(folder)))
            .chain([self.private.join("usr/lib/rabbitmq/bin")])
            .chain(usual.map(|folder| self.private.join(folder)))
            .collect()
    }

    /// `usr/lib/x86_64-linux-gnu` and its like.
    fn libraries(&self) -> Result<OsString> {
        let mut folders = Vec::new();
        for parent in ["usr/lib", "lib"] {
            for entry in fs::read_dir(self.private.join(parent)).into_iter().flatten() {
                let path = entry?.path();
                if path.to_str().is_some_and(|path| path.ends_with("-linux-gnu")) {
                    folders.push(path);
                }
            }
        }
        Ok(env::join_paths(folders)?)
    }
}

/// Makes sure that all needed programs are there.
///
/// With root the missing packages are installed without starting anything; without root, or where
/// the system insists on starting services, they are unpacked into a folder of the project.
pub fn ensure(launcher: &Launcher, needs: &[Need]) -> Result<Toolbox> {
    let folder = launcher.run.join("packages");
    let toolbox = Toolbox::new(folder.join("root"));
    let missing: Vec<Need> = needs.iter().copied().filter(|need| toolbox.lacks(*need)).collect();
    if missing.is_empty() {
        return Ok(toolbox);
    }
    let names: Vec<&str> = missing.iter().map(|need| need.package()).collect();
    if !is_debian() {
        bail!(
            "{} not found, and this system is not Debian, where I could get the packages: {WAY_OUT}",
            names.join(", ")
        );
    }
    folders::create(&folder)?;
    disk::require(&folder, 600 * MB, "unpacking the servers")?;
    if Uid::effective().is_root() && system::may_install_silently() {
        system::install(launcher, &folder, &names)?;
    } else {
        private::unpack(launcher, &folder, &names)?;
    }
    if let Some(need) = missing.into_iter().find(|need| toolbox.lacks(*need)) {
        bail!("the package {} came without its programs: {WAY_OUT}", need.package());
    }
    Ok(toolbox)
}

fn is_debian() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let family = release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .any(|value| value.trim_matches('"').split(' ').any(|id| id == "debian"));
    family && Path::new("/usr/bin/apt-get").exists()
}
