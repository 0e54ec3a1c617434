//! `cargo xtask tour`: the main job as a script, against the running gateway.

use anyhow::{Context, Result, bail};

use crate::home::Home;
use crate::launcher::Launcher;
use crate::packages::{self, Need};
use crate::process;

/// Runs `deploy/tour.sh` against `gateway`, or else against the platform that is up here.
pub fn run(launcher: &Launcher, gateway: Option<String>) -> Result<()> {
    let home = Home::of(launcher);
    let gateway = match gateway {
        Some(url) => url,
        None if home.is_up()? => {
            home.gateway().context("the platform is still starting")?.to_string()
        }
        None => bail!(
            "nothing is up: start the platform with `cargo xtask up` in another terminal, or name \
             a running gateway with `cargo xtask tour --gateway URL`"
        ),
    };
    let tools = packages::ensure(launcher, &[Need::Curl, Need::Jq])?;
    let mut command = tools.command_using("bash", &["curl", "jq"])?;
    command.arg(launcher.project.join("deploy/tour.sh")).env("GATEWAY_URL", gateway);
    let status = process::run_in_foreground(&mut command, &launcher.interrupt, || Ok(()))?;
    if !status.success() {
        bail!("the tour ended early: {}", process::describe(status));
    }
    Ok(())
}
