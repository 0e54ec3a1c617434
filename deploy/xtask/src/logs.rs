//! Log files of the children, their lines on the terminal, and their last words.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::console::Console;

/// How much of the end of a log is read to find its last lines.
const TAIL: u64 = 16_384;

/// How long nobody minds silence.
const HEARTBEAT: Duration = Duration::from_secs(3);

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

/// Repeats the last line of a log every few seconds, so that a long step does not look stuck.
#[derive(Debug)]
pub struct Heartbeat<'a> {
    console: Console,
    path: &'a Path,
    next: Instant,
}

impl<'a> Heartbeat<'a> {
    /// For the log of a step that begins now.
    #[must_use]
    pub fn new(console: Console, path: &'a Path) -> Self {
        Self { console, path, next: Instant::now() + HEARTBEAT }
    }

    /// To be called often; says something now and then.
    pub fn tick(&mut self) {
        if Instant::now() >= self.next {
            self.next = Instant::now() + HEARTBEAT;
            self.console.note(last_lines(self.path, 1).concat());
        }
    }
}

/// The last lines of a log, as the end of an error message; empty if there are none.
#[must_use]
pub fn tail(path: &Path, lines: usize) -> String {
    let lines = last_lines(path, lines);
    if lines.is_empty() {
        return String::new();
    }
    format!("; its last words in {}:\n    {}", path.display(), lines.join("\n    "))
}

/// The last lines that are not empty; none of a log that cannot be read.
fn last_lines(path: &Path, lines: usize) -> Vec<String> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|mut file| {
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        file.read_to_end(&mut bytes)
    });
    if read.is_err() {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(&bytes);
    let filled = text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned);
    let mut last: Vec<String> = filled.rev().take(lines).collect();
    last.reverse();
    last
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
