//! Whether the services behind the gateway are up.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::HttpResponse;
use chassis::lifecycle::Lifecycle;
use futures_util::future::join_all;
use serde::Serialize;
use tokio::sync::Mutex;

use crate::upstream::Fleet;

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
    fleets: Vec<Arc<Fleet>>,
    /// Held while asking, so that one asks and the others wait for its answer.
    last: Mutex<Option<(Instant, Vec<CheckView>)>>,
}

impl Readiness {
    /// The readiness of these services, of a gateway that lives as long as `life`.
    #[must_use]
    pub fn new(life: Lifecycle, client: reqwest::Client, fleets: Vec<Arc<Fleet>>) -> Self {
        Self { life, client, fleets, last: Mutex::new(None) }
    }

    /// As it is now, or was a second ago.
    pub async fn view(&self) -> ReadyView {
        let mut last = self.last.lock().await;
        let fresh = last.as_ref().filter(|(at, _)| at.elapsed() < ASK_EVERY);
        let checks = if let Some((_, checks)) = fresh {
            checks.clone()
        } else {
            let asked = self.fleets.iter().map(|fleet| self.ask(fleet));
            let checks = join_all(asked).await;
            *last = Some((Instant::now(), checks.clone()));
            checks
        };
        // One service away is no reason to take the gateway out: the others still answer.
        let leads_somewhere = checks.iter().any(|check| check.up);
        ReadyView { ready: self.life.is_running() && leads_somewhere, checks }
    }

    /// A service is up if any instance of it is.
    async fn ask(&self, fleet: &Fleet) -> CheckView {
        let name = fleet.name().to_owned();
        let urls = fleet.urls("/ready");
        let answers = join_all(urls.iter().map(|url| self.client.get(url).send())).await;
        let up = answers.into_iter().any(|answer| {
            if let Err(error) = &answer {
                tracing::warn!(upstream = name, "{name} is not there: {error}");
            }
            answer.is_ok_and(|answer| answer.status().is_success())
        });
        CheckView { name, up }
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
