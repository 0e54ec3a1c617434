//! Items from a CSV file.

use std::path::Path;

use chassis::text::{Invalid, Text};
use sha2::{Digest as _, Sha256};

use super::failure::Failure;
use super::page::{Line, Page};
use crate::domain::{Item, PAGE_ROWS};

/// The file is not one of ours.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be opened or read.
    #[error("{path} cannot be read: {source}")]
    Io {
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// It is no CSV file, or lacks a column.
    #[error("{path} is no list of items: {source}")]
    Csv {
        /// Which file.
        path: String,
        /// Why.
        source: csv::Error,
    },
}

/// The rows of a CSV file with the columns of [`RawRow`](super::RawRow), in any order; others are ignored.
#[derive(Debug)]
pub struct FileRows {
    label: String,
    lines: Vec<Line>,
}

impl FileRows {
    /// Reads a file.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let name = || path.display().to_string();
        let bytes = std::fs::read(path).map_err(|source| FileError::Io { path: name(), source })?;
        let lines = read(&bytes).map_err(|source| FileError::Csv { path: name(), source })?;
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(Self { label: label(&file_name, &bytes), lines })
    }

    /// The rows that can be read as items.
    #[must_use]
    pub fn items(&self) -> Vec<Item> {
        self.lines.iter().filter_map(|line| line.row.as_ref().ok()?.parse().ok()).collect()
    }

    /// The name of the file, and what it held: another content is another source.
    pub(super) fn label(&self) -> &str {
        &self.label
    }

    /// The page with this number, from 0 on.
    pub(super) fn page(&self, number: u32) -> Result<Page, Failure> {
        let total = u32::try_from(self.lines.len()).map_err(|_| Failure::TooLarge)?;
        if total == 0 {
            return Err(Failure::NoRows);
        }
        let rows = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
        let before = rows(number).saturating_mul(rows(PAGE_ROWS));
        let lines = self.lines.iter().skip(before).take(rows(PAGE_ROWS)).cloned().collect();
        Ok(Page { total, lines })
    }
}

fn label(file_name: &str, bytes: &[u8]) -> String {
    let name: String = file_name.chars().take(100).collect();
    let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(bytes).into();
    format!("file:{name}#{:08x}", u32::from_be_bytes([a, b, c, d]))
}

fn read(bytes: &[u8]) -> csv::Result<Vec<Line>> {
    let mut reader = csv::Reader::from_reader(bytes);
    let headers = reader.headers()?.clone();
    let mut lines = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        let row = match reader.read_record(&mut record) {
            Ok(false) => return Ok(lines),
            Ok(true) => Ok(record.deserialize(Some(&headers))?),
            Err(error) => Err(unreadable(&error)),
        };
        let line = record.position().map_or_else(|| reader.position().line(), csv::Position::line);
        lines.push(Line { number: u32::try_from(line).unwrap_or(u32::MAX), row });
    }
}

fn unreadable(error: &csv::Error) -> Invalid {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => Invalid::with(
            "wrong_columns",
            Text::with(
                format!("열이 {expected_len}개가 아니라 {len}개입니다"),
                format!("has {len} columns instead of {expected_len}"),
            ),
        ),
        csv::ErrorKind::Utf8 { .. } => Invalid::new("not_utf8", "UTF-8이 아닙니다", "is not UTF-8"),
        _ => Invalid::new("unreadable", "읽을 수 없습니다", "cannot be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::{label, read};

    const HEADER: &str =
        "category_code,category_name,item_code,item_name,variety_code,variety_name\n";

    #[test]
    fn rows_are_read_in_any_order_of_columns() {
        let file = "\u{feff}variety_name,note,variety_code,item_name,item_code,category_name,category_code\n\
                    \" 후지 \",x, 060103 ,사과,0601,과실류,06\r\n";
        let lines = read(file.as_bytes()).unwrap();
        let row = lines[0].row.as_ref().unwrap();
        assert_eq!(row.to_string(), "06 | 과실류 | 0601 | 사과 |  060103  |  후지 ");
    }

    #[test]
    fn a_bad_line_costs_no_other() {
        let rows = [
            HEADER.trim_end().as_bytes(),
            "06,과실류,0601,사과,060103,후지".as_bytes(),
            "06,과실류,0601".as_bytes(),
            b"06,\xb0\xfa\xbd\xc7\xb7\xf9,0601,a,060105,b",
            "06,과실류,0601,사과,060104,홍옥".as_bytes(),
        ]
        .join(&b'\n');
        let lines = read(&rows).unwrap();
        let outcome: Vec<_> = lines
            .iter()
            .map(|line| (line.number, line.row.as_ref().err().map(|reason| reason.code)))
            .collect();
        assert_eq!(
            outcome,
            [(2, None), (3, Some("wrong_columns")), (4, Some("not_utf8")), (5, None)]
        );
    }

    #[test]
    fn a_file_without_our_columns_is_no_file_of_ours() {
        let error = read("name,code\na,1\n".as_bytes()).unwrap_err();
        assert!(error.to_string().contains("category_code"), "{error}");
    }

    #[test]
    fn another_content_is_another_source() {
        assert_eq!(label("a.csv", b"x"), label("a.csv", b"x"));
        assert_ne!(label("a.csv", b"x"), label("a.csv", b"y"));
        assert!(label(&"가".repeat(300), b"x").chars().count() < 200);
    }
}
