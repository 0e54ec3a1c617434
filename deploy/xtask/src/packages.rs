//! Getting the server programs: those of the system where they are, else Debian's packages.

mod private;
mod system;
mod toolbox;

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};
use nix::unistd::Uid;

pub use self::toolbox::Toolbox;
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
    /// The program that writes a database into a file, for the tests of back-ups.
    DatabaseDump,
    /// The server program of MariaDB.
    Database,
    /// Redis.
    Redis,
    /// RabbitMQ and Erlang.
    Broker,
    /// What the tour speaks HTTP with.
    Curl,
    /// What the tour reads JSON with.
    Jq,
    /// Python and its installer of packages, for tools of the tests.
    Pip,
    /// Node, for clients in the tests.
    Node,
    /// Node's installer of packages.
    Npm,
    /// A browser, for pages in the tests.
    Browser,
}

impl Need {
    const fn package(self) -> &'static str {
        match self {
            Self::DatabaseClient => "mariadb-client-core",
            Self::DatabaseDump => "mariadb-client",
            Self::Database => "mariadb-server-core",
            Self::Redis => "redis-tools",
            Self::Broker => "rabbitmq-server",
            Self::Curl => "curl",
            Self::Jq => "jq",
            Self::Pip => "python3-pip",
            Self::Node => "nodejs",
            Self::Npm => "npm",
            Self::Browser => "chromium",
        }
    }

    const fn programs(self) -> &'static [&'static str] {
        match self {
            Self::DatabaseClient => &["mariadb"],
            Self::DatabaseDump => &["mariadb-dump"],
            Self::Database => &["mariadbd", "mariadb-install-db"],
            Self::Redis => &["redis-check-rdb"],
            Self::Broker => &["rabbitmq-server", "erl", "epmd"],
            Self::Curl => &["curl"],
            Self::Jq => &["jq"],
            Self::Pip => &["python3", "pip3"],
            Self::Node => &["node"],
            Self::Npm => &["npm"],
            Self::Browser => &["chromium"],
        }
    }
}

/// Makes sure that all needed programs are there.
///
/// With root the missing packages are installed without starting anything; without root, or where
/// the system insists on starting services, they are unpacked into a folder of the project.
pub fn ensure(launcher: &Launcher, needs: &[Need]) -> Result<Toolbox> {
    let folder = launcher.run.join("packages");
    let toolbox = Toolbox::new(folder.join("root"));
    let missing: Vec<Need> = needs.iter().copied().filter(|need| lacks(&toolbox, *need)).collect();
    if missing.is_empty() {
        return Ok(toolbox);
    }
    let names: Vec<&str> = missing.iter().map(|need| need.package()).collect();
    if !is_debian() {
        bail!(
            "this system lacks {} and is not Debian, which has them as packages: {WAY_OUT}",
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
    if let Some(need) = missing.into_iter().find(|need| lacks(&toolbox, *need)) {
        bail!("the package {} came without its programs: {WAY_OUT}", need.package());
    }
    Ok(toolbox)
}

fn lacks(toolbox: &Toolbox, need: Need) -> bool {
    need.programs().iter().any(|program| toolbox.find(program).is_none())
}

fn is_debian() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    is_debian_release(&release) && Path::new("/usr/bin/apt-get").exists()
}

/// Debian itself or what is made of it.
fn is_debian_release(release: &str) -> bool {
    let mut families = release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")));
    families.any(|ids| ids.trim_matches('"').split(' ').any(|id| id == "debian"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_and_its_children_are_told_from_others() {
        assert!(is_debian_release("NAME=\"Debian GNU/Linux\"\nID=debian\n"));
        assert!(is_debian_release("ID=pop\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!is_debian_release("ID=fedora\nID_LIKE=\"rhel centos\"\n"));
        assert!(!is_debian_release("VERSION_ID=debian\n"));
    }
}
