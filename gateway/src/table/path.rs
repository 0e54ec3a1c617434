//! The one way to write a path.
//!
//! A path that two programs read differently leads around the table: `/v1/items/../users`,
//! `//v1/users`, `/v1/items/%2e%2e/users`. So the gateway takes a path in its normal form only (RFC
//! 3986, 6.2.2) and passes on exactly the bytes that it has looked at.

/// Whether a path is in its normal form: no empty segment but the last, no `.` or `..`, nothing
/// encoded that need not be, and nothing encoded or plain that some program takes for a separator.
#[must_use]
pub fn is_normal(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else { return false };
    let mut segments = rest.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        let is_step = matches!(segment, "." | "..") || (segment.is_empty() && !is_last);
        if is_step || !is_plain(segment) {
            return false;
        }
    }
    true
}

/// Whether a segment has only characters that mean themselves.
fn is_plain(segment: &str) -> bool {
    let mut bytes = segment.bytes();
    while let Some(byte) = bytes.next() {
        let ok = match byte {
            b'%' => match (bytes.next().and_then(hex), bytes.next().and_then(hex)) {
                (Some(high), Some(low)) => may_be_encoded((high << 4) | low),
                _ => false,
            },
            // `;` begins parameters for some servers.
            byte => is_unreserved(byte) || b"!$&'()*+,=:@".contains(&byte),
        };
        if !ok {
            return false;
        }
    }
    true
}

/// Unreserved characters need no encoding; controls, separators and a second `%` want to trick.
fn may_be_encoded(byte: u8) -> bool {
    !is_unreserved(byte) && !byte.is_ascii_control() && !b"/\\%;".contains(&byte)
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| value.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::is_normal;

    #[test]
    fn paths_of_ours_are_normal() {
        for path in [
            "/",
            "/v1/items",
            "/v1/items/",
            "/v1/parties/0198c2de-7b00-7000-8000-000000000000/members",
            "/v1/items/%EC%82%AC%EA%B3%BC",
            "/v1/items/a%20b",
            "/v1/items/a:b@c,d=e",
            "/.well-known/jwks.json",
            "/v1/...",
        ] {
            assert!(is_normal(path), "{path}");
        }
    }

    #[test]
    fn tricks_are_not() {
        for path in [
            "",
            "*",
            "v1/items",
            "//",
            "//v1/items",
            "/v1//items",
            "/v1/items/..",
            "/v1/./items",
            "/..",
            "/.",
            "/v1/items/../users",
            "/v1/items/%2e%2e/users",
            "/v1/items/%2E./users",
            "/v1/items/.%2e",
            "/v1%2fitems",
            "/v1/items%2F..%2Fusers",
            "/v1\\items",
            "/v1%5citems",
            "/v1/items%00",
            "/v1/items%0a",
            "/v1/items%7f",
            "/v1/items;x=1",
            "/v1/items%3bx",
            "/v1/%69tems",
            "/v1/items%",
            "/v1/items%4",
            "/v1/items%zz",
            "/v1/items%+1",
            "/v1/items/%252e%252e/users",
            "/v1/{items}",
            "/v1/\"items\"",
            "/v1/a|b",
            "/v1/a^b",
            "/v1/사과",
            "/v1/items ",
            "/v1/items\n",
        ] {
            assert!(!is_normal(path), "{path}");
        }
    }

    proptest::proptest! {
        /// However often the next program decodes and resolves, it arrives at the same place.
        #[test]
        fn decoding_moves_nothing(path in "(/[a-z.%0-9A-F;/\\\\]{0,6}){0,4}") {
            if is_normal(&path) {
                let decoded = decode(path.as_bytes());
                let slashes = |bytes: &[u8]| bytes.split(|b| *b == b'/').count();
                assert_eq!(slashes(path.as_bytes()), slashes(&decoded));
                assert_eq!(decoded, decode(&decoded));
                let mut segments = decoded.split(|b| *b == b'/');
                assert!(!segments.any(|segment| segment == b"." || segment == b".."));
            }
        }
    }

    fn decode(path: &[u8]) -> Vec<u8> {
        let mut decoded = Vec::new();
        let mut rest = path;
        while let [first, tail @ ..] = rest {
            let byte = tail
                .get(..2)
                .filter(|_| *first == b'%')
                .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
            decoded.push(byte.unwrap_or(*first));
            rest = if byte.is_some() { &tail[2..] } else { tail };
        }
        decoded
    }
}
