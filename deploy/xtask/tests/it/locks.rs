//! The lock of a run folder.

use std::process::{Command, Stdio};

use nix::unistd::Pid;
use xtask::lock::{self, Lock};
use xtask::process::{self, Fate};

use crate::helpers::{RunFolder, eventually};

#[test]
fn only_one_takes_it() {
    let run = RunFolder::new();
    let path = run.path.join("lock");
    assert!(!lock::is_held(&path).unwrap());
    let first = Lock::take(&path).unwrap().unwrap();
    assert!(Lock::take(&path).unwrap().is_none());
    assert!(lock::is_held(&path).unwrap());
    drop(first);
    // Not at once: a process that another test starts just now holds a copy until it runs.
    eventually("the lock is free", || Lock::take(&path).unwrap().is_some());
}

#[test]
fn it_is_held_until_the_last_child_that_inherited_it_is_gone() {
    let run = RunFolder::new();
    let path = run.path.join("lock");
    let lock = Lock::take(&path).unwrap().unwrap();
    let mut cat = Command::new("cat");
    process::prepare(&mut cat, Fate::TiedHolding(lock.into_file()));
    let mut running = cat.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    drop(cat);

    assert!(lock::is_held(&path).unwrap());
    let child = Pid::from_raw(running.id().try_into().unwrap());
    eventually("only the child holds it", || lock::holders(&path) == [child]);
    assert_eq!(lock::owner(&path), None, "this process took it but has it no longer");

    drop(running.stdin.take());
    running.wait().unwrap();
    eventually("the lock is free", || !lock::is_held(&path).unwrap());
}
