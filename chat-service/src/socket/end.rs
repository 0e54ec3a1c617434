//! Why a connection ends, and what its client is told.

use super::websocket::Breach;
use crate::stomp::Violation;

/// Why a connection ends.
#[derive(Clone, Debug)]
pub(crate) enum End {
    /// The client has gone, or its network has.
    Gone,
    /// The client said farewell, and all it had asked for is done.
    Farewell,
    /// The client broke the rules of WebSocket.
    Framing(Breach),
    /// The client broke the rules of STOMP.
    Protocol(Violation),
    /// What the client asked for was refused, and there is no other way to tell it.
    Refused {
        /// The code of the problem.
        code: &'static str,
        /// What is wrong.
        violation: Violation,
    },
    /// The client did not say in time who it is.
    TooLate,
    /// The client does not read fast enough.
    TooSlow,
    /// Nothing was heard of the client for too long.
    Silent,
    /// The token is no longer good.
    TokenExpired,
    /// The sign-in is over.
    SessionRevoked,
    /// The service stops; the client is to connect again.
    Stopping,
}

/// What a client is told at the end.
pub(super) struct Farewell {
    /// The code and the words of an `ERROR` frame.
    pub(super) error: Option<(&'static str, Violation)>,
    /// The code and the reason of the close frame.
    pub(super) close: (u16, &'static str),
}

impl End {
    /// What the client is told, if there is a point in it.
    pub(super) fn farewell(&self) -> Option<Farewell> {
        let error = |code, message: &'static str, close| {
            Some(Farewell { error: Some((code, Violation::new(message))), close })
        };
        match self {
            Self::Gone | Self::TooSlow => None,
            Self::Farewell => Some(Farewell { error: None, close: (1000, "") }),
            Self::Framing(breach) => {
                Some(Farewell { error: None, close: (breach.code, breach.reason) })
            }
            Self::Protocol(violation) => Some(Farewell {
                error: Some(("protocol_violation", violation.clone())),
                close: (1002, "protocol violation"),
            }),
            Self::Refused { code, violation } => {
                Some(Farewell { error: Some((code, violation.clone())), close: (1008, "refused") })
            }
            Self::TooLate => {
                error("unauthenticated", "no CONNECT with a token came in time", (1008, "too late"))
            }
            Self::Silent => error("silent", "nothing was heard for too long", (1002, "silent")),
            Self::TokenExpired => {
                error("token_expired", "the access token has expired", (1008, "token expired"))
            }
            Self::SessionRevoked => {
                error("session_revoked", "this session is over", (1008, "session revoked"))
            }
            Self::Stopping => Some(Farewell { error: None, close: (1012, "the service restarts") }),
        }
    }

    /// A word for it, to count by.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Farewell => "farewell",
            Self::Framing(_) => "framing",
            Self::Protocol(_) => "protocol",
            Self::Refused { .. } => "refused",
            Self::TooLate => "too_late",
            Self::TooSlow => "too_slow",
            Self::Silent => "silent",
            Self::TokenExpired => "token_expired",
            Self::SessionRevoked => "session_revoked",
            Self::Stopping => "stopping",
        }
    }
}
