//! How large a frame may be.

/// What a client may send at most. Whatever is larger is refused before it is kept.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the command and the headers, with their line ends.
    pub head_bytes: usize,
    /// How many headers.
    pub headers: usize,
    /// Bytes of the body.
    pub body_bytes: usize,
}

impl Default for Limits {
    /// Enough for a token in a header, and for a message of 2,000 characters however its JSON is
    /// written: `\\ud83c\\udf4e` is one of them.
    fn default() -> Self {
        Self { head_bytes: 8 * 1024, headers: 50, body_bytes: 32 * 1024 }
    }
}
