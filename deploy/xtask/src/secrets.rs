//! Generated passwords, kept in a file that only this user can read.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Passwords by name; those asked for the first time are made up and stored.
#[derive(Debug)]
pub struct Secrets {
    path: PathBuf,
    values: BTreeMap<String, String>,
}

impl Secrets {
    /// Reads the file, if there is one.
    pub fn open(path: &Path) -> io::Result<Self> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let values = text
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Ok(Self { path: path.to_owned(), values })
    }

    /// The password of that name.
    pub fn get(&mut self, name: &str) -> io::Result<String> {
        if let Some(value) = self.values.get(name) {
            return Ok(value.clone());
        }
        let value = generate()?;
        self.values.insert(name.to_owned(), value.clone());
        let lines: Vec<_> =
            self.values.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        write_private(&self.path, &lines.concat())?;
        Ok(value)
    }
}

/// A new password: 128 random bits as hexadecimal digits, which need no quoting anywhere.
pub fn generate() -> io::Result<String> {
    let mut bytes = [0_u8; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}

/// Replaces a file by one that only its owner can read, at no moment half written.
pub fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let draft = path.with_added_extension("new");
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(draft, path)
}
