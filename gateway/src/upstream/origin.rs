//! Where a service listens.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// `http://host:port`, nothing more: paths pass through the gateway unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Origin {
    host: String,
    port: u16,
    authority: String,
}

impl Origin {
    /// The host, to be resolved.
    #[must_use]
    pub fn host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// `host:port`, for the `Host` header.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The URL of a path there.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{self}{path}")
    }
}

impl TryFrom<String> for Origin {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let uri: http::Uri = text.parse().ok()?;
            let authority =
                uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
            let is_bare = uri.scheme_str()? == "http" && uri.path() == "/" && uri.query().is_none();
            let (host, port) = (authority.host().to_owned(), uri.port_u16().unwrap_or(80));
            let authority = format!("{host}:{port}");
            is_bare.then_some(Self { host, port, authority })
        };
        parse().ok_or_else(|| format!("{text} is no http://host:port"))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_a_port() {
        for (text, host, authority) in [
            ("http://127.0.0.1:7001", "127.0.0.1", "127.0.0.1:7001"),
            ("http://party/", "party", "party:80"),
            ("http://[::1]:7001", "::1", "[::1]:7001"),
        ] {
            let origin: Origin = text.parse().unwrap();
            assert_eq!((origin.host(), origin.authority()), (host, authority));
        }
        for text in ["", "party", "party:80", "https://party", "http://party/api", "http://u:p@h"] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }
}
