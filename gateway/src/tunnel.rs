//! WebSockets: after the handshake, bytes both ways until either side has enough.
//!
//! The handshake is a request like any other: the table decides who answers it, and the token is
//! checked. Once the service has agreed, the gateway looks at nothing but where a frame ends.

mod frames;
mod handshake;
mod pipe;
mod pump;

use std::rc::Rc;

use actix_http::StatusCode;

use crate::error::GatewayError;
use crate::exchange::Exchange;
use crate::head::Head;
use crate::listener::http1::{Line, send_last};
use crate::phases::{self, Findings, Passage, Worker};

use handshake::{Reply, is_handshake};
pub use pump::Tunnels;

/// Serves a request that wishes to switch protocols, and all that comes after it on its connection.
pub(crate) async fn serve(worker: &Worker, line: Rc<Line>, head: Head) {
    if is_handshake(&head) && is_live(worker, &head) {
        open(worker, line, head).await;
    } else {
        // A server may pass over the wish (RFC 9110, 7.8).
        let (answer, record) = phases::handle(worker, &head, None, &*line).await;
        send_last(&line, &head, answer, record).await;
    }
}

fn is_live(worker: &Worker, head: &Head) -> bool {
    let route = worker.shared.table.find(&head.method, head.path());
    route.is_ok_and(|route| route.is_live)
}

async fn open(worker: &Worker, line: Rc<Line>, head: Head) {
    let exchange = worker.begin(&head);
    let mut findings = Findings::default();
    let outcome = match ask(worker, &line, &head, &exchange, &mut findings).await {
        Ok(Reply::Agreed(agreed)) => {
            let mut record =
                worker.record(&head, exchange, &findings, StatusCode::SWITCHING_PROTOCOLS);
            // The tunnel may be open for hours, and needs nothing of this.
            drop(head);
            let Some(line) = Rc::into_inner(line) else { return };
            if let Ok(pump) = agreed.tell(line, record.exchange()).await {
                let end = pump.run(worker).await;
                record.sent(usize::try_from(end.bytes_to_client).unwrap_or(usize::MAX));
                if end.is_orderly {
                    record.complete();
                }
            }
            return;
        }
        Ok(Reply::Answered(answer)) => Ok(*answer),
        Err(error) => Err(error),
    };
    let (answer, record) = worker.finish(&head, exchange, &findings, outcome);
    send_last(&line, &head, answer, record).await;
}

async fn ask<'a>(
    worker: &'a Worker,
    line: &Line,
    head: &Head,
    exchange: &Exchange,
    findings: &mut Findings<'a>,
) -> Result<Reply, GatewayError> {
    let credentials = phases::admit(worker, head, exchange, findings).await?;
    let route = findings.route.ok_or(GatewayError::NoRoute)?;
    let place = worker.tunnels.enter()?;
    let passage = Passage { worker, route, head, exchange, credentials, client: line };
    handshake::ask(passage, place).await
}
