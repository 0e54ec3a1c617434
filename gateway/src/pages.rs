//! The gateway's own pages, apart from what it leads to.

mod status;

use actix_http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use actix_web::{HttpResponse, web};
use chassis::telemetry;

use crate::docs;
use crate::error::GatewayError;
use crate::head::Head;
use crate::phases::Shared;
use crate::ready::{Readiness, ready};

/// A page for everyone: the documentation, and what load balancers ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page<'a> {
    /// Which services are up, for people.
    Status,
    /// The way to another page.
    Moved(&'static str),
    /// Whether the gateway is alive.
    Health,
    /// Whether it leads anywhere.
    Ready,
    /// The merged API description.
    Document,
    /// What each error code means.
    Problems,
    /// A file of Swagger UI.
    Ui(&'a str),
}

impl<'a> Page<'a> {
    /// The page that a request is about. HEAD asks for one as GET does: some load balancers ask so.
    pub fn find(head: &'a Head) -> Result<Option<Self>, GatewayError> {
        let page = Self::at(head.path());
        if page.is_some() && !matches!(head.method, Method::GET | Method::HEAD) {
            return Err(GatewayError::Method(vec![Method::GET]));
        }
        Ok(page)
    }

    fn at(path: &'a str) -> Option<Self> {
        // Nearly every request is about none of them.
        if path.starts_with("/v1/") {
            return None;
        }
        Some(match path {
            "/" => Self::Status,
            "/docs" => Self::Moved("/docs/"),
            "/health" => Self::Health,
            "/ready" => Self::Ready,
            "/docs/openapi.json" => Self::Document,
            "/docs/problems" => Self::Problems,
            _ => Self::Ui(path.strip_prefix("/docs/")?),
        })
    }

    /// The page.
    pub async fn answer(self, shared: &Shared) -> Result<HttpResponse, GatewayError> {
        Ok(match self {
            Self::Status => HttpResponse::Ok()
                .content_type("text/html; charset=utf-8")
                .insert_header((CACHE_CONTROL, "no-cache"))
                .insert_header(docs::CONTENT_SECURITY)
                .body(status::page(shared).await),
            Self::Moved(to) => {
                HttpResponse::TemporaryRedirect().insert_header((LOCATION, to)).finish()
            }
            Self::Health => health(),
            Self::Ready => ready(&shared.readiness).await,
            Self::Document => HttpResponse::Ok()
                .content_type("application/json")
                .insert_header((CACHE_CONTROL, "no-cache"))
                .body(shared.docs.document().await),
            Self::Problems => HttpResponse::Ok()
                .content_type("text/html; charset=utf-8")
                .insert_header(docs::CONTENT_SECURITY)
                .body(shared.docs.problems().await),
            Self::Ui(file) => docs::ui(file).ok_or(GatewayError::NoRoute)?,
        })
    }
}

fn health() -> HttpResponse {
    HttpResponse::Ok().body("alive")
}

/// What only those see who run the platform.
pub fn for_admins(app: &mut web::ServiceConfig) {
    let ask = async |readiness: web::Data<Readiness>| ready(&readiness).await;
    app.route("/health", web::get().to(async || health()))
        .route("/health", web::head().to(async || health()))
        .route("/ready", web::get().to(ask))
        .route("/ready", web::head().to(ask))
        .route("/metrics", web::get().to(metrics));
}

async fn metrics() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4"))
        .body(telemetry::render_metrics())
}
