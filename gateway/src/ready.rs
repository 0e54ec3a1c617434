//! Whether the services behind the gateway are up.

use std::time::{Duration, Instant};

use actix_web::HttpResponse;
use chassis::lifecycle::Lifecycle;
use serde::Serialize;
use tokio::sync::Mutex;

use crate::upstream::Origin;

/// Whoever asks more often gets the last answer: `/ready` is open to all, and must not be a lever on
/// the services.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// The answer of `/ready`.
#[derive(Clone, Debug, Serialize)]
pub struct ReadyView {
    /// Whether requests should be sent here.
    pub ready: bool,
    /// Each service.
    pub checks: Vec<CheckView>,
}

/// One service, as it is now.
#[derive(Clone, Debug, Serialize)]
pub struct CheckView {
    /// Which.
    pub name: String,
    /// Whether it is ready for requests.
    pub up: bool,
}

/// Asks the services.
pub struct Readiness {
    life: Lifecycle,
    client: reqwest::Client,
    services: Vec<(String, String)>,
    /// Held while asking, so that one asks and the others wait for its answer.
    last: Mutex<Option<(Instant, Vec<CheckView>)>>,
}

impl Readiness {
    /// The readiness of these services, of a gateway that lives as long as `life`.
    pub fn new<'a>(
        life: Lifecycle,
        client: reqwest::Client,
        upstreams: impl IntoIterator<Item = (&'a String, &'a Origin)>,
    ) -> Self {
        let services = upstreams
            .into_iter()
            .map(|(name, origin)| (name.clone(), origin.url("/ready")))
            .collect();
        Self { life, client, services, last: Mutex::new(None) }
    }

    /// As it is now, or was a second ago.
    pub async fn view(&self) -> ReadyView {
        let mut last = self.last.lock().await;
        let fresh = last.as_ref().filter(|(at, _)| at.elapsed() < ASK_EVERY);
        let checks = if let Some((_, checks)) = fresh {
            checks.clone()
        } else {
            let asked = self.services.iter().map(|(name, url)| self.ask(name, url));
            let checks = futures_util::future::join_all(asked).await;
            *last = Some((Instant::now(), checks.clone()));
            checks
        };
        // One service away is no reason to take the gateway out: the others still answer.
        let leads_somewhere = checks.iter().any(|check| check.up);
        ReadyView { ready: self.life.is_running() && leads_somewhere, checks }
    }

    async fn ask(&self, name: &str, url: &str) -> CheckView {
        let answer = self.client.get(url).send().await;
        if let Err(error) = &answer {
            tracing::warn!(upstream = name, "{name} is not there: {error}");
        }
        let up = answer.is_ok_and(|answer| answer.status().is_success());
        CheckView { name: name.to_owned(), up }
    }
}

/// `GET /ready`.
pub async fn ready(readiness: &Readiness) -> HttpResponse {
    let view = readiness.view().await;
    if view.ready {
        HttpResponse::Ok().json(view)
    } else {
        HttpResponse::ServiceUnavailable().json(view)
    }
}
