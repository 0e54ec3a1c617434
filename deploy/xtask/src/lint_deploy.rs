//! `cargo xtask lint-deploy`: images, compose file, workflows, scripts, alarms and Terraform, checked
//! without building or reaching any of it.

use std::process::Command;

use anyhow::{Result, bail};

use crate::launcher::Launcher;
use crate::process;

/// Runs `deploy/scripts/lint`, whose linters live in the run folder.
pub fn run(launcher: &Launcher) -> Result<()> {
    let mut command = Command::new(launcher.project.join("deploy/scripts/lint"));
    command.current_dir(&launcher.project).env("LINT_TOOLS", launcher.run.join("lint-deploy"));
    let status = process::run_in_foreground(&mut command, &launcher.interrupt, || Ok(()))?;
    if !status.success() {
        bail!("something that deploys is not as it should be");
    }
    Ok(())
}
