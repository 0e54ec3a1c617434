//! A page of a source, as far as it could be read.

use chassis::text::Invalid;

use super::row::RawRow;

/// Some rows of a source.
#[derive(Clone, Debug)]
pub struct Page {
    /// How many rows the whole source has.
    pub total: u32,
    /// The rows.
    pub lines: Vec<Line>,
}

/// One row of a source.
#[derive(Clone, Debug)]
pub struct Line {
    /// Where it stands in the source, from 1 on; in a file, the line.
    pub number: u32,
    /// What it says, or why that cannot be read.
    pub row: Result<RawRow, Invalid>,
}
