//! HTTP/1.1 with a client: its requests in their order, each answered before the next one is read.
//!
//! It is spoken here and not by a library because of what lies between the two sides of a proxy:
//! an answer goes out in the buffer it came in, a head is read once, and nothing is a message to
//! another task. What is taken from a client is what [`read`](crate::head) lets through, which is less
//! than libraries do.

mod line;
mod reply;
mod today;

use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use actix_http::Version;

use super::{Connection, KEEP_ALIVE, LINGER};
use crate::answer::Answer;
use crate::head::{Framing, Head, Peer};
use crate::phases::{self, Record, Worker};
use crate::tunnel;
use crate::upstream::Source;

pub(crate) use line::Line;

use line::{Incoming, Next, Waits};

/// Serves a client until either side has enough.
pub(super) async fn serve(
    worker: Rc<Worker>,
    connection: Connection,
    peer: Peer,
    head_timeout: Duration,
) {
    let line = Rc::new(Line::new(connection, peer));
    let mut closing = pin!(worker.closing());
    // Who says nothing at all is sent away sooner than who has asked before.
    let mut waits = Waits { idle: head_timeout + LINGER, head: head_timeout };
    loop {
        let head = match line.next(waits, closing.as_mut()).await {
            Next::Request(head) => head,
            Next::Refused(refusal) => {
                let head = Head::unreadable(line.peer());
                let (answer, record) = phases::refuse(&worker, &head, refusal);
                Box::pin(send_last(&line, &head, answer, record)).await;
                return;
            }
            Next::End => return,
        };
        if head.framing == Framing::Upgrade {
            Box::pin(tunnel::serve(&worker, line, head)).await;
            return;
        }
        let Some((answer, record)) = answer(&worker, &line, &head).await else { return };
        if !send(&worker, &line, &head, answer, record).await {
            return;
        }
        waits.idle = KEEP_ALIVE;
    }
}

/// The answer to a request; none if its client does not wait for it.
async fn answer(worker: &Worker, line: &Rc<Line>, head: &Head) -> Option<(Answer, Record)> {
    let source = head.has_body().then(|| -> Box<dyn Source> { Box::new(Incoming(line.clone())) });
    let mut answering = pin!(phases::handle(worker, head, source, &**line));
    poll_fn(|cx| {
        if let Poll::Ready(answered) = answering.as_mut().poll(cx) {
            return Poll::Ready(Some(answered));
        }
        // What a service says before it answers.
        let is_broken = matches!(line.poll_flush(cx), Poll::Ready(Err(_)));
        if is_broken || line.poll_gone(cx).is_ready() { Poll::Ready(None) } else { Poll::Pending }
    })
    .await
}

/// Sends an answer. Says whether another request may come.
async fn send(
    worker: &Worker,
    line: &Line,
    head: &Head,
    answer: Answer,
    mut record: Record,
) -> bool {
    let is_old = head.version == Version::HTTP_10;
    let closes = head.wishes.close
        || (is_old && (!head.wishes.keep_alive || answer.is_endless()))
        || !worker.shared.life.is_running()
        // What of the request is still to come is the service's, and not to be passed over.
        || answer.is_early()
        || !line.is_at_end_of_request().await;
    if let Err(error) = reply::send(line, head, answer, &mut record, closes).await {
        tracing::debug!("an answer broke off: {error}");
        return false;
    }
    drop(record);
    if closes {
        line.close(LINGER).await;
    }
    !closes
}

/// Sends an answer after which the client is not listened to.
pub(crate) async fn send_last(line: &Line, head: &Head, answer: Answer, mut record: Record) {
    if reply::send(line, head, answer, &mut record, true).await.is_ok() {
        drop(record);
        line.close(LINGER).await;
    }
}
