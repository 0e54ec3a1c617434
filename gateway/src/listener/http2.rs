//! HTTP/2 with a client, whose frames are the framework's affair.

use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_http::body::{BodySize, MessageBody};
use actix_http::{Method, Payload, Request, Response};
use actix_web::http::header::{HeaderName, HeaderValue};
use bytes::Bytes;
use futures_util::Stream as _;

use crate::answer::{Answer, Body, Size};
use crate::head::Head;
use crate::phases::{self, Client, Record, Worker};
use crate::upstream::{RelayError, Reply, Source, Step};

/// Answers a request.
pub(super) async fn answer(
    worker: Rc<Worker>,
    request: Request,
) -> Result<Response<Sending>, Infallible> {
    let (from, payload) = request.into_parts();
    let head = Head::of_frames(&from, &payload);
    let source = head.has_body().then(|| -> Box<dyn Source> { Box::new(Frames(payload)) });
    let (answer, record) = phases::handle(&worker, &head, source, &Deaf).await;
    Ok(respond(&head, answer, record))
}

/// The framework sends no interim answers.
struct Deaf;

impl Client for Deaf {
    fn early(&self, _: &Reply) {}
}

fn respond(head: &Head, answer: Answer, mut record: Record) -> Response<Sending> {
    let is_empty =
        head.method == Method::HEAD || matches!(answer.size, Size::None | Size::Known(0));
    if is_empty {
        record.complete();
    }
    let sending = Sending { size: answer.size, body: answer.body, record, is_over: is_empty };
    let mut response = Response::with_body(answer.status, sending);
    for (name, value) in answer.lines.iter() {
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name), HeaderValue::from_bytes(value))
        {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// The body of a request.
struct Frames(Payload);

impl Source for Frames {
    fn poll_data(
        &mut self,
        cx: &mut Context<'_>,
        take: &mut dyn FnMut(&[u8]),
    ) -> Poll<std::io::Result<bool>> {
        let chunk = ready!(Pin::new(&mut self.0).poll_next(cx)).transpose();
        let chunk = chunk.map_err(std::io::Error::other)?;
        if let Some(chunk) = &chunk {
            take(chunk);
        }
        Poll::Ready(Ok(chunk.is_some()))
    }
}

/// The body of an answer, with the record of it.
pub(super) struct Sending {
    size: Size,
    body: Body,
    record: Record,
    is_over: bool,
}

impl MessageBody for Sending {
    type Error = RelayError;

    fn size(&self) -> BodySize {
        match self.size {
            Size::None => BodySize::None,
            Size::Known(bytes) => BodySize::Sized(bytes),
            Size::Unknown => BodySize::Stream,
        }
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, RelayError>>> {
        let this = self.get_mut();
        let mut chunk = Vec::new();
        while chunk.is_empty() && !this.is_over {
            match &mut this.body {
                Body::Whole(bytes) => {
                    chunk.extend_from_slice(bytes);
                    this.is_over = true;
                }
                Body::Relayed(relay) => {
                    let step =
                        ready!(relay.poll_next(cx, &mut |data| chunk.extend_from_slice(data)));
                    this.is_over = step? == Step::Last;
                }
            }
        }
        this.record.sent(chunk.len());
        if this.is_over {
            this.record.complete();
        }
        Poll::Ready((!chunk.is_empty()).then(|| Ok(chunk.into())))
    }
}
