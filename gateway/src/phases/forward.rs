//! Third phase: the request goes to its service, and the answer comes back.

use std::time::Duration;

use actix_http::{Method, StatusCode};

use super::{Client, Worker};
use crate::answer::{Answer, Body};
use crate::credentials::{Credentials, without_token};
use crate::error::GatewayError;
use crate::exchange::Exchange;
use crate::head::Head;
use crate::headers;
use crate::table::Route;
use crate::upstream::{ForwardError, Kind, Lease, Outgoing, Relay, Reply, Source, Upload};

/// A request on its way, and all that the gateway knows about it.
#[derive(Clone, Copy)]
pub struct Passage<'a> {
    /// The worker it is on.
    pub worker: &'a Worker,
    /// The rule about it.
    pub route: &'a Route,
    /// The request as the client sent it.
    pub head: &'a Head,
    /// What was found out about it.
    pub exchange: &'a Exchange,
    /// The token that came with it.
    pub credentials: Credentials<'a>,
    /// Who sent it and waits.
    pub client: &'a dyn Client,
}

/// Passes the request on and gives the beginning of the answer; its body follows by itself.
pub(super) async fn forward(
    passage: Passage<'_>,
    source: Option<Box<dyn Source>>,
) -> Result<Answer, GatewayError> {
    let Passage { worker, route, head, .. } = passage;
    let mut upload = Upload::new(head.framing, source, &route.limits)?;
    let kind = if route.is_live { Kind::Stream } else { Kind::Ordinary };
    let cluster = worker.cluster(route)?;
    let (reply, lease) = cluster.send(&Onward { passage, kind }, &mut upload).await?;
    if reply.status == StatusCode::SWITCHING_PROTOCOLS {
        return Err(ForwardError::Switching.into());
    }
    Ok(passage.back(reply, lease, upload))
}

impl Passage<'_> {
    /// Asks the service to switch protocols. Gives its answer, whether it does or not.
    pub async fn switch(self) -> Result<(Reply, Lease), GatewayError> {
        let onward = Onward { passage: self, kind: Kind::Tunnel };
        let cluster = self.worker.cluster(self.route)?;
        Ok(cluster.send(&onward, &mut Upload::none()).await?)
    }

    /// The answer as the client gets it.
    #[must_use]
    pub fn back(self, reply: Reply, lease: Lease, upload: Upload) -> Answer {
        let stopping = self.route.is_live.then(|| self.worker.shared.life.stopping());
        let pause = self.route.limits.between_chunks;
        let relay = Relay::new(&reply, lease, upload, pause, stopping);
        let Reply { status, lines, size, .. } = reply;
        Answer { status, lines, size, body: Body::Relayed(Box::new(relay)) }
    }
}

/// The request as the service gets it.
struct Onward<'a> {
    passage: Passage<'a>,
    kind: Kind,
}

impl Outgoing for Onward<'_> {
    fn compose(&self, authority: &str, to: &mut Vec<u8>) {
        let Passage { head, exchange, credentials, .. } = self.passage;
        let method = head.method.as_str();
        if let (Credentials::Query(token), Some(query)) = (credentials, head.query()) {
            headers::ask(to, method, &without_token(head.path(), query));
            headers::bearer(to, token);
        } else {
            headers::ask(to, method, head.target());
        }
        headers::onward(to, head, exchange, authority.as_bytes());
        headers::frame(to, head, self.kind == Kind::Tunnel);
        to.extend_from_slice(b"\r\n");
    }

    fn method(&self) -> &Method {
        &self.passage.head.method
    }

    fn kind(&self) -> Kind {
        self.kind
    }

    fn patience(&self) -> Duration {
        self.passage.route.limits.first_byte
    }

    fn is_repeatable(&self) -> bool {
        let head = self.passage.head;
        head.method.is_idempotent() && !head.has_body()
    }

    fn early(&self, reply: &Reply) {
        self.passage.client.early(reply);
    }
}
