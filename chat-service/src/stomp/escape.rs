//! Escapes in headers. 1.0 has none, 1.1 knows `\n`, `\c` and `\\`, 1.2 adds `\r`. The headers of
//! CONNECT and CONNECTED are never escaped.

use std::borrow::Cow;

use super::{Version, Violation};

/// Writes a name or value of a header.
pub fn escape(text: &str, version: Version, into: &mut Vec<u8>) {
    if version == Version::V10 {
        // What 1.0 cannot say must not become another header.
        into.extend(text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r' | 0)));
        return;
    }
    for byte in text.bytes() {
        match byte {
            b'\\' => into.extend_from_slice(br"\\"),
            b'\n' => into.extend_from_slice(br"\n"),
            b':' => into.extend_from_slice(br"\c"),
            b'\r' if version == Version::V12 => into.extend_from_slice(br"\r"),
            // Nothing stands for them: a NUL ends the frame, and a CR may end the line.
            b'\r' | 0 => {}
            byte => into.push(byte),
        }
    }
}

/// Reads a name or value of a header.
pub fn unescape(text: &str, version: Version) -> Result<Cow<'_, str>, Violation> {
    if version == Version::V10 || !text.contains('\\') {
        return Ok(Cow::Borrowed(text));
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            plain.push(char);
            continue;
        }
        plain.push(match chars.next() {
            Some('n') => '\n',
            Some('c') => ':',
            Some('\\') => '\\',
            Some('r') if version == Version::V12 => '\r',
            _ => return Err(Violation::new("a header has an escape that is not defined")),
        });
    }
    Ok(Cow::Owned(plain))
}
