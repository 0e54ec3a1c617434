//! A private MariaDB that behaves like MySQL 8 where the two differ by default.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use nix::unistd::{Uid, User};

use super::{Durability, Plan};
use crate::fleet::{Fleet, Rank};
use crate::folders;
use crate::logs;
use crate::packages::Toolbox;
use crate::secrets::write_private;

/// The default of MySQL 8.
const SQL_MODE: &str = "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,\
    ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

/// Flushed at every commit, also against a half-written page.
const DURABLE: [&str; 3] =
    ["--innodb-flush-log-at-trx-commit=1", "--innodb-doublewrite=1", "--innodb-log-file-size=256M"];

/// Nothing is flushed: creating and dropping a database takes 40 ms instead of 550.
const THROW_AWAY: [&str; 4] = [
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-log-file-size=96M",
    "--innodb-flush-method=nosync",
];

/// Starts MariaDB, with new data if there is none; it is not ready yet.
pub(super) fn start(fleet: &mut Fleet, tools: &Toolbox, plan: &Plan, password: &str) -> Result<()> {
    let folder = plan.data.join("mariadb");
    let data = folder.join("data");
    folders::create(&folder)?;
    if !data.exists() {
        install(fleet, tools, &data, &plan.logs.join("mariadb-install.log"))?;
    }
    let init = folder.join("init.sql");
    write_private(&init, &root_only(password))?;

    let mut command = tools.command("mariadbd")?;
    command.arg("--no-defaults");
    if let Some(root) = tools.private_root("mariadbd") {
        command
            .arg(format!("--basedir={}", root.join("usr").display()))
            .arg(format!("--lc-messages-dir={}", root.join("usr/share/mysql").display()));
    }
    command
        .arg(format!("--user={}", me()?))
        .arg(format!("--datadir={}", data.display()))
        .arg(format!("--init-file={}", init.display()))
        .arg(format!("--port={}", plan.ports.database))
        .arg(format!("--sql-mode={SQL_MODE}"))
        // Relative to the data folder: a full path may be longer than a socket's may be.
        .args(["--socket=mariadb.sock", "--pid-file=mariadb.pid"])
        .args(["--bind-address=127.0.0.1", "--skip-name-resolve", "--default-time-zone=+00:00"])
        .args(["--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_520_ci"])
        .args(["--max-connections=1000", "--innodb-buffer-pool-size=256M"]);
    match plan.durability {
        Durability::Full => command.args(DURABLE),
        Durability::None => command.args(THROW_AWAY),
    };
    fleet.start("MariaDB", Rank::Server, command, &plan.logs.join("mariadb.log"))
}

/// Makes a new data folder: complete or not at all.
///
/// The path it is told is a relative one: the script stumbles over a space in it.
fn install(fleet: &mut Fleet, tools: &Toolbox, data: &Path, log: &Path) -> Result<()> {
    let parent = data.parent().context("the data folder has no parent")?;
    let draft = parent.join("data.new");
    if draft.exists() {
        fs::remove_dir_all(&draft)?;
    }
    let file = logs::create(log)?;
    let mut command = tools.command("mariadb-install-db")?;
    command.arg("--no-defaults");
    if let Some(root) = tools.private_root("mariadbd") {
        command.arg(format!("--basedir={}", root.join("usr").display()));
    }
    command
        .args(["--force", "--auth-root-authentication-method=normal", "--skip-test-db"])
        .arg(format!("--user={}", me()?))
        .arg("--datadir=./data.new")
        .current_dir(parent)
        .stdout(file.try_clone()?)
        .stderr(file);
    let status = fleet.run(&mut command)?;
    anyhow::ensure!(status.success(), "MariaDB cannot make its data{}", logs::tail(log, 6));
    Ok(fs::rename(draft, data)?)
}

/// Leaves one account that may do everything, from this machine and with the password.
///
/// MariaDB runs this at each start before it answers anybody; each statement is one line.
fn root_only(password: &str) -> String {
    format!(
        "CREATE USER IF NOT EXISTS 'root'@'127.0.0.1';\n\
         ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '{password}';\n\
         GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;\n\
         DELETE FROM mysql.global_priv WHERE User = '' OR User = 'root' AND Host <> '127.0.0.1';\n\
         FLUSH PRIVILEGES;\n"
    )
}

fn me() -> Result<String> {
    let uid = Uid::effective();
    Ok(User::from_uid(uid)?.with_context(|| format!("user {uid} has no name"))?.name)
}
