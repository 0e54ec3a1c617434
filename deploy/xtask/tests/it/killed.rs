//! However the launcher ends, nothing of it stays.

use std::fs::{self, Permissions};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;

use nix::sys::signal::{Signal, kill};
use xtask::lock;
use xtask::ports::ServerPorts;
use xtask::ready;

use crate::helpers::{RunFolder, RunningServers, eventually};

/// The scratch folder of a launcher, wherever it found room.
fn scratch(run: &RunFolder, pid: u32) -> Option<std::path::PathBuf> {
    let name = format!("xtask-{}-{pid}", nix::unistd::Uid::current());
    let places = ["/dev/shm".into(), run.path.join("tmp")];
    places.into_iter().map(|place: std::path::PathBuf| place.join(&name)).find(|path| path.exists())
}

#[test]
fn kill_9_of_the_launcher_leaves_no_process() {
    let run = RunFolder::new();
    let running = RunningServers::start(&run);
    let folder = scratch(&run, running.child.id()).unwrap();
    let lock = folder.join("lock");
    assert!(ready::redis(running.port, &running.password));
    assert_eq!(lock::holders(&lock).len(), 2, "the launcher and Redis");

    running.signal(Signal::SIGKILL);
    eventually("the port is free", || !ready::listens(running.port));
    eventually("nobody holds the lock", || lock::holders(&lock).is_empty());
    assert!(!lock::is_held(&lock).unwrap());

    let next = RunningServers::start(&run);
    assert!(!folder.exists(), "the next run removes what a killed one left");
    next.signal(Signal::SIGTERM);
    assert!(next.end().0);
}

#[test]
fn a_signal_stops_everything_and_is_a_success() {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        let run = RunFolder::new();
        let running = RunningServers::start(&run);
        let (port, pid) = (running.port, running.child.id());
        let variables = run.path.join("servers.env");
        eventually("the variables are written", || variables.exists());
        assert!(fs::read_to_string(&variables).unwrap().contains(&port.to_string()));

        running.signal(signal);
        let (success, said) = running.end();
        assert!(success, "{said}");
        assert!(!ready::listens(port));
        assert!(!variables.exists(), "addresses of nothing");
        assert_eq!(scratch(&run, pid), None);
    }
}

#[test]
fn a_server_that_dies_is_reported_with_its_last_words() {
    let run = RunFolder::new();
    let running = RunningServers::start(&run);
    let lock = scratch(&run, running.child.id()).unwrap().join("lock");
    let holders = lock::holders(&lock);
    let launcher = i32::try_from(running.child.id()).unwrap();
    let server = holders.into_iter().find(|pid| pid.as_raw() != launcher).unwrap();

    kill(server, Signal::SIGKILL).unwrap();
    let (success, said) = running.end();
    assert!(!success);
    assert!(said.contains("Redis has died (killed by SIGKILL)"), "{said}");
    assert!(said.contains("Ready to accept connections"), "{said}");
}

#[test]
fn kill_9_during_the_build_leaves_no_compiler() {
    let run = RunFolder::new();
    let started = run.path.join("started");
    let cargo = run.path.join("cargo");
    // Stands for cargo, with a compiler that it would leave behind.
    let script = format!("#!/bin/sh\nsleep 1000 &\necho $! > {}\nwait\n", started.display());
    fs::write(&cargo, script).unwrap();
    fs::set_permissions(&cargo, Permissions::from_mode(0o755)).unwrap();
    let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = server.local_addr().unwrap().port();
    let gateway_port = ServerPorts::free().unwrap().database.to_string();
    let mut launcher = run
        .xtask()
        .args(["up", "--gateway-port", &gateway_port])
        .env("CARGO", cargo)
        .env("DATABASE_URL", format!("mysql://127.0.0.1:{port}"))
        .env("REDIS_URL", format!("redis://127.0.0.1:{port}"))
        .env("AMQP_URL", format!("amqp://127.0.0.1:{port}"))
        .spawn()
        .unwrap();
    let mut compiler = String::new();
    eventually("the compiler runs", || {
        compiler = fs::read_to_string(&started).unwrap_or_default();
        compiler.ends_with('\n')
    });
    launcher.kill().unwrap();
    launcher.wait().unwrap();
    let stat = format!("/proc/{}/stat", compiler.trim());
    // A killed process whose new parent has not collected it yet is a zombie.
    eventually("the compiler is gone", || {
        fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z "))
    });
}
