//! A database for each service, with accounts that may do what they must and no more.

use std::process::{Command, Output, Stdio};

use xtask::console::Console;
use xtask::database;
use xtask::packages::{Need, Toolbox};
use xtask::ports::ServerPorts;
use xtask::secrets::Secrets;
use xtask::servers::{self, Durability, Own, Plan};
use xtask::url::Url;

use crate::helpers::{RunFolder, fleet, toolbox};

fn ask(tools: &Toolbox, url: &str, statement: &str) -> Output {
    let url: Url = url.parse().unwrap();
    let mut command: Command = tools.command("mariadb").unwrap();
    command
        .args(["--no-defaults", "--protocol=tcp", "--host=127.0.0.1", "--execute", statement])
        .arg(format!("--port={}", url.port.unwrap()))
        .arg(format!("--user={}", url.user))
        .arg(format!("--database={}", url.path.trim_start_matches('/')))
        .env("MYSQL_PWD", url.password)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

#[test]
fn each_account_may_do_what_it_must_and_no_more() {
    let run = RunFolder::new();
    let tools = toolbox(&[Need::Database, Need::DatabaseClient]);
    let mut secrets = Secrets::open(&run.path.join("secrets")).unwrap();
    let plan = Plan {
        data: run.path.join("data"),
        logs: run.path.join("log"),
        ports: ServerPorts::free().unwrap(),
        durability: Durability::None,
        own: Own {
            redis: Some("redis://unused".to_owned()),
            broker: Some("amqp://unused".to_owned()),
            database: None,
        },
    };
    let mut fleet = fleet();
    let server =
        servers::start(&mut fleet, Console::plain(), &tools, &plan, &mut secrets).unwrap().database;
    let mut create = |service| database::create(&tools, &server, service, &mut secrets).unwrap();
    let party = create("party");
    let catalog = create("catalog");
    assert_eq!(create("party").serving, party.serving, "doing it again changes nothing");

    let succeeds = |url: &str, statement: &str| {
        let output = ask(&tools, url, statement);
        assert!(
            output.status.success(),
            "{statement}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    let is_denied = |url: &str, statement: &str| {
        let said = String::from_utf8(ask(&tools, url, statement).stderr).unwrap();
        assert!(said.contains("denied"), "{statement}: {said}");
    };
    succeeds(&party.migrating, "CREATE TABLE fruit (name VARCHAR(20))");
    succeeds(&party.serving, "INSERT INTO fruit VALUES ('사과')");
    assert!(succeeds(&party.serving, "SHOW CREATE DATABASE p509_party").contains("utf8mb4"));
    succeeds(&party.serving, "CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (a INT)");
    is_denied(&party.serving, "DROP TABLE fruit");
    is_denied(&party.serving, "CREATE TABLE vegetable (name VARCHAR(20))");
    is_denied(&catalog.migrating, "SELECT * FROM p509_party.fruit");
    is_denied(&catalog.serving, "SELECT * FROM p509_party.fruit");
    is_denied(&catalog.migrating, "CREATE DATABASE p509xcatalog");
    let guess = Url { password: String::new(), ..server.parse().unwrap() };
    is_denied(&guess.to_string(), "SELECT 1");
}
