//! What the commands say, and what they answer.

use std::net::{Ipv4Addr, TcpListener};

use xtask::lock::Lock;

use crate::helpers::RunFolder;

fn said(output: &std::process::Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_command_runs_with_the_variables_and_its_failure_is_ours() {
    let run = RunFolder::new();
    let output = run.run(&["servers", "--", "sh", "-c", "echo $TEST_REDIS_URL; exit 3"]);
    assert!(String::from_utf8(output.stdout.clone()).unwrap().starts_with("redis://:"));
    assert!(!output.status.success());
    assert!(said(&output).contains("`sh` failed: exit code 3"), "{}", said(&output));
    assert!(run.run(&["servers", "--", "true"]).status.success());
}

#[test]
fn a_taken_port_is_named_with_the_way_out() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let run = RunFolder::new();
    let output = run
        .xtask()
        .args(["up", "--gateway-port", &port])
        .envs([("DATABASE_URL", "mysql://a"), ("REDIS_URL", "redis://a"), ("AMQP_URL", "amqp://a")])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = said(&output);
    assert!(said.contains(&format!("port {port}, for gateway, is taken")), "{said}");
    assert!(said.contains("--gateway-port"), "{said}");
}

#[test]
fn a_server_of_ones_own_that_does_not_answer_is_named() {
    let run = RunFolder::new();
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let output = run
        .xtask()
        .args(["up", "--gateway-port", &address.port().to_string()])
        .envs([
            ("DATABASE_URL", format!("mysql://root:secret@{address}")),
            ("REDIS_URL", format!("redis://{address}")),
            ("AMQP_URL", format!("amqp://{address}")),
        ])
        .output()
        .unwrap();
    let said = said(&output);
    assert!(said.contains(&format!("nobody answers at {address}")), "{said}");
    assert!(said.contains("unset DATABASE_URL") && !said.contains("secret"), "{said}");
}

#[test]
fn a_url_of_another_kind_of_server_is_refused() {
    let run = RunFolder::new();
    let port = xtask::ports::ServerPorts::free().unwrap().database.to_string();
    let output = run
        .xtask()
        .args(["up", "--gateway-port", &port])
        .envs([("DATABASE_URL", "postgres://a"), ("REDIS_URL", "a"), ("AMQP_URL", "a")])
        .output()
        .unwrap();
    let said = said(&output);
    assert!(said.contains("DATABASE_URL begins with postgres://, not with mysql://"), "{said}");
}

#[test]
fn while_one_is_up_a_second_says_so() {
    let run = RunFolder::new();
    std::fs::create_dir(run.path.join("up")).unwrap();
    std::fs::write(run.path.join("up/addresses"), "gateway=http://127.0.0.1:8080\n").unwrap();
    let lock = Lock::take(&run.path.join("up/lock")).unwrap().unwrap();
    let output = run.run(&["up"]);
    let expected = format!(
        "the platform is already up at http://127.0.0.1:8080 (process {}); `cargo xtask down` \
         stops it",
        std::process::id()
    );
    assert!(!output.status.success());
    assert!(said(&output).contains(&expected), "{}", said(&output));
    drop(lock);
}

#[test]
fn while_nothing_is_up_every_command_says_how_to_start() {
    let run = RunFolder::new();
    let output = run.run(&["down"]);
    assert!(output.status.success() && said(&output).contains("nothing is up"));
    for command in ["status", "tour"] {
        let output = run.run(&[command]);
        assert!(!output.status.success());
        assert!(said(&output).contains("`cargo xtask up`"), "{}", said(&output));
    }
}
