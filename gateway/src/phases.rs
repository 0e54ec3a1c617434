//! The way of a request through the gateway, phase by phase.

mod authenticate;
mod finish;
mod forward;
mod record;
mod route;

use std::rc::Rc;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::body::{BoxBody, EitherBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use chassis::identity::{Identity, Verifier};

use crate::cors::Cors;
use crate::error::GatewayError;
use crate::exchange::Exchange;
use crate::network::Network;
use crate::table::{Route, Table};
use crate::upstream::{Pool, Relay};

/// What all workers share.
pub struct Shared {
    /// Who answers what.
    pub table: Arc<Table>,
    /// Who believes which token.
    pub verifier: Verifier,
    /// Which web pages may call.
    pub cors: Cors,
    /// Proxies whose word about the client is taken.
    pub trusted_proxies: Vec<Network>,
}

/// One worker: what all share, and its own connections.
pub struct Worker {
    /// What all share.
    pub shared: Arc<Shared>,
    /// Its connections, by the upstream's name.
    pub pools: Vec<(Arc<str>, Rc<Pool>)>,
}

impl Worker {
    /// The connections to the service that answers a route.
    fn pool(&self, route: &Route) -> Result<&Rc<Pool>, GatewayError> {
        let found = self.pools.iter().find(|(name, _)| *name == route.upstream);
        // The configuration is refused if a route leads nowhere.
        found.map(|(_, pool)| pool).ok_or(GatewayError::NoRoute)
    }
}

/// An answer of ours, or a service's on its way back.
type Answer = HttpResponse<EitherBody<BoxBody, Relay>>;

/// What was found out about a request on the way, for the log.
#[derive(Default)]
struct Findings<'a> {
    route: Option<&'a Route>,
    identity: Option<Identity>,
}

/// Answers one request.
pub async fn handle(worker: &Worker, request: ServiceRequest) -> ServiceResponse {
    let (request, payload) = request.into_parts();
    let exchange = Exchange::begin(&request, &worker.shared.trusted_proxies);
    let mut findings = Findings::default();
    let outcome = run(worker, &request, payload, &exchange, &mut findings).await;
    let response = finish::finish(&worker.shared.cors, &request, exchange, &findings, outcome);
    ServiceResponse::new(request, response)
}

async fn run<'a>(
    worker: &'a Worker,
    request: &HttpRequest,
    payload: Payload,
    exchange: &Exchange,
    findings: &mut Findings<'a>,
) -> Result<Answer, GatewayError> {
    let shared = &worker.shared;
    if let Some(permission) = shared.cors.preflight(request)? {
        return Ok(permission.map_into_left_body());
    }
    let route = findings.route.insert(route::find(&shared.table, request)?);
    findings.identity = authenticate::check(&shared.verifier, route.auth, request).await?;
    forward::forward(worker, route, request, payload, exchange).await
}
