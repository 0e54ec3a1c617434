//! Which web pages of other origins may call the API from a browser (the CORS protocol of the Fetch
//! standard).

use actix_http::RequestHead;
use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderValue};

use crate::config::CorsConfig;
use crate::error::GatewayError;

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
    pub fn preflight(&self, head: &RequestHead) -> Result<Option<HttpResponse>, GatewayError> {
        let headers = &head.headers;
        let asks = head.method == Method::OPTIONS
            && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        if !asks || !headers.contains_key(header::ORIGIN) {
            return Ok(None);
        }
        self.permitted(headers).ok_or(GatewayError::Origin)?;
        let answer = HttpResponse::NoContent()
            .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS))
            .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS))
            .insert_header((header::ACCESS_CONTROL_MAX_AGE, self.max_age.clone()))
            .finish();
        Ok(Some(answer))
    }

    /// Lets the page that asked read the answer, errors included.
    pub fn permit(&self, head: &RequestHead, answer: &mut HeaderMap) {
        if self.origins.is_empty() {
            return;
        }
        if !self.all_origins {
            // A cache must not show one origin the permission of another.
            answer.append(header::VARY, HeaderValue::from_static("origin"));
        }
        let Some(origin) = self.permitted(&head.headers) else { return };
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let exposed = HeaderValue::from_static(RESPONSE_HEADERS);
        answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        if self.credentials {
            let yes = HeaderValue::from_static("true");
            answer.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
        }
    }

    /// What to say to the origin that asks, if it is on the list.
    fn permitted(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        if self.all_origins {
            return Some(HeaderValue::from_static("*"));
        }
        let is_listed = self.origins.iter().any(|listed| listed.as_bytes() == origin.as_bytes());
        is_listed.then(|| origin.clone())
    }
}
