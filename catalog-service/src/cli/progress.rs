//! How far an import is: a bar on a terminal, lines elsewhere.

use std::io::{IsTerminal as _, Write as _};

use crate::domain::ImportRun;

/// How many signs the bar is long.
const BAR: u32 = 30;

/// Shows how far an import is, on standard error.
pub(super) struct Progress {
    on_terminal: bool,
}

impl Progress {
    /// Begins to show.
    pub(super) fn begin(run: &ImportRun) -> Self {
        let pages = run.tally.pages_done();
        if pages > 0 {
            eprintln!("going on with import {} after {pages} page(s)", run.id);
        }
        Self { on_terminal: std::io::stderr().is_terminal() }
    }

    /// Shows how far it is.
    pub(super) fn show(&self, run: &ImportRun) {
        let (done, total) = (run.tally.pages_done(), run.pages_total().unwrap_or_default());
        let rows = run.tally.rows_read;
        if self.on_terminal {
            eprint!("\r[{}] {done}/{total} page(s), {rows} row(s)", bar(done, total));
            // The bar is a comfort; a closed terminal is no reason to stop.
            drop(std::io::stderr().flush());
        } else {
            eprintln!("{done}/{total} page(s), {rows} row(s)");
        }
    }

    /// Leaves the last line as it is.
    pub(super) fn end(&self) {
        if self.on_terminal {
            eprintln!();
        }
    }
}

fn bar(done: u32, total: u32) -> String {
    let filled = done.saturating_mul(BAR).checked_div(total).unwrap_or_default().min(BAR);
    (0..BAR).map(|place| if place < filled { '#' } else { '.' }).collect()
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn the_bar_fills() {
        assert_eq!(bar(0, 14), ".".repeat(30));
        assert_eq!(bar(7, 14), format!("{}{}", "#".repeat(15), ".".repeat(15)));
        assert_eq!(bar(14, 14), "#".repeat(30));
        assert_eq!(bar(0, 0), ".".repeat(30));
    }
}
