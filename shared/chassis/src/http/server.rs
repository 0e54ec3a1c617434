//! A listening service, from its socket to its last answer.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::time::Duration;

use actix_codec::Framed;
use actix_http::h1::Codec;
use actix_http::{HttpService, Request};
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_factory, map_config};
use actix_web::body::MessageBody;
use actix_web::dev::{
    AppConfig, Server, ServerHandle, ServiceFactory, ServiceRequest, ServiceResponse, fn_service,
};
use actix_web::rt::net::TcpStream;
use actix_web::{App, HttpServer, middleware, web};
use futures_util::future::LocalBoxFuture;

use super::document::not_routed;
use super::health::{self, Readiness};
use super::wrap::wrap;
use crate::config::HttpConfig;
use crate::lifecycle::Lifecycle;

mod detach;
mod files;

pub use detach::{detach, listen_detachable};
pub use files::allow_many as allow_many_connections;

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
    let (listener, address) = bind(config.bind)?;
    let life = readiness.life.clone();
    let mut server = HttpServer::new(move || app(readiness.clone(), routes.clone()))
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

/// A connection whose client asked for another protocol (`Upgrade: websocket`): the request, and
/// the connection with what was read from it beyond the request. From here on it is the taker's.
pub type Upgraded = (Request, Framed<TcpStream, Codec>);

/// Takes connections over, on the worker that accepted them.
pub type Takeover = Rc<dyn Fn(Upgraded) -> LocalBoxFuture<'static, ()>>;

/// Begins to listen, as [`listen`] does, and hands over the connections that ask for another
/// protocol. `takeover` is called once for each worker, on its own thread.
///
/// A connection that stays inside the framework keeps buffers of 16 KB for as long as it is open,
/// busy or not. One that is handed over costs what its taker keeps.
pub fn listen_upgrading(
    config: &HttpConfig,
    readiness: Readiness,
    routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
    takeover: impl Fn() -> Takeover + Clone + Send + 'static,
) -> std::io::Result<Listening> {
    let (listener, address) = bind(config.bind)?;
    let life = readiness.life.clone();
    let mut server =
        Server::build().disable_signals().shutdown_timeout(config.shutdown_timeout.as_secs());
    if config.workers > 0 {
        server = server.workers(config.workers);
    }
    let server = server.listen("http", listener, move || {
        let app = app(readiness.clone(), routes.clone()).into_factory();
        let app = app.map_err(|error| error.error_response());
        let takeover = takeover.clone();
        let upgrade = fn_factory(move || {
            let takeover = takeover();
            let take = fn_service(move |upgraded: Upgraded| {
                let taken = takeover(upgraded);
                async {
                    taken.await;
                    Ok::<_, Infallible>(())
                }
            });
            async { Ok::<_, ()>(take) }
        });
        HttpService::build()
            .client_request_timeout(HEADER_TIMEOUT)
            .keep_alive(KEEP_ALIVE)
            .local_addr(address)
            .upgrade(upgrade)
            .finish(map_config(app, |()| AppConfig::default()))
            .tcp()
    })?;
    Ok(Listening { address, server: server.run(), life, patience: config.shutdown_timeout })
}

/// What every service wraps its routes in.
fn app(
    readiness: Readiness,
    routes: impl FnOnce(&mut web::ServiceConfig),
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(web::Data::new(readiness))
        .app_data(web::PayloadConfig::new(super::json::MAX_BODY_BYTES))
        .wrap(middleware::from_fn(wrap))
        .configure(health::configure)
        .configure(routes)
        .default_service(web::to(not_routed))
}

fn bind(address: SocketAddr) -> std::io::Result<(TcpListener, SocketAddr)> {
    allow_many_connections();
    let listener = TcpListener::bind(address)
        .map_err(|e| std::io::Error::new(e.kind(), format!("cannot listen on {address}: {e}")))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

impl Listening {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its life, to end it.
    #[must_use]
    pub const fn life(&self) -> &Lifecycle {
        &self.life
    }

    /// Serves until the life ends, then finishes what is under way. Says whether all went well.
    pub async fn run(self) -> std::io::Result<bool> {
        let handle = self.server.handle();
        let life = self.life.clone();
        tokio::spawn(stop_with(life, handle, self.patience));
        self.server.await?;
        self.life.stop();
        Ok(self.life.drain(self.patience).await)
    }
}

async fn stop_with(life: Lifecycle, handle: ServerHandle, patience: Duration) {
    life.stopping().cancelled().await;
    // Not ready, but still there: whoever leads requests here needs a moment to see it, and a
    // request that is sent just as a listener closes would fail.
    tokio::time::sleep(Lifecycle::farewell(patience)).await;
    handle.stop(true).await;
}
