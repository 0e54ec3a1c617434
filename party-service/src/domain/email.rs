//! The name a person signs in with.

use std::fmt;

use chassis::text::Invalid;

/// The longest address that fits the path of an SMTP command (RFC 5321, 4.5.3.1.3), in bytes.
const MAX_BYTES: usize = 254;
/// The longest part before the `@` (RFC 5321, 4.5.3.1.1), in bytes.
const MAX_LOCAL_BYTES: usize = 64;
/// The longest label of a host name (RFC 1035, 2.3.4), in bytes.
const MAX_LABEL_BYTES: usize = 63;

/// An e-mail address in lower case, so that one mailbox cannot sign up twice.
///
/// The local part is a dot-atom and the domain a host name with at least two labels: quoted local
/// parts, address literals and non-ASCII mailboxes are legal and practically extinct.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid::new(
                "required",
                "이메일을 입력해 주세요",
                "An e-mail address is needed",
            ));
        }
        let well_formed = text.len() <= MAX_BYTES
            && text.rsplit_once('@').is_some_and(|(local, domain)| {
                is_dot_atom(local) && local.len() <= MAX_LOCAL_BYTES && is_host_name(domain)
            });
        if !well_formed {
            return Err(Invalid::new(
                "invalid_email",
                "이메일 형식이 올바르지 않습니다",
                "This is not an e-mail address",
            ));
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// The address as it was stored.
    pub(crate) const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Says nothing: an address does not belong in a log.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

/// RFC 5322, 3.2.3.
fn is_dot_atom(text: &str) -> bool {
    let is_atext = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    text.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext))
}

fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=MAX_LABEL_BYTES).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_number = |label: &str| label.bytes().all(|b| b.is_ascii_digit());
    text.contains('.')
        && text.split('.').all(is_label)
        && !text.rsplit('.').next().is_some_and(is_number)
}

#[cfg(test)]
mod tests {
    use super::Email;

    #[test]
    fn one_mailbox_has_one_spelling() {
        for text in ["kim@example.com", " Kim@EXAMPLE.com ", "KIM@example.COM\n"] {
            assert_eq!(Email::parse(text).unwrap().as_str(), "kim@example.com");
        }
    }

    #[test]
    fn usual_and_unusual_addresses_are_taken() {
        let long = format!("{}@{}.kr", "a".repeat(64), "b".repeat(63));
        for text in ["a@b.kr", "first.last+tag@sub.example.co.kr", "o'neil@x-y.com", &long] {
            assert!(Email::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long_local = format!("{}@b.kr", "a".repeat(65));
        let long_label = format!("a@{}.kr", "b".repeat(64));
        let long_all = format!("a@{}kr", "b1234567.".repeat(32));
        for text in [
            "",
            " ",
            "a",
            "@",
            "a@",
            "@b.kr",
            "a@b",
            "a@b.",
            "a@.kr",
            "a@b..kr",
            ".a@b.kr",
            "a.@b.kr",
            "a..b@c.kr",
            "a b@c.kr",
            "a@b c.kr",
            "a@-b.kr",
            "a@b-.kr",
            "a@b_c.kr",
            "a@b@c.kr",
            "a@127.0.0.1",
            "a@[127.0.0.1]",
            "\"a\"@b.kr",
            "가@b.kr",
            "a@가.kr",
            "a\0@b.kr",
            "a\r\nBcc: x@y.kr",
            &long_local,
            &long_label,
            &long_all,
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn it_does_not_show_in_logs() {
        assert!(!format!("{:?}", Email::parse("kim@example.com").unwrap()).contains("kim"));
    }
}
