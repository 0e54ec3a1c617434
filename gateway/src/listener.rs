//! Where clients come in: from a bare connection to requests, and the end of both.

mod chunks;
mod connection;
mod door;
mod guard;
mod head;
mod places;
mod proxy_protocol;
mod stream;
mod tls;

use std::io;
use std::net::TcpListener;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::{Extensions, HttpService, KeepAlive, Request};
use actix_server::Server;
use actix_service::{ServiceFactoryExt as _, fn_service};

use crate::config::Config;
use crate::phases::{self, Shared, Worker};
use crate::tunnel;

pub use connection::Connection;
pub use guard::{REFUSED, Refused};
pub use head::Refusal;

/// What the protocol's own code and a connection are handed over as, when both are to be used for
/// something else.
pub type Framed = actix_codec::Framed<Connection, actix_http::h1::Codec>;

/// An idle connection of a client is kept this long.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// What a client still sends after it was refused is read for so long, so that it sees the refusal.
const LINGER: Duration = Duration::from_secs(2);

/// A listener that is about to let clients in.
pub struct Entrance {
    door: door::Door,
    listener: TcpListener,
}

impl Entrance {
    /// Lets clients in at `listener` as `config` says.
    pub fn new(config: &Config, listener: TcpListener) -> anyhow::Result<Self> {
        let door = door::Door::new(&config.clients, config.forward.trusted_proxies.clone())?;
        Ok(Self { door, listener })
    }

    /// Whether clients come in through TLS.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.door.is_secure()
    }

    /// A server that answers. Each of its workers has connections of its own to the services.
    pub fn serve(self, config: &Config, shared: &Arc<Shared>) -> io::Result<Server> {
        let mut server = Server::build()
            .disable_signals()
            .max_concurrent_connections(config.clients.max_connections)
            .shutdown_timeout(config.http.shutdown_timeout.as_secs());
        if config.http.workers > 0 {
            server = server.workers(config.http.workers);
        }
        let (shared, config, door) = (shared.clone(), Arc::new(config.clone()), self.door);
        // Called on each worker's own thread: what it makes never leaves it.
        let service = move || {
            let worker = Rc::new(Worker::new(shared.clone(), &config));
            let for_tunnels = worker.clone();
            // A token of its own, so that the workers do not wait for each other to look at it.
            let closing = shared.closing.child_token();
            let door = door.clone();
            let http = HttpService::build()
                // Who says nothing at all is sent away; a head that has begun is timed by itself.
                .client_request_timeout(config.clients.head_timeout + LINGER)
                .client_disconnect_timeout(LINGER)
                .keep_alive(KeepAlive::Timeout(KEEP_ALIVE))
                // A client that closes its side is gone: what is done for it is stopped.
                .h1_allow_half_closed(false)
                .graceful_shutdown_signal(move || closing.clone().cancelled_owned())
                .on_connect_ext(|connection: &Connection, data: &mut Extensions| {
                    data.insert(connection.refused());
                })
                .upgrade(fn_service(move |(request, framed): (Request, Framed)| {
                    tunnel::serve(for_tunnels.clone(), request, framed)
                }))
                .finish(fn_service(move |request: Request| {
                    phases::handle(worker.clone(), request)
                }));
            fn_service(move |stream| door.clone().enter(stream)).and_then(http)
        };
        Ok(server.listen("clients", self.listener, service)?.run())
    }
}
