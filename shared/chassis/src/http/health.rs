//! Whether a service is alive, ready, and what it has counted.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::bus::Broker;
use crate::db::Db;
use crate::lifecycle::Lifecycle;
use crate::redis::Cache;
use crate::telemetry;

/// A check that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(2);

type CheckFuture = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// One thing a service needs.
#[derive(Clone)]
pub struct Check {
    name: &'static str,
    required: bool,
    run: Arc<dyn Fn() -> CheckFuture + Send + Sync>,
}

impl Check {
    /// A thing with a name, and how to ask whether it is there.
    pub fn new<F, E>(name: &'static str, ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: std::fmt::Display,
    {
        let run = move || -> CheckFuture {
            let asked = ask();
            Box::pin(async move {
                match tokio::time::timeout(PATIENCE, asked).await {
                    Ok(outcome) => outcome.map_err(|e| e.to_string()),
                    Err(_) => Err("no answer".into()),
                }
            })
        };
        Self { name, required: true, run: Arc::new(run) }
    }

    /// The database.
    #[must_use]
    pub fn database(db: &Db) -> Self {
        let db = db.clone();
        Self::new("database", move || {
            let db = db.clone();
            async move { db.check().await }
        })
    }

    /// The cache.
    #[must_use]
    pub fn cache(cache: &Cache) -> Self {
        let cache = cache.clone();
        Self::new("cache", move || {
            let cache = cache.clone();
            async move { cache.check().await }
        })
    }

    /// The broker.
    #[must_use]
    pub fn broker(broker: Broker) -> Self {
        Self::new("broker", move || std::future::ready(broker.check()))
    }

    /// The same check of a thing that requests can do without: when it is away, the service says
    /// so and stays ready.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { required: false, ..self }
    }
}

/// What `/ready` asks.
#[derive(Clone)]
pub struct Readiness {
    /// The service's life: a stopping service is not ready.
    pub life: Lifecycle,
    /// What it needs.
    pub checks: Vec<Check>,
}

/// The answer of `/ready`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadyView {
    /// Whether requests should be sent here.
    pub ready: bool,
    /// Each thing the service needs.
    pub checks: Vec<CheckView>,
}

/// One thing a service needs, as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckView {
    /// Which.
    pub name: &'static str,
    /// Whether requests cannot be served without it.
    pub required: bool,
    /// Whether it answers. Why it does not stands in the log.
    pub up: bool,
}

/// What those ask who run the service.
pub(super) const ROUTES: [&str; 3] = ["/health", "/ready", "/metrics"];

/// Adds `/health`, `/ready` and `/metrics`. The gateway leads nobody there.
pub fn configure(config: &mut web::ServiceConfig) {
    let [alive, is_ready, measured] = ROUTES;
    config
        .route(alive, web::get().to(|| async { HttpResponse::Ok().body("alive") }))
        .route(is_ready, web::get().to(ready))
        .route(measured, web::get().to(metrics));
}

async fn ready(readiness: web::Data<Readiness>) -> HttpResponse {
    let asked = readiness.checks.iter().map(|check| async move {
        let outcome = (check.run)().await;
        if let Err(error) = &outcome {
            tracing::warn!(check = check.name, "{} is not there: {error}", check.name);
        }
        CheckView { name: check.name, required: check.required, up: outcome.is_ok() }
    });
    let checks = futures_util::future::join_all(asked).await;
    let ready =
        readiness.life.is_running() && checks.iter().all(|check| check.up || !check.required);
    let view = ReadyView { ready, checks };
    if ready {
        HttpResponse::Ok().json(view)
    } else {
        HttpResponse::ServiceUnavailable().json(view)
    }
}

async fn metrics() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4"))
        .body(telemetry::render_metrics())
}
