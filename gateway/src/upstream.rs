//! The services behind the gateway, and one worker's connections to them.

mod budget;
mod cluster;
mod fleet;
mod health;
mod idle;
mod link;
mod origin;
mod origins;
mod pool;
mod relay;
mod reply;
mod upload;

use std::io;
use std::time::Duration;

pub use cluster::{Cluster, Kind, Outgoing};
pub use fleet::Fleet;
pub use idle::Idle;
pub use origin::Origin;
pub use origins::Origins;
pub use pool::Lease;
pub use relay::{Relay, RelayError, Step};
pub use reply::Reply;
pub use upload::{Source, Upload, UploadError};

use crate::wire::Malformed;

/// Why there is no answer to pass back.
#[derive(Debug, thiserror::Error)]
pub enum ForwardError {
    /// The client's body is larger than the route takes.
    #[error("the client's body is too large")]
    BodyTooLarge,
    /// The client stopped sending in the middle of its body.
    #[error("the client's body did not arrive in time")]
    BodyStalled,
    /// The client's body ended early or was not framed properly.
    #[error("the client's body is broken")]
    BodyBroken,
    /// All instances failed a moment ago and are left alone.
    #[error("no instance of the service is there")]
    NoInstance,
    /// All connections that one worker may have are busy.
    #[error("all connections to the service are busy")]
    Busy,
    /// The service does not take connections.
    #[error("cannot connect to the service: {0}")]
    Connect(#[source] io::Error),
    /// The service does not take connections in time.
    #[error("the connection to the service was not made in time")]
    ConnectTimeout,
    /// What the service said is not HTTP.
    #[error("the service did not answer properly: {0}")]
    Broken(#[source] Malformed),
    /// The service closed the connection.
    #[error("the service broke off: {0}")]
    BrokeOff(#[source] io::Error),
    /// The service wants to speak another protocol, which nobody asked for.
    #[error("the service switched protocols unasked")]
    Switching,
    /// The service took the request and said nothing.
    #[error("the service did not answer in time")]
    Silent,
}

impl ForwardError {
    /// Whether it tells something about the instance that was asked.
    pub(super) const fn is_of_instance(&self) -> bool {
        matches!(
            self,
            Self::Connect(_)
                | Self::ConnectTimeout
                | Self::Broken(_)
                | Self::BrokeOff(_)
                | Self::Switching
                | Self::Silent
        )
    }

    /// The word for it in metrics.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::BodyTooLarge | Self::BodyStalled | Self::BodyBroken => "client",
            Self::NoInstance => "no_instance",
            Self::Busy => "busy",
            Self::Connect(_) => "refused",
            Self::ConnectTimeout => "connect_timeout",
            Self::Broken(_) | Self::BrokeOff(_) | Self::Switching => "broken",
            Self::Silent => "silent",
        }
    }
}

/// How a worker connects to a service.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// The most connections in use at a time.
    pub max_connections: usize,
    /// The most connections besides that carry streams.
    pub max_streams: usize,
}
