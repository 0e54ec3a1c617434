//! The records of a CSV file, in UTF-8 or CP949.

use std::io::{self, Read};

use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::{EUC_KR, Encoding, UTF_8};

use super::FileError;
use super::bounded::Bounded;
use super::record::Record;

/// A CSV file of which the header was read.
pub(super) struct CsvRecords<R> {
    reader: csv::Reader<Bounded<R>>,
    /// Names of the columns, trimmed and in lower case: editions write 좌표정보(x) and (X).
    header: Vec<String>,
    encoding: &'static Encoding,
    record: ByteRecord,
}

impl<R: Read> CsvRecords<R> {
    /// Reads the header. If it is no UTF-8, the file is in CP949 (which the WHATWG calls EUC-KR):
    /// no byte of a two-byte character there can be taken for a comma, a quote or a line's end,
    /// so records are split first and decoded afterwards.
    pub(super) fn open(input: Bounded<R>) -> Result<Self, FileError> {
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input);
        let mut record = ByteRecord::new();
        reader.read_byte_record(&mut record).map_err(io::Error::from)?;
        let is_utf8 = std::str::from_utf8(record.as_slice()).is_ok();
        let encoding = if is_utf8 { UTF_8 } else { EUC_KR };
        let header = record.iter().map(|name| {
            let (name, _) = encoding.decode_without_bom_handling(name);
            name.trim().to_ascii_lowercase()
        });
        Ok(Self { header: header.collect(), reader, encoding, record })
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.header
    }

    /// The next record that is not an empty line.
    pub(super) fn read_next(&mut self) -> Result<Option<Record<'_>>, FileError> {
        self.reader.get_mut().next_record();
        let found = self.reader.read_byte_record(&mut self.record).map_err(io::Error::from)?;
        let Self { header, encoding, record: fields, .. } = self;
        let record = Record::Csv { header, fields, encoding };
        if self.reader.get_ref().was_cut() {
            return Err(FileError::RecordTooLong { line: record.line() });
        }
        Ok(found.then_some(record))
    }
}
