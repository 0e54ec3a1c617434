//! Where clients come in: from a bare connection to requests, and the end of both.

mod connection;
mod door;
pub(crate) mod http1;
mod http2;
mod places;
mod proxy_protocol;
mod stream;
mod tls;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, KeepAlive, Protocol};
use actix_server::Server;
use actix_service::{Service as _, ServiceFactory, fn_factory, fn_service};

use crate::config::{ClientsConfig, Config};
use crate::head::Peer;
use crate::phases::{Shared, Worker};

pub use connection::Connection;

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
            let (shared, config, door) = (shared.clone(), config.clone(), door.clone());
            fn_factory(move || {
                let worker = Rc::new(Worker::new(shared.clone(), &config));
                let frames = frames(worker.clone(), &config.clients);
                let (door, head_timeout) = (door.clone(), config.clients.head_timeout);
                async move {
                    let frames = Rc::new(frames.new_service(()).await?);
                    Ok::<_, ()>(fn_service(move |stream| {
                        let (worker, door, frames) = (worker.clone(), door.clone(), frames.clone());
                        async move {
                            // What is done once takes no room afterwards.
                            let entering = Box::pin(door.enter(stream));
                            let (connection, protocol, client) = entering.await?;
                            if protocol == Protocol::Http2 {
                                return Box::pin(frames.call((connection, Some(client)))).await;
                            }
                            let peer = Peer::at(client.ip());
                            http1::serve(worker, connection, peer, head_timeout).await;
                            Ok(())
                        }
                    }))
                }
            })
        };
        Ok(server.listen("clients", self.listener, service)?.run())
    }
}

/// What serves the connections of clients that speak HTTP/2.
fn frames(
    worker: Rc<Worker>,
    config: &ClientsConfig,
) -> impl ServiceFactory<
    (Connection, Option<SocketAddr>),
    Config = (),
    Response = (),
    Error = DispatchError,
    InitError = (),
> + use<> {
    let closing = worker.clone();
    HttpService::build()
        .client_request_timeout(config.head_timeout + LINGER)
        .client_disconnect_timeout(LINGER)
        .keep_alive(KeepAlive::Timeout(KEEP_ALIVE))
        .graceful_shutdown_signal(move || closing.closing())
        .h2(fn_service(move |request| http2::answer(worker.clone(), request)))
}
