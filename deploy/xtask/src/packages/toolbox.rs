//! Where the programs are: in the system, or unpacked into a private folder.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// Where the programs are.
#[derive(Debug)]
pub struct Toolbox {
    /// The root of the privately unpacked packages; it may not exist.
    private: PathBuf,
}

impl Toolbox {
    /// The programs of the system and those unpacked below `private`.
    #[must_use]
    pub const fn new(private: PathBuf) -> Self {
        Self { private }
    }

    /// The full path of a program.
    #[must_use]
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        self.folders().into_iter().map(|folder| folder.join(program)).find(|path| path.is_file())
    }

    /// A command that runs a program, with the libraries that were unpacked with it.
    pub fn command(&self, program: &str) -> Result<Command> {
        self.command_using(program, &[program])
    }

    /// A command that runs a script which uses these programs.
    pub fn command_using(&self, script: &str, programs: &[&str]) -> Result<Command> {
        let path = self.find(script).with_context(|| format!("{script} is not installed"))?;
        let mut command = Command::new(path);
        command.env("PATH", env::join_paths(self.folders())?);
        if programs.iter().any(|program| self.private_root(program).is_some()) {
            command.env("LD_LIBRARY_PATH", self.libraries()?);
            command.env("ERL_LIBS", self.private.join("usr/lib/erlang/lib"));
        }
        Ok(command)
    }

    /// The root of the privately unpacked packages if `program` is one of them.
    #[must_use]
    pub fn private_root(&self, program: &str) -> Option<&Path> {
        self.find(program).filter(|path| path.starts_with(&self.private)).map(|_| &*self.private)
    }

    /// RabbitMQ's own folder comes first: the `rabbitmq-server` in `/usr/sbin` is a wrapper that
    /// refuses every user but its own.
    fn folders(&self) -> Vec<PathBuf> {
        let inherited: Vec<_> =
            env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
        let usual = ["usr/bin", "usr/sbin", "bin", "sbin"];
        [PathBuf::from("/usr/lib/rabbitmq/bin")]
            .into_iter()
            .chain(inherited)
            .chain(usual.map(|folder| Path::new("/").join(folder)))
            .chain([self.private.join("usr/lib/rabbitmq/bin")])
            .chain(usual.map(|folder| self.private.join(folder)))
            .collect()
    }

    /// `usr/lib/x86_64-linux-gnu` and its like.
    fn libraries(&self) -> Result<OsString> {
        let mut folders = Vec::new();
        for parent in ["usr/lib", "lib"] {
            for entry in fs::read_dir(self.private.join(parent)).into_iter().flatten() {
                let path = entry?.path();
                if path.to_str().is_some_and(|path| path.ends_with("-linux-gnu")) {
                    folders.push(path);
                }
            }
        }
        Ok(env::join_paths(folders)?)
    }
}
