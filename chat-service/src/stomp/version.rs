//! The versions of the protocol, and which one is spoken.

/// A version of STOMP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 1.0: no heart-beats, no escapes, spaces around headers mean nothing.
    V10,
    /// 1.1: heart-beats and escapes.
    V11,
    /// 1.2: lines may end in CR LF, and CR can be escaped.
    V12,
}

impl Version {
    /// All of them, the best first.
    pub const ALL: [Self; 3] = [Self::V12, Self::V11, Self::V10];

    /// The number, as it stands in headers.
    #[must_use]
    pub const fn number(self) -> &'static str {
        match self {
            Self::V10 => "1.0",
            Self::V11 => "1.1",
            Self::V12 => "1.2",
        }
    }

    /// The name of the WebSocket subprotocol.
    #[must_use]
    pub const fn subprotocol(self) -> &'static str {
        match self {
            Self::V10 => "v10.stomp",
            Self::V11 => "v11.stomp",
            Self::V12 => "v12.stomp",
        }
    }

    /// The best version that the client and we both speak. A client that does not say speaks 1.0.
    #[must_use]
    pub fn negotiate(accept_version: Option<&str>) -> Option<Self> {
        let Some(accepted) = accept_version else {
            return Some(Self::V10);
        };
        let accepts =
            |version: &Self| accepted.split(',').any(|offer| offer.trim() == version.number());
        Self::ALL.into_iter().find(accepts)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn the_best_common_version_is_spoken() {
        for (accepted, expected) in [
            (None, Some(Version::V10)),
            (Some("1.0"), Some(Version::V10)),
            (Some("1.1,1.0"), Some(Version::V11)),
            (Some("1.0,1.1,1.2"), Some(Version::V12)),
            (Some("1.2, 1.1"), Some(Version::V12)),
            (Some("1.3,1.1"), Some(Version::V11)),
            (Some("2.0"), None),
            (Some(""), None),
        ] {
            assert_eq!(Version::negotiate(accepted), expected, "{accepted:?}");
        }
    }
}
