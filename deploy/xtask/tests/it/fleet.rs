//! Processes that are watched and stopped together.

use std::process::Command;
use std::time::Duration;

use xtask::fleet::Rank;
use xtask::interrupt::Interrupted;

use crate::helpers::{PATIENCE, RunFolder, eventually, fleet};

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

#[test]
fn waiting_for_a_dead_process_ends_with_its_last_words() {
    let run = RunFolder::new();
    let mut fleet = fleet();
    let log = run.path.join("log");
    let script = "echo no such thing >&2; exit 4";
    fleet.start("broken", Rank::Server, shell(script), &log).unwrap();
    let error = fleet.wait_for("broken", PATIENCE, || false).unwrap_err().to_string();
    assert!(error.starts_with("broken has died (exit code 4)"), "{error}");
    assert!(error.ends_with("no such thing"), "{error}");
}

#[test]
fn waiting_for_a_silent_process_ends_too() {
    let run = RunFolder::new();
    let mut fleet = fleet();
    fleet.start("mute", Rank::Support, shell("exec sleep 60"), &run.path.join("log")).unwrap();
    let error = fleet.wait_for("mute", Duration::ZERO, || false).unwrap_err().to_string();
    assert_eq!(error, "mute did not get ready within 0 s");
}

#[test]
fn services_stop_before_the_servers_they_need() {
    let run = RunFolder::new();
    let order = run.path.join("order");
    let script = |name: &str| {
        shell(&format!(
            "trap 'echo {name} >> {}; exit' TERM; echo ready; while :; do sleep 0.01; done",
            order.display()
        ))
    };
    let mut fleet = fleet();
    for (name, rank) in [("support", Rank::Support), ("server", Rank::Server)] {
        fleet.start(name, rank, script(name), &run.path.join(name)).unwrap();
    }
    fleet
        .start_shown("service", "service │", script("service"), &run.path.join("service"))
        .unwrap();
    eventually("all have set their traps", || {
        ["support", "server", "service"].iter().all(|name| {
            std::fs::read_to_string(run.path.join(name)).is_ok_and(|log| log.contains("ready"))
        })
    });
    fleet.stop();
    assert_eq!(std::fs::read_to_string(order).unwrap(), "service\nserver\nsupport\n");
}

#[test]
fn what_is_killed_starts_again_and_is_still_watched() {
    let run = RunFolder::new();
    let mut fleet = fleet();
    let log = run.path.join("log");
    let starts = || std::fs::read_to_string(&log).unwrap().lines().count();
    let script = "trap '' TERM; echo ready; while :; do sleep 0.01; done";
    fleet.start("stubborn", Rank::Support, shell(script), &log).unwrap();
    fleet.wait_for("stubborn", PATIENCE, || starts() == 1).unwrap();
    fleet.kill_and_start_again("stubborn").unwrap();
    fleet.wait_for("stubborn", PATIENCE, || starts() == 2).unwrap();
    fleet.check().unwrap();
    let error = fleet.kill_and_start_again("nobody").unwrap_err().to_string();
    assert_eq!(error, "nothing is called nobody");
}

#[test]
fn what_is_killed_for_good_is_no_member_any_more() {
    let run = RunFolder::new();
    let mut fleet = fleet();
    fleet.start("victim", Rank::Server, shell("sleep 60"), &run.path.join("log")).unwrap();
    fleet.kill("victim").unwrap();
    fleet.check().unwrap();
    assert_eq!(fleet.kill("victim").unwrap_err().to_string(), "nothing is called victim");
    fleet.start("victim", Rank::Server, shell("exec sleep 60"), &run.path.join("log")).unwrap();
    fleet.wait_for("victim", PATIENCE, || true).unwrap();
}

#[test]
fn a_command_ends_when_stopping_is_asked_for() {
    let interrupt = xtask::interrupt::Interrupt::default();
    interrupt.request();
    let error = xtask::process::run(&mut shell("cat /dev/zero > /dev/null"), &interrupt, || Ok(()));
    assert!(error.unwrap_err().is::<Interrupted>());
}
