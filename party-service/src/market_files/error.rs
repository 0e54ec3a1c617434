//! Why a file could not be read, or not to its end.

use std::io;

use chassis::text::Text;

use super::MAX_RECORDS;
use super::bounded::MAX_RECORD_BYTES;

/// A fault of the file as a whole: nothing after it can be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The columns are of none of the known forms.
    #[error("not a list of markets in a known form")]
    UnknownForm,
    /// Reading from the disk failed.
    #[error("cannot read")]
    Io(#[from] io::Error),
    /// The JSON around or in a record is broken.
    #[error("broken JSON in record {record}")]
    Json {
        /// The record, from 1; 0 is what comes before the first.
        record: u64,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A record is absurdly long, most likely for a quotation mark that is never closed.
    #[error("the record on line {line} is longer than {MAX_RECORD_BYTES} bytes")]
    RecordTooLong {
        /// The line it begins on; in JSON its number.
        line: u64,
    },
    /// More records than there can be markets.
    #[error("more than {MAX_RECORDS} records")]
    TooManyRecords,
}

impl FileError {
    /// The fault in words, with the way out where there is one.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::UnknownForm => Text::new(
                "알려진 형식의 시장 목록이 아닙니다: 전국전통시장표준데이터(CSV·JSON), LOCALDATA \
                 대규모점포(CSV), 또는 우리 형식의 CSV를 주세요",
                "not a list of markets in a known form: give 전국전통시장표준데이터 (CSV or JSON), \
                 LOCALDATA 대규모점포 (CSV), or our own CSV",
            ),
            Self::Io(source) => Text::with(
                format!("파일을 읽을 수 없습니다: {source}"),
                format!("the file cannot be read: {source}"),
            ),
            Self::Json { record, source } => Text::with(
                format!("{record}번째 레코드의 JSON이 올바르지 않습니다: {source}"),
                format!("the JSON of record {record} is broken: {source}"),
            ),
            Self::RecordTooLong { line } => Text::with(
                format!("{line}번 줄의 레코드가 너무 깁니다. 닫히지 않은 따옴표를 찾아보세요"),
                format!(
                    "the record on line {line} is too long: look for an unclosed quotation mark"
                ),
            ),
            Self::TooManyRecords => Text::with(
                format!("레코드가 {MAX_RECORDS}개를 넘습니다. 파일을 나누어 주세요"),
                format!("more than {MAX_RECORDS} records: split the file"),
            ),
        }
    }
}
