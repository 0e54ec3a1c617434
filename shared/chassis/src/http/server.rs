//! A listening service, from its socket to its last answer.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::{App, HttpServer, middleware, web};

use super::document::not_routed;
use super::health::{self, Readiness};
use super::wrap::wrap;
use crate::config::HttpConfig;
use crate::lifecycle::Lifecycle;

/// Requests wait this long for their headers to arrive.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// An idle connection is kept this long, longer than any gateway of ours keeps it.
const KEEP_ALIVE: Duration = Duration::from_secs(90);

/// A service that listens.
pub struct Listening {
    address: SocketAddr,
    server: Server,
    life: Lifecycle,
    patience: Duration,
}

/// Begins to listen. `routes` is called once for each worker.
pub fn listen(
    config: &HttpConfig,
    readiness: Readiness,
    routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
) -> std::io::Result<Listening> {
    let listener = TcpListener::bind(config.bind).map_err(|e| {
        std::io::Error::new(e.kind(), format!("cannot listen on {}: {e}", config.bind))
    })?;
    let address = listener.local_addr()?;
    let life = readiness.life.clone();
    let mut server = HttpServer::new(move || {
        let routes = routes.clone();
        App::new()
            .app_data(web::Data::new(readiness.clone()))
            .app_data(web::PayloadConfig::new(super::json::MAX_BODY_BYTES))
            .wrap(middleware::from_fn(wrap))
            .configure(health::configure)
            .configure(routes)
            .default_service(web::to(not_routed))
    })
    .client_request_timeout(HEADER_TIMEOUT)
    .keep_alive(KEEP_ALIVE)
    .disable_signals()
    .shutdown_timeout(config.shutdown_timeout.as_secs());
    if config.workers > 0 {
        server = server.workers(config.workers);
    }
    let server = server.listen(listener)?.run();
    Ok(Listening { address, server, life, patience: config.shutdown_timeout })
}

impl Listening {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the life ends, then finishes what is under way. Says whether all went well.
    pub async fn run(self) -> std::io::Result<bool> {
        let handle = self.server.handle();
        let life = self.life.clone();
        tokio::spawn(stop_with(life, handle));
        self.server.await?;
        self.life.stop();
        Ok(self.life.drain(self.patience).await)
    }
}

async fn stop_with(life: Lifecycle, handle: ServerHandle) {
    life.stopping().cancelled().await;
    handle.stop(true).await;
}
