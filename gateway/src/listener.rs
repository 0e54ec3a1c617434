//! Where clients come in: from a bare connection to requests, and the end of both.

mod connection;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, KeepAlive, Protocol, Request};
use actix_server::Server;
use actix_service::{ServiceFactoryExt as _, fn_service};
use actix_web::rt::net::TcpStream;

use crate::config::Config;
use crate::phases::{self, Shared, Worker};
use crate::tunnel;

pub use connection::Connection;

/// What the protocol's own code and a connection are handed over as, when both are to be used for
/// something else.
pub type Framed = actix_codec::Framed<Connection, actix_http::h1::Codec>;

/// Requests wait this long for their headers to arrive.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// An idle connection of a client is kept this long.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// What a client still sends after it was refused is read for so long, so that it sees the refusal.
const LINGER: Duration = Duration::from_secs(2);

/// A server that answers on `listener`. Each of its workers has connections of its own to the
/// services.
pub fn serve(config: &Config, shared: &Arc<Shared>, listener: TcpListener) -> io::Result<Server> {
    let mut server =
        Server::build().disable_signals().shutdown_timeout(config.http.shutdown_timeout.as_secs());
    if config.http.workers > 0 {
        server = server.workers(config.http.workers);
    }
    let (shared, config) = (shared.clone(), Arc::new(config.clone()));
    // Called on each worker's own thread: what it makes never leaves it.
    let service = move || {
        let worker = Rc::new(Worker::new(shared.clone(), &config));
        let for_tunnels = worker.clone();
        // A token of its own, so that the workers do not wait for each other to look at it.
        let closing = shared.closing.child_token();
        let http = HttpService::build()
            .client_request_timeout(HEADER_TIMEOUT)
            .client_disconnect_timeout(LINGER)
            .keep_alive(KeepAlive::Timeout(KEEP_ALIVE))
            // A client that closes its side is gone: what is done for it is stopped.
            .h1_allow_half_closed(false)
            .graceful_shutdown_signal(move || closing.clone().cancelled_owned())
            .upgrade(fn_service(move |(request, framed): (Request, Framed)| {
                tunnel::serve(for_tunnels.clone(), request, framed)
            }))
            .finish(fn_service(move |request: Request| phases::handle(worker.clone(), request)));
        fn_service(accept).and_then(http)
    };
    Ok(server.listen("clients", listener, service)?.run())
}

/// A connection as it comes from the system, made ready for HTTP.
async fn accept(
    stream: TcpStream,
) -> Result<(Connection, Protocol, Option<SocketAddr>), DispatchError> {
    stream.set_nodelay(true)?;
    let peer = stream.peer_addr()?;
    Ok((Connection::new(stream), Protocol::Http1, Some(peer)))
}
