//! Log files of the children, their lines on the terminal, and their last words.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::thread;

use anyhow::{Context, Result};

use crate::console::Console;

/// How much of the end of a log is read to find its last lines.
const TAIL: u64 = 16_384;

/// Opens a new log file; the one of the run before is kept beside it as `….old`.
pub fn create(path: &Path) -> Result<File> {
    if path.exists() {
        fs::rename(path, path.with_added_extension("old"))?;
    }
    File::options()
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Copies lines to the terminal, behind `prefix`, and to a file, until the source is closed.
pub fn show(
    source: impl Read + Send + 'static,
    prefix: &str,
    console: Console,
    mut file: File,
) -> thread::JoinHandle<()> {
    let prefix = prefix.to_owned();
    thread::spawn(move || {
        for line in BufReader::new(source).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            console.line(&format!("{prefix} {line}"));
            // The terminal has the line; a log on a full disk must not stop the service.
            let _ = writeln!(file, "{line}");
        }
    })
}

/// The last lines of a log, as the end of an error message; empty if there are none.
#[must_use]
pub fn tail(path: &Path, lines: usize) -> String {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|mut file| {
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        file.read_to_end(&mut bytes)
    });
    let text = String::from_utf8_lossy(&bytes);
    let mut last: Vec<&str> =
        text.lines().rev().filter(|line| !line.is_empty()).take(lines).collect();
    if read.is_err() || last.is_empty() {
        return String::new();
    }
    last.reverse();
    format!("; its last words in {}:\n    {}", path.display(), last.join("\n    "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_the_last_lines_in_order() {
        let path = std::env::temp_dir().join(format!("tail-{}.log", std::process::id()));
        fs::write(&path, "one\ntwo\n\nthree\n").unwrap();
        let tail = tail(&path, 2);
        fs::remove_file(&path).unwrap();
        assert!(tail.ends_with(":\n    two\n    three"), "{tail}");
    }

    #[test]
    fn a_missing_log_has_no_last_words() {
        assert_eq!(tail(Path::new("/nonexistent/log"), 5), "");
    }
}
