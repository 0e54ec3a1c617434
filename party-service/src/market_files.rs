//! Lists of markets as files, read row by row: public data as published, or our own form.
//!
//! [`MarketFile::open`] tells the form from the columns: our own CSV, 전국전통시장표준데이터 (CSV
//! or JSON), or LOCALDATA 대규모점포. What is read is one record at a time, so that a file may be
//! of any length. A record that cannot become a market is a [`Refusal`] and reading goes on; a
//! file that cannot be read on is a [`FileError`] and ends it:
//!
//! ```no_run
//! # use party_service::market_files::MarketFile;
//! # fn import(file: std::fs::File) -> Result<(), party_service::market_files::FileError> {
//! for record in MarketFile::open(file)? {
//!     match record? {
//!         Ok(row) => println!("{} {}", row.source_id, row.name),
//!         Err(refusal) => println!("{refusal}"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The id of a row depends on what the source says of the place, not on the file, so that the same
//! place has the same id in every edition and form of a source (see the three forms).

mod bounded;
mod chain;
mod csv_records;
mod error;
mod form;
mod json_records;
mod localdata;
mod own;
mod projection;
mod record;
mod refusal;
mod row;
mod traditional;

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::io::{Chain, Cursor, Read};

use self::bounded::Bounded;
use self::csv_records::CsvRecords;
use self::json_records::JsonRecords;
use self::record::Record;

pub use self::error::FileError;
pub use self::form::Form;
pub use self::refusal::{Reason, Refusal};
pub use self::row::{MarketRow, limits};

/// The most records of a file: a bound for the ids kept to find duplicates. The country has some
/// four thousand markets.
pub const MAX_RECORDS: usize = 200_000;

/// An open list of markets; iterate over it to read it.
pub struct MarketFile<R> {
    records: Records<Rejoined<R>>,
    form: Form,
    /// The ids read so far.
    seen: HashSet<String>,
    count: usize,
    /// Set at the end and after an error: nothing more comes.
    done: bool,
}

/// The beginning of a file, which had to be looked at, and the rest.
type Rejoined<R> = Chain<Cursor<Vec<u8>>, R>;

enum Records<R> {
    Csv(CsvRecords<R>),
    Json(JsonRecords<R>),
}

impl<R: Read> MarketFile<R> {
    /// Reads as much as it takes to tell the form of a file.
    pub fn open(mut input: R) -> Result<Self, FileError> {
        let mut start = Vec::with_capacity(64);
        input.by_ref().take(64).read_to_end(&mut start)?;
        let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&start).to_vec();
        let is_json = text.trim_ascii_start().starts_with(b"{");
        let input = Bounded::new(Cursor::new(text).chain(input));
        let (records, form) = if is_json {
            let records = JsonRecords::open(input)?;
            let form = Form::of(records.columns());
            (Records::Json(records), form)
        } else {
            let records = CsvRecords::open(input)?;
            let form = Form::of(records.columns());
            (Records::Csv(records), form)
        };
        let form = form.ok_or(FileError::UnknownForm)?;
        Ok(Self { records, form, seen: HashSet::new(), count: 0, done: false })
    }

    /// The form of the file.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The next record, read and judged; `None` at the end.
    fn read_next(&mut self) -> Result<Option<Result<MarketRow, Refusal>>, FileError> {
        let record = match &mut self.records {
            Records::Csv(records) => records.read_next()?,
            Records::Json(records) => records.read_next()?,
        };
        let Some(record) = record else { return Ok(None) };
        self.count += 1;
        if self.count > MAX_RECORDS {
            return Err(FileError::TooManyRecords);
        }
        let line = record.line();
        let row = record.check().and_then(|()| self.form.read(&record));
        let row = row.and_then(|row| {
            let is_new = self.seen.insert(row.source_id.clone());
            if is_new { Ok(row) } else { Err(Reason::DuplicateId { id: row.source_id }) }
        });
        Ok(Some(row.map_err(|reason| Refusal { line, reason })))
    }
}

impl<R: Read> Iterator for MarketFile<R> {
    type Item = Result<Result<MarketRow, Refusal>, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let next = self.read_next().transpose();
        self.done = !matches!(next, Some(Ok(_)));
        next
    }
}
