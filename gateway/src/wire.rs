//! HTTP/1.1 as bytes: what the side of the clients and the side of the services share.

mod alarm;
mod chunks;
mod name;
pub mod scratch;

pub use alarm::Alarm;
pub(crate) use chunks::{Chunks, Part};
pub use name::Name;

use std::fmt;

use actix_http::StatusCode;

/// Bytes that are no HTTP/1.1, or that two programs could read differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub &'static str);

/// Lines that end with CR LF and have neither within.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    pub(crate) const fn of(all: &'a [u8]) -> Self {
        Self { all, at: 0 }
    }

    /// Where the next line begins.
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    /// What has not been looked at.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.all.get(self.at..).unwrap_or_default()
    }

    /// Passes over so many bytes.
    pub(crate) fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// The next line without its end; nothing if it is not whole.
    pub(crate) fn next(&mut self) -> Result<Option<&'a [u8]>, Malformed> {
        let rest = self.rest();
        let Some(end) = memchr::memchr(b'\n', rest) else { return Ok(None) };
        let line = rest.get(..=end).unwrap_or_default();
        let Some(line) = line.strip_suffix(b"\r\n") else {
            return Err(Malformed("a line ends without CR LF"));
        };
        // Nothing that is no text, and so neither CR nor NUL.
        let is_text = |byte: &u8| (*byte >= b' ' && *byte != 0x7f) || *byte == b'\t';
        if !line.iter().fold(true, |so_far, byte| so_far & is_text(byte)) {
            return Err(Malformed("a line has a control character in it"));
        }
        self.at += end + 1;
        Ok(Some(line))
    }
}

/// Whether these are the characters of a name or a method (RFC 9110, 5.6.2).
pub(crate) fn is_token(bytes: &[u8]) -> bool {
    let is_sign = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !bytes.is_empty() && bytes.iter().all(is_sign)
}

/// The name and the value of a header's line.
pub(crate) fn header(line: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let colon = memchr::memchr(b':', line).unwrap_or_default();
    let (name, value) = line.split_at_checked(colon).unwrap_or_default();
    if !is_token(name) {
        return Err(Malformed("a header has no proper name"));
    }
    Ok((name, value.strip_prefix(b":").unwrap_or_default().trim_ascii()))
}

/// What a `Content-Length` says.
pub(crate) fn length(value: &[u8]) -> Result<u64, Malformed> {
    let digits = std::str::from_utf8(value).ok().filter(|text| !text.starts_with('+'));
    let length = digits.and_then(|text| text.parse().ok());
    length.ok_or(Malformed("the length of the body is no number"))
}

/// The elements of a list of words, without the space around them.
pub(crate) fn words(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).filter(|word| !word.is_empty())
}

/// Appends what is formatted.
pub(crate) fn print(to: &mut Vec<u8>, text: fmt::Arguments<'_>) {
    use std::io::Write as _;

    // Writing to memory cannot fail.
    let _ = to.write_fmt(text);
}

/// Appends the line that tells a status.
pub(crate) fn print_status(to: &mut Vec<u8>, status: StatusCode) {
    let reason = match status.as_u16() {
        103 => "Early Hints",
        _ => status.canonical_reason().unwrap_or_default(),
    };
    to.extend_from_slice(b"HTTP/1.1 ");
    to.extend_from_slice(status.as_str().as_bytes());
    to.push(b' ');
    to.extend_from_slice(reason.as_bytes());
    to.extend_from_slice(b"\r\n");
}

/// Appends a number. Formatting one costs more than the rest of its line.
pub(crate) fn print_number(to: &mut Vec<u8>, mut number: u64) {
    let mut digits = [b'0'; 20];
    let mut first = digits.len();
    for (place, digit) in digits.iter_mut().enumerate().rev() {
        *digit += u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
        first = place;
        if number == 0 {
            break;
        }
    }
    to.extend_from_slice(digits.get(first..).unwrap_or_default());
}

/// Appends a chunk (RFC 9112, 7.1).
pub(crate) fn print_chunk(to: &mut Vec<u8>, data: &[u8]) {
    print(to, format_args!("{:x}\r\n", data.len()));
    to.extend_from_slice(data);
    to.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::{print_number, words};

    #[test]
    fn numbers_are_written_as_they_are() {
        for number in [0, 7, 10, 1024, u64::MAX] {
            let mut text = Vec::new();
            print_number(&mut text, number);
            assert_eq!(text, number.to_string().as_bytes());
        }
    }

    #[test]
    fn a_list_has_words() {
        let found: Vec<_> = words(b"close, X-Mine,,\tb ").collect();
        assert_eq!(found, [&b"close"[..], b"X-Mine", b"b"]);
    }
}
