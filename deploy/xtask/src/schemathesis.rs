//! The program that makes up requests for the conformance test.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use crate::launcher::Launcher;
use crate::pip;

/// The variable by which the test finds the program.
pub const VARIABLE: &str = "SCHEMATHESIS";

/// Which release: what it finds should not change from one day to the next.
const VERSION: &str = "4.32.5";

/// The path of the program: the one that `SCHEMATHESIS` names, else one that is installed below the
/// run folder.
pub fn find_or_install(launcher: &Launcher) -> Result<PathBuf> {
    if let Some(named) = env::var_os(VARIABLE) {
        return Ok(named.into());
    }
    let folder = launcher.run.join(format!("schemathesis-{VERSION}"));
    let program = folder.join("schemathesis");
    if !program.exists() {
        let package = format!("schemathesis=={VERSION}");
        pip::install(launcher, &folder, "schemathesis", &[&package], "-m schemathesis.cli")?;
    }
    Ok(program)
}
