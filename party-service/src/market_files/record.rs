//! One record of a file: its fields by column name, cleaned and checked as they are asked for.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use csv::ByteRecord;
use encoding_rs::Encoding;
use serde_json::{Map, Value};
use unicode_normalization::UnicodeNormalization;

use super::Reason;
use crate::domain::geo::Coordinates;

/// Names of one column, in the order of preference: editions of a source differ.
pub(super) type Column = &'static [&'static str];

/// Longer, in characters, than any number, code or status that is published.
pub(super) const WORD: usize = 100;

/// A record that was read but not judged.
pub(super) enum Record<'a> {
    Csv { header: &'a [String], fields: &'a ByteRecord, encoding: &'static Encoding },
    Json { number: u64, fields: Map<String, Value> },
}

impl Record<'_> {
    /// The line the record begins on; in JSON its number.
    pub(super) fn line(&self) -> u64 {
        match self {
            Self::Csv { fields, .. } => fields.position().map_or(0, csv::Position::line),
            Self::Json { number, .. } => *number,
        }
    }

    /// Refuses a record that has not as many fields as the header. Empty ones too many are
    /// forgiven: some editions end their lines, but not the header, with a comma.
    pub(super) fn check(&self) -> Result<(), Reason> {
        let Self::Csv { header, fields, .. } = self else { return Ok(()) };
        let (expected, found) = (header.len(), fields.len());
        let surplus_is_empty = fields.iter().skip(expected).all(<[u8]>::is_empty);
        if found == expected || (found > expected && surplus_is_empty) {
            return Ok(());
        }
        Err(Reason::WrongColumnCount { expected, found })
    }

    /// A text of at most `max` characters; empty if the field is blank or the column missing.
    pub(super) fn text(&self, column: Column, max: usize) -> Result<String, Reason> {
        for name in column {
            let raw = self.raw(name).ok_or(Reason::UnreadableText { column: name })?;
            let text: String = raw.trim().nfc().collect();
            if text.chars().any(is_unseen) {
                return Err(Reason::ControlCharacter { column: name });
            }
            if text.chars().count() > max {
                return Err(Reason::TooLong { column: name, max });
            }
            if !text.is_empty() {
                return Ok(text);
            }
        }
        Ok(String::new())
    }

    /// A text, or `None` if there is none.
    pub(super) fn optional(&self, column: Column, max: usize) -> Result<Option<String>, Reason> {
        Ok(Some(self.text(column, max)?).filter(|text| !text.is_empty()))
    }

    /// A text, or `missing` if there is none.
    pub(super) fn required(
        &self,
        column: Column,
        max: usize,
        missing: Reason,
    ) -> Result<String, Reason> {
        self.optional(column, max)?.ok_or(missing)
    }

    /// The postal code, if it looks like one: a wrong one is no reason to lose a market.
    pub(super) fn zip_code(&self, column: Column) -> Result<Option<String>, Reason> {
        let zip_code = self.text(column, WORD)?.replace('-', "");
        let is_one =
            matches!(zip_code.len(), 5 | 6) && zip_code.bytes().all(|b| b.is_ascii_digit());
        Ok(is_one.then_some(zip_code))
    }

    /// Two numbers, such as a latitude and a longitude.
    pub(super) fn pair(&self, first: Column, second: Column) -> Result<(f64, f64), Reason> {
        Ok((self.number(first)?, self.number(second)?))
    }

    fn number(&self, column: Column) -> Result<f64, Reason> {
        let text = self.required(column, WORD, Reason::NoCoordinates)?;
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        let name = column.first().copied().unwrap_or_default();
        number.ok_or(Reason::UnreadableNumber { column: name })
    }

    /// The field as it stands in the file; `None` if it is no text.
    fn raw(&self, name: &str) -> Option<Cow<'_, str>> {
        match self {
            Self::Csv { header, fields, encoding } => {
                let index = header.iter().position(|column| column == name);
                let bytes = index.and_then(|index| fields.get(index)).unwrap_or_default();
                encoding.decode_without_bom_handling_and_without_replacement(bytes)
            }
            Self::Json { fields, .. } => Some(match fields.get(name) {
                None | Some(Value::Null) => Cow::Borrowed(""),
                Some(Value::String(text)) => Cow::Borrowed(text),
                Some(other) => Cow::Owned(other.to_string()),
            }),
        }
    }
}

/// Places from 33.0 to 38.7 degrees north and from 124.5 to 132.0 degrees east: all of South Korea
/// with Marado, Baengnyeongdo and Dokdo.
pub(super) fn in_korea(coordinates: Option<Coordinates>) -> Result<Coordinates, Reason> {
    coordinates
        .filter(|place| (33.0..=38.7).contains(&place.latitude()))
        .filter(|place| (124.5..=132.0).contains(&place.longitude()))
        .ok_or(Reason::OutsideKorea)
}

/// Control characters, and those that have no width or turn the direction of writing: in a name
/// they are an accident or a trick.
fn is_unseen(character: char) -> bool {
    const UNSEEN: [RangeInclusive<char>; 4] = [
        '\u{200B}'..='\u{200F}',
        '\u{2028}'..='\u{202E}',
        '\u{2060}'..='\u{206F}',
        '\u{FEFF}'..='\u{FEFF}',
    ];
    character.is_control() || UNSEEN.iter().any(|range| range.contains(&character))
}
