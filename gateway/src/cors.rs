//! Which web pages of other origins may call the API from a browser (the CORS protocol of the Fetch
//! standard).

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};

use crate::answer::Lines;
use crate::config::CorsConfig;
use crate::error::GatewayError;
use crate::head::Head;
use crate::wire::Name;

const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
const REQUEST_HEADERS: &str = "authorization, content-type, accept-language, idempotency-key, \
                               last-event-id, if-none-match, x-request-id, traceparent, tracestate";
const RESPONSE_HEADERS: &str = "etag, location, retry-after, x-request-id, x-trace-id";

/// The permissions.
#[derive(Debug)]
pub struct Cors {
    origins: Vec<String>,
    all_origins: bool,
    credentials: bool,
    max_age: HeaderValue,
}

impl Cors {
    /// The permissions that `config` gives.
    #[must_use]
    pub fn new(config: &CorsConfig) -> Self {
        Self {
            origins: config.origins.clone(),
            all_origins: config.origins.iter().any(|origin| origin == "*"),
            credentials: config.credentials,
            max_age: config.max_age.as_secs().into(),
        }
    }

    /// The answer to a browser that asks for permission first.
    pub fn preflight(&self, head: &Head) -> Result<Option<HttpResponse>, GatewayError> {
        let asks = head.method == Method::OPTIONS && head.has(Name::RequestedMethod);
        if !asks || !head.has(Name::Origin) {
            return Ok(None);
        }
        self.permitted(head).ok_or(GatewayError::Origin)?;
        let answer = HttpResponse::NoContent()
            .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS))
            .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS))
            .insert_header((header::ACCESS_CONTROL_MAX_AGE, self.max_age.clone()))
            .finish();
        Ok(Some(answer))
    }

    /// Lets the page that asked read the answer, errors included.
    pub fn permit(&self, head: &Head, lines: &mut Lines) {
        if self.origins.is_empty() {
            return;
        }
        if !self.all_origins {
            // A cache must not show one origin the permission of another.
            lines.add(b"vary", b"origin");
        }
        let Some(origin) = self.permitted(head) else { return };
        lines.add(b"access-control-allow-origin", origin.as_bytes());
        lines.add(b"access-control-expose-headers", RESPONSE_HEADERS.as_bytes());
        if self.credentials {
            lines.add(b"access-control-allow-credentials", b"true");
        }
    }

    /// What to say to the origin that asks, if it is on the list.
    fn permitted<'a>(&self, head: &'a Head) -> Option<&'a str> {
        let origin = head.get(Name::Origin)?;
        if self.all_origins {
            return Some("*");
        }
        self.origins.iter().any(|listed| listed == origin).then_some(origin)
    }
}
