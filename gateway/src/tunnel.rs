//! WebSockets: after the handshake, bytes both ways until either side has enough.
//!
//! The handshake is a request like any other: the table decides who answers it, and the token is
//! checked. Once the service has agreed, the gateway looks at nothing but where a frame ends.

mod answer;
mod frames;
mod handshake;
mod pipe;
mod pump;

use std::convert::Infallible;
use std::rc::Rc;

use actix_http::{Request, RequestHead, StatusCode};

use crate::error::GatewayError;
use crate::exchange::Exchange;
use crate::listener::Framed;
use crate::phases::{self, Findings, Passage, Worker};

use handshake::{Reply, is_handshake};
pub use pump::Tunnels;

/// Serves a request that wishes to switch protocols, and all that comes after it on its connection.
pub async fn serve(worker: Rc<Worker>, request: Request, framed: Framed) -> Result<(), Infallible> {
    if is_handshake(request.head()) && is_live(&worker, request.head()) {
        open(&worker, request, framed).await;
    } else {
        // A server may pass over the wish (RFC 9110, 7.8).
        let Ok(response) = phases::handle(worker, request).await;
        answer::send(framed, response).await;
    }
    Ok(())
}

fn is_live(worker: &Worker, head: &RequestHead) -> bool {
    let route = worker.shared.table.find(&head.method, head.uri.path());
    route.is_ok_and(|route| route.is_live)
}

async fn open(worker: &Worker, request: Request, framed: Framed) {
    let (head, _) = request.into_parts();
    let exchange = worker.begin(&head);
    let mut findings = Findings::default();
    let outcome = match ask(worker, &head, &exchange, &mut findings).await {
        Ok(Reply::Agreed(agreed)) => {
            let mut record =
                worker.record(&head, exchange, &findings, StatusCode::SWITCHING_PROTOCOLS);
            // The tunnel may be open for hours, and needs nothing of this.
            drop(head);
            if let Ok(pump) = agreed.tell(framed, record.exchange()).await {
                let end = pump.run(worker).await;
                record.sent(end.bytes_to_client, end.is_orderly);
            }
            return;
        }
        Ok(Reply::Answered(answer)) => Ok(answer),
        Err(error) => Err(error),
    };
    answer::send(framed, worker.finish(&head, exchange, &findings, outcome)).await;
}

async fn ask<'a>(
    worker: &'a Worker,
    head: &RequestHead,
    exchange: &Exchange,
    findings: &mut Findings<'a>,
) -> Result<Reply, GatewayError> {
    let credentials = phases::admit(worker, head, exchange, findings).await?;
    let route = findings.route.ok_or(GatewayError::NoRoute)?;
    let place = worker.tunnels.enter()?;
    let passage = Passage { worker, route, head, exchange, credentials };
    handshake::ask(passage, place).await
}
