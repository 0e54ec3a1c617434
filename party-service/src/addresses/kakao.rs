//! Kakao Local: `GET /v2/local/search/address.json`.
//!
//! Its error bodies repeat the key that was sent, so they are looked into and never passed on.

use std::time::Duration;

use chassis::http::client;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, Response, StatusCode};
use secrecy::ExposeSecret as _;
use serde::Deserialize;

use super::{KakaoConfig, MAX_PLACES, Place};
use crate::domain::geo::Coordinates;

/// The largest answer that is read: thirty documents have some 25 KB.
const MAX_ANSWER_BYTES: usize = 256 * 1024;
/// The longest address we keep, in characters.
const MAX_ADDRESS_CHARS: usize = 200;

/// Kakao did not say where an address is.
#[derive(Debug, thiserror::Error)]
pub enum KakaoError {
    /// No answer, or none in time.
    #[error("no answer: {0}")]
    NoAnswer(reqwest::Error),
    /// So much was asked today, or in this second, that it answers no more.
    #[error("the quota is used up")]
    QuotaUsedUp,
    /// It does not let us in: the key is wrong, or not for this machine or this service.
    #[error("the key is refused ({0})")]
    KeyRefused(StatusCode),
    /// It failed, or did not like the request.
    #[error("it answered {0}")]
    Failed(StatusCode),
    /// Its answer is not of the form that it documents, or says what cannot be.
    #[error("its answer cannot be believed: {0}")]
    Unreadable(&'static str),
}

impl KakaoError {
    /// When it is worth asking again. Kakao itself never says.
    #[must_use]
    pub const fn retry_after(&self) -> Duration {
        match self {
            Self::QuotaUsedUp | Self::KeyRefused(_) => Duration::from_mins(1),
            Self::NoAnswer(_) | Self::Failed(_) | Self::Unreadable(_) => Duration::from_secs(5),
        }
    }
}

/// Asks Kakao. Cloning shares the connections.
#[derive(Clone)]
pub(super) struct Kakao {
    client: Client,
    url: String,
    authorization: HeaderValue,
}

#[derive(Deserialize)]
struct Answer {
    documents: Vec<Document>,
}

#[derive(Deserialize)]
struct Document {
    address_name: String,
    road_address: Option<RoadAddress>,
    /// Longitude.
    x: String,
    /// Latitude.
    y: String,
}

#[derive(Deserialize)]
struct RoadAddress {
    address_name: String,
}

/// An error, in either of the two forms it has.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    code: Option<i64>,
    #[serde(rename = "errorType")]
    error_type: Option<String>,
}

impl Kakao {
    /// A client, if there is a key to ask with.
    pub(super) fn new(config: &KakaoConfig) -> anyhow::Result<Option<Self>> {
        let key = config.key.expose_secret();
        if key.is_empty() {
            return Ok(None);
        }
        let mut authorization = HeaderValue::try_from(format!("KakaoAK {key}"))?;
        authorization.set_sensitive(true);
        let base = config.base_url.trim_end_matches('/');
        Ok(Some(Self {
            client: client::build(config.timeout)?,
            url: format!("{base}/v2/local/search/address.json"),
            authorization,
        }))
    }

    /// The addresses that look like `query`, the likeliest first; none if there is none.
    pub(super) async fn search(&self, query: &str) -> Result<Vec<Place>, KakaoError> {
        let request = self
            .client
            .get(&self.url)
            .header(AUTHORIZATION, self.authorization.clone())
            .query(&[("query", query), ("size", &MAX_PLACES.to_string())]);
        let response = request.send().await.map_err(no_answer)?;
        let status = response.status();
        let body = read(response).await?;
        if status != StatusCode::OK {
            return Err(refusal(status, &body));
        }
        let answer: Answer = serde_json::from_slice(&body)
            .map_err(|_| KakaoError::Unreadable("not JSON of the documented form"))?;
        answer.documents.into_iter().map(Place::try_from).collect()
    }
}

impl TryFrom<Document> for Place {
    type Error = KakaoError;

    fn try_from(document: Document) -> Result<Self, KakaoError> {
        let number = |text: &str| text.parse::<f64>().ok();
        let coordinates = number(&document.y)
            .zip(number(&document.x))
            .and_then(|(latitude, longitude)| Coordinates::new(latitude, longitude))
            .ok_or(KakaoError::Unreadable("coordinates that are nowhere on earth"))?;
        let road_address = document.road_address.map(|road| road.address_name);
        let road_address = road_address.unwrap_or(document.address_name);
        if road_address.is_empty() || road_address.chars().count() > MAX_ADDRESS_CHARS {
            return Err(KakaoError::Unreadable("an address of impossible length"));
        }
        Ok(Self { road_address, coordinates })
    }
}

async fn read(response: Response) -> Result<Vec<u8>, KakaoError> {
    let body = client::body_within(response, MAX_ANSWER_BYTES).await.map_err(no_answer)?;
    body.ok_or(KakaoError::Unreadable("far too long"))
}

/// The URL says whose address was looked for: it stays out of the log.
fn no_answer(error: reqwest::Error) -> KakaoError {
    KakaoError::NoAnswer(error.without_url())
}

fn refusal(status: StatusCode, body: &[u8]) -> KakaoError {
    /// What the platform's form of the error calls a used-up quota, with status 400.
    const API_LIMIT_EXCEEDED: i64 = -10;

    let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let throttled = refusal.error_type.as_deref() == Some("RequestThrottled");
    match status {
        StatusCode::TOO_MANY_REQUESTS => KakaoError::QuotaUsedUp,
        _ if throttled || refusal.code == Some(API_LIMIT_EXCEEDED) => KakaoError::QuotaUsedUp,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => KakaoError::KeyRefused(status),
        _ => KakaoError::Failed(status),
    }
}
