//! Writes an answer to a client (RFC 9112, 4 and 6).

use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, ready};

use actix_http::{Method, Version};

use super::line::Line;
use super::today;
use crate::answer::{Answer, Body, Lines, Size};
use crate::head::Head;
use crate::phases::Record;
use crate::upstream::{Relay, RelayError, Step};
use crate::wire::{print_chunk, print_number, print_status, scratch};

/// Pieces of a body up to this size are put together with what stands before them.
const SMALL_BYTES: usize = 4 * 1024;
/// In shorter bodies there are no others.
const LARGE_BYTES: u64 = 8 * 1024;

/// An answer that broke off.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReplyError {
    #[error(transparent)]
    Client(#[from] io::Error),
    #[error(transparent)]
    Service(#[from] RelayError),
}

/// How an answer is framed.
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that is said or not")]
struct Form {
    is_chunked: bool,
    is_large: bool,
    has_body: bool,
    passes_trailers: bool,
}

/// Sends it. `closes` says whether the connection ends with it.
pub(super) async fn send(
    line: &Line,
    head: &Head,
    answer: Answer,
    record: &mut Record,
    closes: bool,
) -> Result<(), ReplyError> {
    let is_old = head.version == Version::HTTP_10;
    let has_body = head.method != Method::HEAD && answer.size != Size::None;
    let form = Form {
        is_chunked: answer.size == Size::Unknown && !is_old,
        is_large: matches!(answer.size, Size::Known(bytes) if bytes > LARGE_BYTES),
        has_body,
        passes_trailers: head.wishes.trailers,
    };
    let mut begin = scratch::take();
    print_status(&mut begin, answer.status);
    begin.extend_from_slice(answer.lines.as_bytes());
    frame(&answer.lines, answer.size, is_old, closes, &mut begin);
    let outcome = match answer.body {
        Body::Whole(bytes) => {
            if has_body {
                begin.extend_from_slice(&bytes);
                record.sent(bytes.len());
            }
            whole(line, &begin).await.map_err(ReplyError::from)
        }
        Body::Relayed(relay) => relayed(line, &mut begin, relay, &form, record).await,
    };
    scratch::give_back(begin);
    outcome?;
    record.complete();
    Ok(())
}

/// Says how long the body is and what becomes of the connection, and ends the head.
fn frame(lines: &Lines, size: Size, is_old: bool, closes: bool, to: &mut Vec<u8>) {
    match size {
        Size::None => {}
        Size::Known(bytes) => {
            to.extend_from_slice(b"content-length: ");
            print_number(to, bytes);
            to.extend_from_slice(b"\r\n");
        }
        // HTTP/1.0 knows no chunks: the body ends with the connection.
        Size::Unknown if is_old => {}
        Size::Unknown => to.extend_from_slice(b"transfer-encoding: chunked\r\n"),
    }
    if !lines.has_date {
        to.extend_from_slice(b"date: ");
        to.extend_from_slice(&today::now());
        to.extend_from_slice(b"\r\n");
    }
    if closes {
        to.extend_from_slice(b"connection: close\r\n");
    } else if is_old {
        to.extend_from_slice(b"connection: keep-alive\r\n");
    }
    to.extend_from_slice(b"\r\n");
}

async fn whole(line: &Line, bytes: &[u8]) -> io::Result<()> {
    poll_fn(|cx| Poll::Ready(line.write(cx, bytes))).await?;
    poll_fn(|cx| line.poll_flush(cx)).await
}

/// Passes a body on, with its head in front of the first piece. A client that goes takes the answer
/// along.
async fn relayed(
    line: &Line,
    begin: &mut Vec<u8>,
    mut relay: Box<Relay>,
    form: &Form,
    record: &mut Record,
) -> Result<(), ReplyError> {
    let mut is_over = false;
    poll_fn(|cx| {
        loop {
            ready!(line.poll_flush(cx))?;
            if is_over {
                return Poll::Ready(Ok(()));
            }
            let step = form.step(line, cx, begin, &mut relay, record);
            if !begin.is_empty() {
                // The head goes with what there is of the body, and does not wait for more.
                line.write(cx, begin)?;
                begin.clear();
            }
            match step {
                Poll::Ready(step) => is_over = step? == Step::Last,
                Poll::Pending => {
                    ready!(line.poll_flush(cx))?;
                    ready!(line.poll_gone(cx));
                    return Poll::Ready(Err(io::Error::from(io::ErrorKind::BrokenPipe).into()));
                }
            }
        }
    })
    .await
}

impl Form {
    /// Takes what there is of a body, and puts it behind what is to be written.
    fn step(
        &self,
        line: &Line,
        cx: &mut Context<'_>,
        to: &mut Vec<u8>,
        relay: &mut Relay,
        record: &mut Record,
    ) -> Poll<Result<Step, ReplyError>> {
        let waker = self.is_large.then(|| cx.waker().clone());
        let mut written = Ok(());
        let step = relay.poll_next(cx, &mut |data| {
            if !self.has_body {
                return;
            }
            record.sent(data.len());
            match &waker {
                _ if self.is_chunked => print_chunk(to, data),
                // Written from where it was read.
                Some(waker) if data.len() > SMALL_BYTES => {
                    let cx = &mut Context::from_waker(waker);
                    written = line.write(cx, to).and_then(|()| line.write(cx, data));
                    to.clear();
                }
                _ => to.extend_from_slice(data),
            }
        });
        written?;
        let step = ready!(step)?;
        if step == Step::Last && self.is_chunked && self.has_body {
            to.extend_from_slice(b"0\r\n");
            if self.passes_trailers {
                to.extend_from_slice(relay.trailers());
            }
            to.extend_from_slice(b"\r\n");
        }
        Poll::Ready(Ok(step))
    }
}
