//! Connections that a handler can keep: for answers that go on for as long as somebody listens.
//!
//! A connection stays with the framework until its answer ends, and there it costs a task and
//! buffers of 16 KB, busy or not. A handler that has checked everything about a request can
//! [`detach`] its connection instead and write the answer itself; the framework is left with an
//! end of the line that nobody speaks at, and lets go of it.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::TcpStream as Socket;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_http::HttpService;
use actix_server::Server;
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, map_config};
use actix_web::dev::{AppConfig, fn_service};
use actix_web::rt::net::TcpStream;
use actix_web::{HttpRequest, HttpResponse, web};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{HEADER_TIMEOUT, KEEP_ALIVE, Listening, app, bind};
use crate::config::HttpConfig;
use crate::http::health::Readiness;

/// Begins to listen, as [`listen`](super::listen) does, for handlers that [`detach`] connections.
pub fn listen_detachable(
    config: &HttpConfig,
    readiness: Readiness,
    routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
) -> io::Result<Listening> {
    let (listener, address) = bind(config.bind)?;
    let life = readiness.life.clone();
    let mut server =
        Server::build().disable_signals().shutdown_timeout(config.shutdown_timeout.as_secs());
    if config.workers > 0 {
        server = server.workers(config.workers);
    }
    let stopping = server.graceful_shutdown_signal();
    let server = server.listen("http", listener, move || {
        let app = app(readiness.clone(), routes.clone()).into_factory();
        let app = app.map_err(|error| error.error_response());
        let stopping = stopping.clone();
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .client_request_timeout(HEADER_TIMEOUT)
            .keep_alive(KEEP_ALIVE)
            .local_addr(address)
            .on_connect_ext(|line: &Line, data| drop(data.insert(line.clone())))
            .h1(map_config(app, |()| AppConfig::default()));
        fn_service(async |io: TcpStream| {
            let peer = io.peer_addr().ok();
            Ok((Line::new(io), peer))
        })
        .and_then(http)
    })?;
    Ok(Listening { address, server: server.run(), life, patience: config.shutdown_timeout })
}

/// Takes the connection of a request away from the framework. It is the caller's from here on, not
/// blocking, and nothing of the answer is written yet; the response is for the framework, which
/// counts it and sends it nowhere.
///
/// There is none if the service does not [listen for it](listen_detachable), and none while an
/// earlier answer on the same connection has not left.
#[must_use]
pub fn detach(request: &HttpRequest) -> Option<(Socket, HttpResponse)> {
    let socket = request.conn_data::<Line>()?.take()?.into_std().ok()?;
    Some((socket, HttpResponse::Ok().force_close().finish()))
}

/// The framework's hold on a connection.
#[derive(Clone)]
struct Line(Rc<Held>);

struct Held {
    /// Nothing, once the connection is detached: then reading ends, and writing goes nowhere.
    io: RefCell<Option<TcpStream>>,
    /// Whether something written waits for the client to read on.
    is_blocked: Cell<bool>,
}

impl Line {
    fn new(io: TcpStream) -> Self {
        Self(Rc::new(Held { io: RefCell::new(Some(io)), is_blocked: Cell::new(false) }))
    }

    fn take(&self) -> Option<TcpStream> {
        if self.0.is_blocked.get() { None } else { self.0.io.take() }
    }

    /// Polls the connection, or says what is said of one that is detached.
    fn poll<T>(
        &self,
        detached: T,
        poll: impl FnOnce(Pin<&mut TcpStream>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match &mut *self.0.io.borrow_mut() {
            Some(io) => poll(Pin::new(io)),
            None => Poll::Ready(Ok(detached)),
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll((), |io| io.poll_read(cx, buffer))
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = self.poll(bytes.len(), |io| io.poll_write(cx, bytes));
        self.0.is_blocked.set(written.is_pending());
        written
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll((), |io| io.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll((), |io| io.poll_shutdown(cx))
    }
}
