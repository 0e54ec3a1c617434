//! The way of a request through the gateway, phase by phase.

mod authenticate;
mod come_again;
mod finish;
mod forward;
mod measure;
mod rate_limit;
mod record;
mod route;

use std::rc::Rc;
use std::sync::Arc;

use actix_http::StatusCode;
use chassis::identity::{Identity, Verifier};
use chassis::lifecycle::Lifecycle;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::access_log::{AccessLog, Lines};
use crate::answer::Answer;
use crate::config::Config;
use crate::cors::Cors;
use crate::credentials::Credentials;
use crate::docs::Docs;
use crate::error::GatewayError;
use crate::exchange::Exchange;
use crate::head::{Head, Refusal};
use crate::limits::{Limits, Standing};
use crate::network::Network;
use crate::pages::Page;
use crate::ready::Readiness;
use crate::table::{Route, Table};
use crate::tunnel::Tunnels;
use crate::upstream::{Cluster, Fleet, Reply, Source, Terms};

pub use forward::Passage;
pub use record::Record;

use measure::Meters;

/// Whoever waits for an answer.
pub trait Client {
    /// Hears what a service says before it answers (1xx).
    fn early(&self, reply: &Reply);
}

/// What all workers share.
pub struct Shared {
    /// Until when they work.
    pub life: Lifecycle,
    /// Ends the connections of clients on which nothing is under way.
    pub closing: CancellationToken,
    /// Where each request has its line, if it has.
    pub access_log: Option<AccessLog>,
    /// Whether clients come in through TLS.
    pub is_secure: bool,
    /// Who answers what.
    pub table: Arc<Table>,
    /// Where those are who answer, in the order of the configuration.
    pub fleets: Vec<Arc<Fleet>>,
    /// Who believes which token.
    pub verifier: Verifier,
    /// How many requests may come.
    pub limits: Limits,
    /// Which web pages may call.
    pub cors: Cors,
    /// Proxies whose word about the client is taken.
    pub trusted_proxies: Vec<Network>,
    /// Whether the services are up.
    pub readiness: Arc<Readiness>,
    /// What the services say about themselves.
    pub docs: Arc<Docs>,
}

/// One worker: what all share, and its own connections.
pub struct Worker {
    /// What all share.
    pub shared: Arc<Shared>,
    /// Its connections to each upstream, in the order of the table.
    clusters: Vec<Cluster>,
    /// Its lines of the access log, if there is one.
    lines: Option<Rc<Lines>>,
    meters: Meters,
    /// Of its own, so that the workers do not wait for each other to look at it.
    closing: CancellationToken,
    /// Its WebSockets.
    pub tunnels: Tunnels,
}

/// What was found out about a request on the way, for the log and for the next phase.
#[derive(Default)]
pub struct Findings<'a> {
    /// The rule about it.
    pub route: Option<&'a Route>,
    /// Who sent it.
    pub identity: Option<Identity>,
    /// How many more may come.
    pub standing: Option<Standing>,
}

impl Worker {
    /// A worker without connections yet.
    #[must_use]
    pub fn new(shared: Arc<Shared>, config: &Config) -> Self {
        let terms = Terms {
            connect_timeout: config.forward.connect_timeout,
            max_connections: config.forward.max_connections,
            max_streams: config.forward.max_tunnels,
        };
        let cluster = |fleet: &Arc<Fleet>| Cluster::new(fleet.clone(), terms);
        let clusters = shared.fleets.iter().map(cluster).collect();
        let tunnels = Tunnels::new(config.forward.max_tunnels, config.forward.tunnel_idle_timeout);
        let lines = shared.access_log.as_ref().map(AccessLog::lines);
        let (closing, meters) = (shared.closing.child_token(), Meters::default());
        Self { shared, clusters, lines, meters, closing, tunnels }
    }

    /// Ready when connections on which nothing is under way are to be closed.
    pub fn closing(&self) -> WaitForCancellationFutureOwned {
        self.closing.clone().cancelled_owned()
    }

    /// The connections to the service that answers a route.
    fn cluster(&self, route: &Route) -> Result<&Cluster, GatewayError> {
        // The configuration is refused if a route leads nowhere.
        self.clusters.get(route.upstream_index).ok_or(GatewayError::NoRoute)
    }

    /// Begins the work on a request.
    #[must_use]
    pub fn begin(&self, head: &Head) -> Exchange {
        Exchange::begin(head, &self.shared.trusted_proxies, self.shared.is_secure)
    }

    /// Counts a request whose answer begins, and remembers what its line will say.
    #[must_use]
    pub fn record(
        &self,
        head: &Head,
        exchange: Exchange,
        findings: &Findings<'_>,
        status: StatusCode,
    ) -> Record {
        let elapsed = exchange.started.elapsed();
        self.meters.count(findings.route, &head.method, status, elapsed);
        Record::new(self.lines.clone(), head, exchange, findings, status)
    }

    /// Completes an answer, or makes one of an error.
    pub fn finish(
        &self,
        head: &Head,
        exchange: Exchange,
        findings: &Findings<'_>,
        outcome: Result<Answer, GatewayError>,
    ) -> (Answer, Record) {
        finish::finish(self, head, exchange, findings, outcome)
    }
}

/// Answers one request, with a body if there is one.
pub async fn handle(
    worker: &Worker,
    head: &Head,
    source: Option<Box<dyn Source>>,
    client: &dyn Client,
) -> (Answer, Record) {
    let exchange = worker.begin(head);
    let mut findings = Findings::default();
    let outcome = run(worker, head, source, client, &exchange, &mut findings).await;
    worker.finish(head, exchange, &findings, outcome)
}

/// Answers what is not listened to.
#[must_use]
pub fn refuse(worker: &Worker, head: &Head, refusal: Refusal) -> (Answer, Record) {
    worker.finish(head, worker.begin(head), &Findings::default(), Err(refusal.into()))
}

async fn run<'a>(
    worker: &'a Worker,
    head: &Head,
    source: Option<Box<dyn Source>>,
    client: &dyn Client,
    exchange: &Exchange,
    findings: &mut Findings<'a>,
) -> Result<Answer, GatewayError> {
    let shared = &*worker.shared;
    if let Some(permission) = shared.cors.preflight(head)? {
        return Ok(permission.into());
    }
    if let Some(page) = Page::find(head)? {
        // Seldom, and large.
        return Ok(Box::pin(page.answer(shared)).await?.into());
    }
    let credentials = admit(worker, head, exchange, findings).await?;
    let route = findings.route.ok_or(GatewayError::NoRoute)?;
    let passage = Passage { worker, route, head, exchange, credentials, client };
    forward::forward(passage, source).await
}

/// The first phases: who is asked, and who asks.
pub async fn admit<'a, 'h>(
    worker: &'a Worker,
    head: &'h Head,
    exchange: &Exchange,
    findings: &mut Findings<'a>,
) -> Result<Credentials<'h>, GatewayError> {
    let shared = &*worker.shared;
    let route = route::find(&shared.table, head)?;
    findings.route = Some(route);
    let credentials = Credentials::of(head, route)?;
    rate_limit::of_address(shared, exchange, findings).await?;
    findings.identity = authenticate::check(&shared.verifier, route.auth, credentials).await?;
    rate_limit::of_user(shared, exchange, findings)?;
    Ok(credentials)
}
