//! The gateway's own pages, apart from what it leads to.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, Route, guard, middleware, web};
use chassis::http::wrap::wrap;
use chassis::http::{ApiError, error};
use chassis::telemetry;

use crate::docs::{self, Docs};
use crate::ready::ready;

/// What is open to everyone: the documentation, and what load balancers ask.
pub fn for_everyone(app: &mut web::ServiceConfig) {
    let docs = web::scope("/docs")
        .wrap(middleware::from_fn(wrap))
        .route("/openapi.json", get().to(openapi))
        .route("/problems", get().to(problems))
        .route("/{file:.*}", get().to(docs::ui))
        .default_service(web::to(|| async {
            Err::<String, _>(ApiError::new(&error::codes::METHOD_NOT_ALLOWED))
        }));
    app.service(web::redirect("/", "/docs/"))
        .service(web::redirect("/docs", "/docs/"))
        .configure(probes)
        .service(docs);
}

/// What only those see who run the platform.
pub fn for_admins(app: &mut web::ServiceConfig) {
    app.configure(probes).route("/metrics", get().to(metrics));
}

/// A route that answers HEAD as it answers GET: some load balancers ask so.
fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn probes(app: &mut web::ServiceConfig) {
    app.route("/health", get().to(|| async { HttpResponse::Ok().body("alive") }))
        .route("/ready", get().to(ready));
}

async fn openapi(docs: web::Data<Docs>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(docs.document().await)
}

async fn problems(docs: web::Data<Docs>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header(docs::CONTENT_SECURITY)
        .body(docs.problems().await)
}

async fn metrics() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4"))
        .body(telemetry::render_metrics())
}
