//! Just enough of URLs: who, where, and the rest.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Error, Result, ensure};

/// `scheme://user:password@host:port/path`, user and password with their `%41` decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// What stands before `://`.
    pub scheme: String,
    /// Empty if there is none.
    pub user: String,
    /// Empty if there is none.
    pub password: String,
    /// A name or an address; an IPv6 address with its brackets.
    pub host: String,
    /// `None` means the usual one of the scheme.
    pub port: Option<u16>,
    /// What follows the port, with its `/` or `?`.
    pub path: String,
}

impl Url {
    /// The same server with this path, unless the URL has one already.
    #[must_use]
    pub fn with_default_path(mut self, path: &str) -> Self {
        if matches!(self.path.as_str(), "" | "/") {
            path.clone_into(&mut self.path);
        }
        self
    }
}

impl FromStr for Url {
    type Err = Error;

    /// The errors do not repeat the text: it holds a password.
    fn from_str(text: &str) -> Result<Self> {
        let (scheme, rest) = text.split_once("://").context("a URL begins with `scheme://`")?;
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (who, place) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = who.split_once(':').unwrap_or((who, ""));
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                (host, Some(port.parse().context("the port of a URL is a number up to 65535")?))
            }
            _ => (place, None),
        };
        ensure!(!host.is_empty(), "a URL names a host");
        Ok(Self {
            scheme: scheme.to_owned(),
            user: decode(user)?,
            password: decode(password)?,
            host: host.to_owned(),
            port,
            path: path.to_owned(),
        })
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme)?;
        if !self.user.is_empty() || !self.password.is_empty() {
            write!(f, "{}:{}@", encode(&self.user), encode(&self.password))?;
        }
        f.write_str(&self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(&self.path)
    }
}

fn decode(text: &str) -> Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, escaped)) = rest.split_once('%') {
        bytes.extend_from_slice(plain.as_bytes());
        let digits = escaped.get(..2).context("a `%` in a URL is followed by two digits")?;
        bytes.push(u8::from_str_radix(digits, 16)?);
        rest = escaped.get(2..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(String::from_utf8(bytes)?)
}

fn encode(text: &str) -> String {
    let escape = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(escape).collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts_are_found_and_written_again() {
        let text = "mysql://ro%40ot:p%2Fw%3A@db.example:3307/party?ssl=1";
        let url: Url = text.parse().unwrap();
        assert_eq!((url.user.as_str(), url.password.as_str()), ("ro@ot", "p/w:"));
        assert_eq!((url.host.as_str(), url.port), ("db.example", Some(3307)));
        assert_eq!(url.path, "/party?ssl=1");
        assert_eq!(url.to_string(), text);
    }

    #[test]
    fn parts_may_be_missing() {
        let url: Url = "redis://:secret@127.0.0.1".parse().unwrap();
        assert_eq!((url.user.as_str(), url.password.as_str(), url.port), ("", "secret", None));
        assert_eq!(url.with_default_path("/0").to_string(), "redis://:secret@127.0.0.1/0");
        let url: Url = "amqp://[::1]:5673/vhost".parse().unwrap();
        assert_eq!((url.host.as_str(), url.port), ("[::1]", Some(5673)));
        assert_eq!(url.with_default_path("/%2f").path, "/vhost");
    }

    #[test]
    fn a_url_that_cannot_be_read_is_not_repeated() {
        for text in ["secret", "mysql://u:secret@:1", "mysql://u:secret@h:x", "mysql://u:%zz@h"] {
            let error = text.parse::<Url>().unwrap_err();
            assert!(!format!("{error:#}").contains("secret"), "{error:#}");
        }
    }
}
