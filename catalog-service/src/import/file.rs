//! Items from a CSV file.

use std::collections::HashSet;
use std::io::Read;

use chassis::text::{Invalid, Text};

use super::row::{RawRow, Refusal};
use crate::domain::Item;

/// The file is not one of ours.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read, or lacks a column.
    #[error("the file cannot be read: {0}")]
    Csv(#[from] csv::Error),
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Contents {
    /// How many rows it has.
    pub read: usize,
    /// The items, each code once.
    pub items: Vec<Item>,
    /// The rows that were not taken.
    pub refusals: Vec<Refusal>,
}

const DUPLICATE: Invalid = Invalid::new(
    "duplicate",
    "같은 코드가 앞에 이미 있습니다",
    "stands further up in the file already",
);

/// Reads a CSV file with the columns of [`RawRow`], in any order; others are ignored.
pub fn read_csv(file: impl Read) -> Result<Contents, FileError> {
    let mut reader = csv::Reader::from_reader(file);
    let headers = reader.headers()?.clone();
    let mut contents = Contents::default();
    let mut seen = HashSet::new();
    let mut record = csv::StringRecord::new();
    loop {
        let outcome = match reader.read_record(&mut record) {
            Ok(false) => return Ok(contents),
            Ok(true) => {
                let row: RawRow = record.deserialize(Some(&headers))?;
                row.parse().map_err(|(column, reason)| (Some(column), reason))
            }
            Err(error) if error.is_io_error() => return Err(error.into()),
            Err(error) => Err((None, unreadable(&error))),
        };
        contents.read += 1;
        let (column, reason) = match outcome {
            Ok(item) if seen.insert(item.code().clone()) => {
                contents.items.push(item);
                continue;
            }
            Ok(_) => (Some("variety_code"), DUPLICATE),
            Err(refused) => refused,
        };
        let line = record.position().map_or_else(|| reader.position().line(), csv::Position::line);
        contents.refusals.push(Refusal { line, column, reason });
    }
}

fn unreadable(error: &csv::Error) -> Invalid {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => {
            Invalid::new("unreadable", "UTF-8이 아닙니다", "the line is not UTF-8")
        }
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => Invalid::with(
            "wrong_columns",
            Text::with(
                format!("열이 {expected_len}개가 아니라 {len}개입니다"),
                format!("the line has {len} columns instead of {expected_len}"),
            ),
        ),
        _ => Invalid::new("unreadable", "읽을 수 없습니다", "the line cannot be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::read_csv;

    const HEADER: &str =
        "category_code,category_name,item_code,item_name,variety_code,variety_name\n";

    fn refusals(rows: &[u8]) -> Vec<String> {
        let file = [HEADER.as_bytes(), rows].concat();
        let contents = read_csv(file.as_slice()).unwrap();
        contents.refusals.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn good_rows_become_items_in_any_order_of_columns() {
        let file = "\u{feff}variety_name,note,variety_code,item_name,item_code,category_name,category_code\n\
                    \" 후지 \",x, 060103 ,사과,0601,과실류,06\r\n";
        let contents = read_csv(file.as_bytes()).unwrap();
        assert_eq!(contents.refusals, []);
        assert_eq!(contents.items[0].display_name(), "사과 (후지)");
        assert_eq!(contents.items[0].code().as_str(), "060103");
    }

    #[test]
    fn bad_rows_are_refused_one_by_one() {
        let rows = [
            "06,과실류,0601,사과,060103,후지".as_bytes(),
            "06,과실류,0601,사과,060103,홍옥".as_bytes(),
            "06,과실류,0601,사과,,후지".as_bytes(),
            "06,과실류,0601,사과,060104,  ".as_bytes(),
            "06,과실류,0601".as_bytes(),
            b"06,\xb0\xfa\xbd\xc7\xb7\xf9,0601,a,060105,b",
            "06,과실류,06-01,사과,060106,후지".as_bytes(),
        ]
        .join(&b'\n');
        assert_eq!(
            refusals(&rows),
            [
                "line 3: variety_code stands further up in the file already",
                "line 4: variety_code there is no code",
                "line 5: variety_name there is no name",
                "line 6: the line has 3 columns instead of 6",
                "line 7: the line is not UTF-8",
                "line 8: item_code must be 1 to 16 ASCII letters and digits",
            ]
        );
    }

    #[test]
    fn a_file_without_our_columns_is_no_file_of_ours() {
        let error = read_csv("name,code\na,1\n".as_bytes()).unwrap_err();
        assert!(error.to_string().contains("category_code"), "{error}");
    }
}
