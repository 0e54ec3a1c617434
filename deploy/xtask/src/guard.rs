//! What a command has started itself must not outlive the launcher either.
//!
//! The kernel kills the children of a killed launcher, not their children: `cargo` would go and its
//! compilers stay. A shell that waits for the end of a pipe, which only the launcher holds open,
//! then kills the whole process group.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use anyhow::Result;

use crate::process::{self, Fate};

/// Watches over one process group until it is dropped.
#[derive(Debug)]
pub struct Guard {
    shell: Child,
}

impl Guard {
    /// Watches over the group that `leader` leads.
    pub fn over(leader: &Child) -> Result<Self> {
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "read -r _; kill -s KILL -- \"-$1\"",
            "guard",
            &leader.id().to_string(),
        ]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        process::prepare(&mut command, Fate::Free);
        Ok(Self { shell: process::spawn(&mut command)? })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Killed before its pipe is closed: the number of the group may belong to others by now.
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}
