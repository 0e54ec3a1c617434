//! The records of a JSON file as data.go.kr gives them: `{"fields":[{"id":…}],"records":[{…}]}`.

use std::io::{self, BufRead, BufReader, Read};

use serde::Deserialize;
use serde::de::{DeserializeOwned, Error as _, IgnoredAny};

use super::FileError;
use super::bounded::Bounded;
use super::record::Record;

/// A JSON file of which everything before the first record was read.
pub(super) struct JsonRecords<R> {
    input: BufReader<Bounded<R>>,
    columns: Vec<String>,
    /// Records read so far.
    number: u64,
}

#[derive(Deserialize)]
struct Field {
    id: String,
}

impl<R: Read> JsonRecords<R> {
    /// Reads up to the first record.
    pub(super) fn open(input: Bounded<R>) -> Result<Self, FileError> {
        let mut json = Self { input: BufReader::new(input), columns: Vec::new(), number: 0 };
        json.expect(b'{')?;
        loop {
            let key: String = json.value()?;
            json.expect(b':')?;
            match key.as_str() {
                "records" => break json.expect(b'[')?,
                "fields" => {
                    let fields: Vec<Field> = json.value()?;
                    json.columns = fields.into_iter().map(|field| field.id).collect();
                }
                _ => json.value::<IgnoredAny>().map(drop)?,
            }
        }
        Ok(json)
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The next record; what follows the last one is not looked at.
    pub(super) fn read_next(&mut self) -> Result<Option<Record<'_>>, FileError> {
        if self.peek()? == Some(b']') {
            return Ok(None);
        }
        self.number += 1;
        let fields = self.value()?;
        Ok(Some(Record::Json { number: self.number, fields }))
    }

    /// Reads one value and not a byte more, so that the next one can be read by itself. (After a
    /// bare number the parser has to look one byte ahead; but only a comma can be lost to that.)
    fn value<T: DeserializeOwned>(&mut self) -> Result<T, FileError> {
        self.peek()?;
        self.input.get_mut().next_record();
        let mut parser = serde_json::Deserializer::from_reader(&mut self.input);
        let value = T::deserialize(&mut parser);
        value.map_err(|source| self.broken(source))
    }

    fn expect(&mut self, byte: u8) -> Result<(), FileError> {
        if self.peek()? == Some(byte) {
            self.input.consume(1);
            return Ok(());
        }
        let expected = char::from(byte);
        Err(self.broken(serde_json::Error::custom(format_args!("expected `{expected}`"))))
    }

    /// The next byte that is neither white space nor a comma.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.input.fill_buf()?.first() {
                Some(byte) if byte.is_ascii_whitespace() || *byte == b',' => self.input.consume(1),
                byte => return Ok(byte.copied()),
            }
        }
    }

    fn broken(&self, source: serde_json::Error) -> FileError {
        if self.input.get_ref().was_cut() {
            return FileError::RecordTooLong { line: self.number };
        }
        match source.io_error_kind() {
            Some(kind) => FileError::Io(kind.into()),
            None => FileError::Json { record: self.number, source },
        }
    }
}
