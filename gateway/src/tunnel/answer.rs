//! An ordinary answer to whoever wished to switch protocols; it is the last on its connection.

use std::io;
use std::pin::{Pin, pin};

use actix_http::body::{BodySize, MessageBody as _};
use actix_http::h1::Message;
use actix_http::{ConnectionType, Response};
use std::future::poll_fn;

use crate::listener::Framed;
use crate::phases::Recorded;

/// What the protocol's code writes: a head, then chunks.
type Part = Message<(Response<()>, BodySize)>;

/// Sends the answer and closes. Nobody is left to be told if that fails.
pub(super) async fn send(mut framed: Framed, response: Response<Recorded>) {
    if try_send(&mut framed, response).await.is_ok() {
        let _ = poll_fn(|cx| Pin::new(&mut framed).close::<Part>(cx)).await;
    }
}

async fn try_send(framed: &mut Framed, response: Response<Recorded>) -> io::Result<()> {
    let (mut head, body) = response.into_parts();
    head.head_mut().set_connection_type(ConnectionType::Close);
    let size = body.size();
    let mut framed = Pin::new(framed);
    framed.as_mut().write::<Part>(Message::Item((head, size)))?;
    let mut body = pin!(body);
    while let Some(chunk) = poll_fn(|cx| body.as_mut().poll_next(cx)).await {
        let chunk = chunk.map_err(io::Error::other)?;
        framed.as_mut().write::<Part>(Message::Chunk(Some(chunk)))?;
        flush(framed.as_mut()).await?;
    }
    framed.as_mut().write::<Part>(Message::Chunk(None))?;
    flush(framed).await
}

async fn flush(mut framed: Pin<&mut Framed>) -> io::Result<()> {
    poll_fn(|cx| framed.as_mut().flush::<Part>(cx)).await
}
