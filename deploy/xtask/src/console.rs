//! What the launcher says: one line a step, coloured where a person looks.

use std::env;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "1;31";
const GREEN: &str = "32";
const YELLOW: &str = "33";

/// One colour a service, in the order of the table of services.
const PREFIXES: [&str; 6] = ["36", "35", "34", "33", "32", "96"];

/// Writes to standard error, so that standard output carries results only.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    coloured: bool,
}

impl Console {
    /// Colours only for a terminal, and not if `NO_COLOR` is set.
    #[must_use]
    pub fn detect() -> Self {
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { coloured: io::stderr().is_terminal() && !refused }
    }

    /// A console without colours.
    #[must_use]
    pub const fn plain() -> Self {
        Self { coloured: false }
    }

    /// Says what begins now.
    pub fn step(&self, text: impl Display) {
        self.line(&format!("{} {text}", self.paint(BOLD, "▸")));
    }

    /// Says what has been reached.
    pub fn done(&self, text: impl Display) {
        self.line(&format!("{} {text}", self.paint(GREEN, "✔")));
    }

    /// Says something by the way.
    pub fn note(&self, text: impl Display) {
        self.line(&format!("  {}", self.paint(DIM, &text.to_string())));
    }

    /// Says what should not be overlooked.
    pub fn warn(&self, text: impl Display) {
        self.line(&format!("{} {text}", self.paint(YELLOW, "!")));
    }

    /// Says what went wrong.
    pub fn error(&self, text: impl Display) {
        self.line(&format!("{} {text}", self.paint(RED, "✘")));
    }

    /// The name of a service as it stands before each of its log lines.
    #[must_use]
    pub fn prefix(&self, index: usize, name: &str) -> String {
        let colour = PREFIXES.get(index % PREFIXES.len()).copied().unwrap_or(BOLD);
        self.paint(colour, &format!("{name:>8} │"))
    }

    /// Emphasises the part of a line that a reader looks for.
    #[must_use]
    pub fn strong(&self, text: impl Display) -> String {
        self.paint(BOLD, &text.to_string())
    }

    /// Writes one whole line at once, so that lines of several threads do not mix.
    pub fn line(self, text: &str) {
        // A closed terminal is no reason to stop working.
        let _ = io::stderr().lock().write_all(format!("{text}\n").as_bytes());
    }

    fn paint(self, colour: &str, text: &str) -> String {
        if self.coloured { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// A duration as a person says it: `0.31 s`, `12 s`, `3 min 5 s`.
#[must_use]
pub fn spoken(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds >= 60 {
        format!("{} min {} s", seconds / 60, seconds % 60)
    } else if seconds >= 10 {
        format!("{seconds} s")
    } else {
        format!("{:.2} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_naturally() {
        assert_eq!(spoken(Duration::from_millis(312)), "0.31 s");
        assert_eq!(spoken(Duration::from_secs(12)), "12 s");
        assert_eq!(spoken(Duration::from_secs(185)), "3 min 5 s");
    }

    #[test]
    fn a_plain_console_adds_no_escape_codes() {
        assert_eq!(Console::plain().prefix(0, "party"), "   party │");
    }
}
