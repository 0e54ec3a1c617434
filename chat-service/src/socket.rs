//! WebSocket connections: `/ws`, and `/ws/{server}/{session}/websocket` for SockJS.
//!
//! A connection is taken over from the HTTP server once its request has been read ([`takeover`]):
//! the server's own WebSockets keep 16 KB of buffers for each, which idle connections do not need.
//! The [`handshake`] checks the origin and the token, a [`Session`](session) does what the client
//! asks for, and the [`keeper`] looks after all connections of a thread: heart-beats, and the end of
//! those whose token or sign-in is over. What is sent goes through an [`Outlet`].
//!
//! A client shows its token in the handshake (`Authorization`, or `?token=` from pages) or in its
//! `CONNECT`, and shows a new one before that expires: in the header `Authorization` of any frame,
//! or of a `SEND` to `/app/session.refresh`, which does nothing else.

use std::rc::Rc;
use std::sync::Arc;

use actix_web::web;
use chassis::http::server::{Takeover, Upgraded};
use chassis::identity::Verifier;
use futures_util::FutureExt as _;

use crate::config::SocketConfig;
use crate::state::State;

mod connection;
mod destination;
mod end;
mod handshake;
mod info;
mod keeper;
mod outlet;
mod seats;
mod session;
mod sockjs;
mod style;
mod transport;
mod websocket;
mod worker;

pub(crate) use self::outlet::Outlet;
use self::seats::Seats;
pub(crate) use self::style::Style;
use self::worker::Worker;

/// The paths of `/ws` that are plain HTTP.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(info::info);
}

/// What takes connections over: to be called once for each thread of the server, on that thread.
pub fn takeover(
    config: &SocketConfig,
    state: &State,
    verifier: &Verifier,
) -> impl Fn() -> Takeover + Clone + Send + 'static {
    let (config, state, verifier) = (config.clone(), state.clone(), verifier.clone());
    let seats = Arc::new(Seats::new(config.max_connections));
    move || {
        let worker = Worker::start(&config, &state, &verifier, &seats);
        Rc::new(move |(request, framed): Upgraded| {
            let parts = framed.into_parts();
            handshake::run(worker.clone(), request, parts.io, parts.read_buf).boxed_local()
        })
    }
}
