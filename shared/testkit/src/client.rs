//! An HTTP client that speaks as one person.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::Value;

/// Talks to one server, with or without a token.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body: JSON if it is that, else a string, `null` if empty.
    pub body: Value,
}

impl Client {
    /// A client of the server at `base`, for example `http://127.0.0.1:8080`.
    #[must_use]
    pub fn new(base: impl Into<String>) -> Self {
        // Tests make clients by the thousand and speak no TLS: reading the machine's certificates for
        // each would take longer than all that is asked.
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(30))
            .connect_timeout(Duration::from_secs(2))
            .redirect(reqwest::redirect::Policy::none())
            .tls_certs_only([])
            .user_agent("project509/tests")
            .build()
            .expect("a client can be built");
        Self { http, base: base.into(), token: None }
    }

    /// The same client with another person's token.
    #[must_use]
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    /// The same client without a token.
    #[must_use]
    pub fn anonymous(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// The token it shows.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// A request to build further; end it with [`send`](Self::send).
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request and reads the answer.
    pub async fn send(request: reqwest::RequestBuilder) -> Answer {
        Self::try_send(request).await.expect("the server answers")
    }

    /// Sends a request that may get no answer.
    pub async fn try_send(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        let body = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
        };
        Ok(Answer { status, headers, body })
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        Self::send(self.request(Method::GET, path)).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: impl Into<Value>) -> Answer {
        Self::send(self.request(Method::POST, path).json(&body.into())).await
    }

    /// `PUT` with a JSON body.
    pub async fn put(&self, path: &str, body: impl Into<Value>) -> Answer {
        Self::send(self.request(Method::PUT, path).json(&body.into())).await
    }

    /// `PATCH` with a JSON body.
    pub async fn patch(&self, path: &str, body: impl Into<Value>) -> Answer {
        Self::send(self.request(Method::PATCH, path).json(&body.into())).await
    }

    /// `POST` without a body.
    pub async fn act(&self, path: &str) -> Answer {
        Self::send(self.request(Method::POST, path)).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        Self::send(self.request(Method::DELETE, path)).await
    }
}

impl Answer {
    /// The body, if the status is the expected one.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "the check alone may be what is wanted")]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{:#}", self.body);
        self.body
    }

    /// Checks that it is a problem of the common shape with this status and code.
    #[track_caller]
    pub fn expect_problem(&self, status: u16, code: &str) {
        assert_eq!((self.status.as_u16(), self.code()), (status, code), "{:#}", self.body);
        let content_type = self.headers.get("content-type").and_then(|v| v.to_str().ok());
        assert_eq!(content_type, Some(contracts::problem::CONTENT_TYPE));
        let problem: contracts::Problem =
            serde_json::from_value(self.body.clone()).expect("the body is a problem");
        assert_eq!(problem.status, status);
        assert_eq!(problem.trace_id.len(), 32, "the trace id is named");
        assert!(!problem.title.is_empty());
    }

    /// Checks that the request was refused because of exactly these fields.
    #[track_caller]
    pub fn expect_invalid(&self, pointers: &[&str]) {
        self.expect_problem(422, "validation_failed");
        let mut refused: Vec<_> = self
            .body
            .get("errors")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|error| error.get("pointer")?.as_str())
            .collect();
        let mut expected = pointers.to_vec();
        refused.sort_unstable();
        expected.sort_unstable();
        assert_eq!(refused, expected, "{:#}", self.body);
    }

    /// The `code` of a problem, or nothing.
    #[must_use]
    pub fn code(&self) -> &str {
        self.body.get("code").and_then(Value::as_str).unwrap_or_default()
    }
}
