//! A database for each service, and the two accounts that may touch it and nothing else.

use std::io::Write;
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::packages::Toolbox;
use crate::process;
use crate::secrets::Secrets;
use crate::url::Url;

/// The table in which diesel notes which migrations have run.
const MIGRATIONS: &str = "__diesel_schema_migrations";

/// The URLs of a service's database.
#[derive(Debug, Clone)]
pub struct Database {
    /// For the service: it reads and changes rows.
    pub serving: String,
    /// For its migrations: these change tables too.
    pub migrating: String,
}

/// Creates the database of a service and its accounts, or resets their passwords.
///
/// All names begin with `p509_`, since the server may be one that others use too.
pub fn create(
    tools: &Toolbox,
    server: &str,
    service: &str,
    secrets: &mut Secrets,
) -> Result<Database> {
    let admin: Url = server.parse()?;
    let name = format!("p509_{service}");
    let migrator = format!("{name}_ddl");
    let serving_password = secrets.get(&format!("database-{service}"))?;
    let migrating_password = secrets.get(&format!("database-{service}-ddl"))?;
    // In a grant for a database, an underscore stands for any character unless it is escaped.
    let escaped = name.replace('_', "\\_");
    let statements = [
        format!(
            "CREATE DATABASE IF NOT EXISTS `{name}` \
             CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;"
        ),
        account(&name, &serving_password),
        format!("GRANT SELECT, INSERT, UPDATE, DELETE ON `{escaped}`.* TO '{name}'@'%';"),
        // To ask whether migrations are pending, the library creates its table if there is none.
        format!("GRANT CREATE ON `{name}`.`{MIGRATIONS}` TO '{name}'@'%';"),
        account(&migrator, &migrating_password),
        format!("GRANT ALL PRIVILEGES ON `{escaped}`.* TO '{migrator}'@'%';"),
    ];
    execute(tools, &admin, &statements.join("\n"))
        .with_context(|| format!("cannot create the database of the {service} service"))?;
    let url = |user: String, password: String| {
        Url { user, password, path: format!("/{name}"), ..admin.clone() }.to_string()
    };
    Ok(Database {
        serving: url(name.clone(), serving_password),
        migrating: url(migrator, migrating_password),
    })
}

fn account(user: &str, password: &str) -> String {
    format!(
        "CREATE USER IF NOT EXISTS '{user}'@'%';\n\
         ALTER USER '{user}'@'%' IDENTIFIED BY '{password}';"
    )
}

/// Lets the client program run statements.
fn execute(tools: &Toolbox, server: &Url, statements: &str) -> Result<()> {
    let mut command = tools.command("mariadb")?;
    command
        .arg("--no-defaults")
        .arg(format!("--host={}", server.host))
        .arg(format!("--port={}", server.port.unwrap_or(3306)))
        .arg(format!("--user={}", server.user))
        .args(["--protocol=tcp", "--connect-timeout=10"])
        // Not as an argument, which every user of the machine could read.
        .env("MYSQL_PWD", &server.password)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = process::spawn(&mut command)?;
    child.stdin.take().context("no input")?.write_all(statements.as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
