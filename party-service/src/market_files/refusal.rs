//! Why a record did not become a market.

use std::fmt;

use chassis::text::{Locale, Text};

/// A record that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The line it begins on, or an empty line before it; in JSON its number, from 1.
    pub line: u64,
    /// Why.
    pub reason: Reason,
}

/// Why a record was refused. Columns are named as in the file's published form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The store is not (or no longer) open for business.
    Closed,
    /// What the source identifies its places by is missing.
    NoSourceId,
    /// The name is missing.
    NoName,
    /// The road address is missing. A lot number is no substitute: people are sent there.
    NoRoadAddress,
    /// A coordinate is missing.
    NoCoordinates,
    /// The coordinates are not in Korea.
    OutsideKorea,
    /// A number is something else.
    UnreadableNumber {
        /// The column.
        column: &'static str,
    },
    /// The bytes are no text in the encoding of the file.
    UnreadableText {
        /// The column.
        column: &'static str,
    },
    /// A text has control or invisible characters in it.
    ControlCharacter {
        /// The column.
        column: &'static str,
    },
    /// A text is too long.
    TooLong {
        /// The column.
        column: &'static str,
        /// How many characters are allowed.
        max: usize,
    },
    /// The record has not as many fields as the header has columns.
    WrongColumnCount {
        /// Columns of the header.
        expected: usize,
        /// Fields of the record.
        found: usize,
    },
    /// An earlier record of the file has the same id.
    DuplicateId {
        /// The id.
        id: String,
    },
}

impl Reason {
    /// What reports are counted by: `snake_case`, never renamed.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::NoSourceId => "no_source_id",
            Self::NoName => "no_name",
            Self::NoRoadAddress => "no_road_address",
            Self::NoCoordinates => "no_coordinates",
            Self::OutsideKorea => "outside_korea",
            Self::UnreadableNumber { .. } => "unreadable_number",
            Self::UnreadableText { .. } => "unreadable_text",
            Self::ControlCharacter { .. } => "control_character",
            Self::TooLong { .. } => "too_long",
            Self::WrongColumnCount { .. } => "wrong_column_count",
            Self::DuplicateId { .. } => "duplicate_id",
        }
    }

    /// The reason in words.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Closed => Text::new("영업 중인 곳이 아닙니다", "not open for business"),
            Self::NoSourceId => Text::new("관리번호가 없습니다", "the id is missing"),
            Self::NoName => Text::new("이름이 없습니다", "the name is missing"),
            Self::NoRoadAddress => {
                Text::new("도로명주소가 없습니다", "the road address is missing")
            }
            Self::NoCoordinates => Text::new("좌표가 없습니다", "the coordinates are missing"),
            Self::OutsideKorea => {
                Text::new("좌표가 대한민국 밖입니다", "the coordinates are outside Korea")
            }
            Self::UnreadableNumber { column } => Text::with(
                format!("숫자로 읽을 수 없습니다: {column}"),
                format!("not a number: {column}"),
            ),
            Self::UnreadableText { column } => Text::with(
                format!("글자가 깨져 읽을 수 없습니다: {column}"),
                format!("not text in the encoding of this file: {column}"),
            ),
            Self::ControlCharacter { column } => Text::with(
                format!("제어 문자나 보이지 않는 문자가 들어 있습니다: {column}"),
                format!("has control or invisible characters: {column}"),
            ),
            Self::TooLong { column, max } => Text::with(
                format!("{max}자를 넘습니다: {column}"),
                format!("longer than {max} characters: {column}"),
            ),
            Self::WrongColumnCount { expected, found } => Text::with(
                format!("열이 {expected}개여야 하는데 {found}개입니다"),
                format!("has {found} fields where the header has {expected} columns"),
            ),
            Self::DuplicateId { id } => Text::with(
                format!("앞에 나온 것과 관리번호가 같습니다: {id}"),
                format!("an earlier record has the same id: {id}"),
            ),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason.text().in_locale(Locale::En))
    }
}
