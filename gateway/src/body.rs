//! The body of an answer: one of ours, or a service's on its way back.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_http::Response;
use actix_http::body::{BodySize, MessageBody as _};
use actix_web::HttpResponse;
use bytes::Bytes;

use crate::upstream::{Relay, RelayError};

/// What is sent to the client after the head.
pub enum Body {
    /// Known as a whole.
    Whole(Bytes),
    /// Arrives chunk by chunk.
    Relayed(Box<Relay>),
}

/// An answer with such a body.
pub type Answer = Response<Body>;

impl actix_http::body::MessageBody for Body {
    type Error = RelayError;

    fn size(&self) -> BodySize {
        match self {
            Self::Whole(bytes) => bytes.size(),
            Self::Relayed(relay) => relay.size(),
        }
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, RelayError>>> {
        match self.get_mut() {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            Self::Relayed(relay) => Pin::new(&mut **relay).poll_next(cx),
        }
    }
}

/// A page or a problem of ours, made with the means of the framework.
#[must_use]
pub fn whole(response: HttpResponse) -> Answer {
    let response: Response<_> = response.into();
    // Ours are never streamed.
    response.map_body(|_, body| Body::Whole(body.try_into_bytes().unwrap_or_default()))
}
