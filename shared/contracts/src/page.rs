//! Lists come in pages, and the way to the next page is an opaque cursor.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most rows a page may have.
pub const MAX_LIMIT: u32 = 100;
/// How many rows a page has when the client does not say.
pub const DEFAULT_LIMIT: u32 = 20;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The rows, in the order of the list.
    pub items: Vec<T>,
    /// Where the next page begins; `null` after the last one.
    pub next_cursor: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page from up to `limit + 1` rows: the one too many only tells that more follow.
    ///
    /// `position` is the sort key of a row, with all that is needed to continue after it.
    #[must_use]
    pub fn from_rows<K: Serialize>(
        mut rows: Vec<T>,
        limit: u32,
        position: impl Fn(&T) -> K,
    ) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor =
            rows.last().filter(|_| more).and_then(|last| Cursor::encode(&position(last)).ok());
        Self { items: rows, next_cursor }
    }

    /// Turns each row into another, keeping the cursor.
    #[must_use]
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next_cursor: self.next_cursor }
    }
}

/// A place in a list, opaque to clients: base64url of a small JSON value.
///
/// It is not signed. A forged cursor only starts a list elsewhere, and every query applies its own
/// rights and bounds to the rows again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, example = "eyJkIjoxMi41fQ")]
pub struct Cursor(String);

/// The cursor was not made by this list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CursorError;

impl std::fmt::Display for CursorError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the cursor was not made by this list")
    }
}

impl std::error::Error for CursorError {}

impl Cursor {
    /// Cursors longer than this are refused unread.
    const MAX_CHARS: usize = 512;

    /// Makes a cursor from a sort key.
    pub fn encode(position: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self(URL_SAFE_NO_PAD.encode(serde_json::to_vec(position)?)))
    }

    /// Gives back the sort key that [`encode`](Self::encode) put in.
    pub fn decode<K: DeserializeOwned>(&self) -> Result<K, CursorError> {
        if self.0.len() > Self::MAX_CHARS {
            return Err(CursorError);
        }
        let json = URL_SAFE_NO_PAD.decode(&self.0).map_err(|_| CursorError)?;
        serde_json::from_slice(&json).map_err(|_| CursorError)
    }

    /// The text that goes into a query string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, CursorError, Page};

    #[test]
    fn a_full_page_points_at_its_last_row() {
        let page = Page::from_rows(vec![1, 2, 3], 2, |n| *n);
        assert_eq!(page.items, [1, 2]);
        assert_eq!(page.next_cursor.unwrap().decode::<i32>(), Ok(2));
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        assert_eq!(Page::from_rows(vec![1, 2], 2, |n| *n).next_cursor, None);
        assert_eq!(Page::from_rows(Vec::<i32>::new(), 2, |n| *n).next_cursor, None);
    }

    #[test]
    fn foreign_cursors_are_refused() {
        for text in ["", "!", "e30", "bm90IGpzb24", &"A".repeat(10_000)] {
            let cursor: Cursor = serde_json::from_value(text.into()).unwrap();
            assert_eq!(cursor.decode::<(f64, u64)>(), Err(CursorError), "{text:.20}");
        }
    }
}
