//! `cargo xtask down` and `cargo xtask status`.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use nix::sys::signal::{self, Signal};

use crate::console::spoken;
use crate::home::Home;
use crate::http;
use crate::launcher::Launcher;
use crate::lock;

/// Longer than all the graces that a launcher grants its children one after the other.
const LIMIT: Duration = Duration::from_secs(45);

/// Stops the platform, wherever it was started.
pub fn down(launcher: &Launcher) -> Result<()> {
    let console = launcher.console;
    let home = Home::of(launcher);
    if !home.is_up()? {
        console.done("nothing is up");
        return Ok(());
    }
    let began = Instant::now();
    console.step("stopping");
    let gone = || home.is_up().is_ok_and(|up| !up);
    if let Some(pid) = home.launcher() {
        signal::kill(pid, Signal::SIGTERM)?;
        launcher.interrupt.poll(LIMIT, gone)?;
    }
    if !gone() {
        console.warn("something does not stop by itself; killing it");
        lock::signal_holders(&home.lock(), Signal::SIGKILL);
        if !launcher.interrupt.poll(Duration::from_secs(5), gone)? {
            bail!("a process of somebody else holds {}", home.lock().display());
        }
    }
    console.done(format!("everything is stopped after {}", spoken(began.elapsed())));
    Ok(())
}

/// Says what is up and how it is; fails unless all is ready.
pub fn status(launcher: &Launcher) -> Result<()> {
    let console = launcher.console;
    let home = Home::of(launcher);
    if !home.is_up()? {
        bail!("nothing is up: `cargo xtask up` starts everything");
    }
    let addresses = home.addresses();
    if addresses.is_empty() {
        bail!("the platform is still starting");
    }
    let mut waiting = Vec::new();
    for (name, url) in addresses {
        match http::get(&url, "/ready") {
            Ok(answer) if answer.status == 200 => console.done(format!("{name} is ready at {url}")),
            Ok(answer) => {
                console.error(format!("{name} is not ready: {}", answer.body.trim()));
                waiting.push(name);
            }
            Err(error) => {
                console.error(format!("{name} does not answer at {url}: {error:#}"));
                waiting.push(name);
            }
        }
    }
    if !waiting.is_empty() {
        bail!("not ready: {}", waiting.join(", "));
    }
    Ok(())
}
