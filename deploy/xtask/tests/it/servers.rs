//! Real servers, started by the library.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::thread;

use xtask::console::Console;
use xtask::fleet::Fleet;
use xtask::packages::Need;
use xtask::ports::ServerPorts;
use xtask::ready;
use xtask::secrets::Secrets;
use xtask::servers::{self, Durability, Own, Plan, Servers};

use crate::helpers::{RunFolder, fleet, toolbox};

fn start(
    run: &RunFolder,
    ports: ServerPorts,
    durability: Durability,
    own: Own,
) -> (Fleet, Servers) {
    let tools = toolbox(&own.needs());
    let mut secrets = Secrets::open(&run.path.join("secrets")).unwrap();
    let (data, logs) = (run.path.join("data"), run.path.join("log"));
    let plan = Plan { data, logs, ports, durability, own };
    let mut fleet = fleet();
    let servers =
        servers::start(&mut fleet, Console::plain(), &tools, &plan, &mut secrets).unwrap();
    (fleet, servers)
}

#[test]
fn all_get_ready_and_are_gone_after_the_stop() {
    let run = RunFolder::new();
    let ports = ServerPorts::free().unwrap();
    let (mut fleet, servers) = start(&run, ports, Durability::None, Own::default());
    let password = Secrets::open(&run.path.join("secrets")).unwrap().get("redis").unwrap();
    assert_eq!(servers.redis, format!("redis://:{password}@127.0.0.1:{}", ports.redis));
    assert!(ready::database(ports.database));
    assert!(ready::redis(ports.redis, &password));
    assert!(!ready::redis(ports.redis, "guessed"), "a password is demanded");
    assert!(ready::broker(ports.broker));
    let mode = fs::metadata(run.path.join("secrets")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "passwords are for this user only");
    fleet.stop();
    for (name, port) in ports.named() {
        assert!(!ready::listens(port), "{name}");
    }
}

#[test]
fn durable_servers_keep_their_data_over_a_restart() {
    let run = RunFolder::new();
    let ports = ServerPorts::free().unwrap();
    let redis_only = Own {
        database: Some("mysql://unused".to_owned()),
        broker: Some("amqp://unused".to_owned()),
        redis: None,
    };
    let ask = |password: &str, command: &str| {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, ports.redis)).unwrap();
        write!(stream, "AUTH {password}\r\n{command}\r\nQUIT\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let (fleet, servers) = start(&run, ports, Durability::Full, redis_only.clone());
    let password = servers.redis.parse::<xtask::url::Url>().unwrap().password;
    assert_eq!(ask(&password, "SET kept yes"), "+OK\r\n+OK\r\n+OK\r\n");
    drop(fleet);
    let (_fleet, servers_again) = start(&run, ports, Durability::Full, redis_only);
    assert_eq!(servers_again, servers, "the same addresses and passwords");
    assert_eq!(ask(&password, "GET kept"), "+OK\r\n$3\r\nyes\r\n+OK\r\n");
}

#[test]
fn what_listens_without_the_right_answer_is_not_ready() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            stream.unwrap().write_all(b"-LOADING Redis is loading the dataset\r\n").unwrap();
        }
    });
    assert!(ready::listens(port));
    assert!(!ready::redis(port, "password") && !ready::database(port) && !ready::broker(port));
}

#[test]
fn only_the_servers_that_are_not_given_need_programs() {
    let own = Own { database: Some("mysql://own".to_owned()), ..Own::default() };
    assert_eq!(own.needs(), [Need::Redis, Need::Broker]);
}
