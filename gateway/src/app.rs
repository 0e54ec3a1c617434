//! Puts the parts together.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{App, HttpServer, web};
use chassis::clock::Clock;
use chassis::http::client;
use chassis::identity::{RevokedSessions, Verifier};
use chassis::lifecycle::Lifecycle;
use chassis::redis::Cache;
use tokio_util::sync::CancellationToken;

use crate::access_log::{AccessLog, Writing};
use crate::config::Config;
use crate::cors::Cors;
use crate::docs::Docs;
use crate::limits::Limits;
use crate::listener::Entrance;
use crate::pages;
use crate::phases::Shared;
use crate::ready::Readiness;
use crate::table::Table;
use crate::upstream::{Fleet, Origins};

/// How long a service may take to tell about itself, and the issuer to tell its keys.
const ASIDE_TIMEOUT: Duration = Duration::from_secs(2);

/// How long the last lines of the access log may take.
const LAST_LINES: Duration = Duration::from_secs(2);

/// A gateway that listens, with its background tasks running.
pub struct Application {
    address: SocketAddr,
    admin_address: SocketAddr,
    public: Server,
    admin: Server,
    life: Lifecycle,
    closing: CancellationToken,
    writing: Option<Writing>,
    patience: Duration,
}

impl Application {
    /// Binds the ports and starts the background tasks. Needs a runtime.
    pub fn build(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        Self::build_logging_to(std::io::stdout(), config, clock)
    }

    /// The same, with the access log written to `output`. There is one if the filter of the logs
    /// lets `access` through.
    pub fn build_logging_to(
        output: impl io::Write + Send + 'static,
        config: &Config,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let (access_log, writing) = if tracing::enabled!(target: "access", tracing::Level::INFO) {
            let (log, writing) = AccessLog::to(output, config.log.format)?;
            (Some(log), Some(writing))
        } else {
            (None, None)
        };
        let life = Lifecycle::new();
        let aside = client::build(ASIDE_TIMEOUT)?;
        let table = Arc::new(Table::new(config));
        let fleets = fleets(config, &life, &aside);
        let readiness = Arc::new(Readiness::new(life.clone(), aside.clone(), fleets.clone()));
        let listener = listen(config.http.bind)?;
        let admin_listener = listen(config.admin.bind)?;
        let (address, admin_address) = (listener.local_addr()?, admin_listener.local_addr()?);
        let entrance = Entrance::new(config, listener)?;
        let cache = Cache::new(&config.redis)?;
        let (identity, revoked) = (&config.identity, RevokedSessions::default());
        let (client, redis) = (aside.clone(), cache.clone());
        let verifier = Verifier::following(identity, client, redis, revoked, clock, &life)?;
        let closing = CancellationToken::new();
        let shared = Arc::new(Shared {
            life: life.clone(),
            closing: closing.clone(),
            access_log,
            is_secure: entrance.is_secure(),
            table: table.clone(),
            verifier,
            limits: Limits::new(&config.limits, cache.clone()),
            cors: Cors::new(&config.cors),
            trusted_proxies: config.forward.trusted_proxies.clone(),
            readiness: readiness.clone(),
            docs: Arc::new(Docs::new(table, aside, fleets.clone())),
            fleets,
        });

        tracing::info!(%address, %admin_address, "listening on {address}, admin on {admin_address}");
        let public = entrance.serve(config, &shared)?;
        let readiness = web::Data::from(readiness);
        let admin = HttpServer::new(move || {
            App::new().app_data(readiness.clone()).configure(pages::for_admins)
        });
        let admin = admin.workers(1).disable_signals().listen(admin_listener)?.run();
        let patience = config.http.shutdown_timeout;
        Ok(Self { address, admin_address, public, admin, life, closing, writing, patience })
    }

    /// Where clients come in.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where those come in who run it.
    #[must_use]
    pub const fn admin_address(&self) -> SocketAddr {
        self.admin_address
    }

    /// Its life, to end it.
    #[must_use]
    pub const fn life(&self) -> &Lifecycle {
        &self.life
    }

    /// Serves until the life ends, then finishes what is under way. Says whether all went well.
    pub async fn run(self) -> io::Result<bool> {
        let handles = [self.public.handle(), self.admin.handle()];
        let (life, patience, closing) = (self.life.clone(), self.patience, self.closing);
        tokio::spawn(async move {
            life.stopping().cancelled().await;
            // Not ready, but still there until the load balancer has seen it.
            tokio::time::sleep(Lifecycle::farewell(patience)).await;
            closing.cancel();
            futures_util::future::join_all(handles.iter().map(|handle| handle.stop(true))).await;
        });
        let outcome = tokio::try_join!(self.public, self.admin);
        self.life.stop();
        outcome?;
        if let Some(writing) = self.writing
            && tokio::time::timeout(LAST_LINES, writing.end()).await.is_err()
        {
            tracing::warn!("the last lines of the access log were not written");
        }
        Ok(self.life.drain(self.patience).await)
    }
}

/// Where the services are, with the tasks that keep an eye on them.
fn fleets(config: &Config, life: &Lifecycle, aside: &reqwest::Client) -> Vec<Arc<Fleet>> {
    let begin = |(name, origins): (&String, &Origins)| {
        let fleet = Arc::new(Fleet::new(name, origins));
        life.spawn("instances", fleet.clone().follow(life.stopping()));
        let every = config.forward.check_every;
        if !every.is_zero() {
            life.spawn("checks", fleet.clone().watch(every, aside.clone(), life.stopping()));
        }
        fleet
    };
    config.upstreams.iter().map(begin).collect()
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address)
        .map_err(|e| io::Error::new(e.kind(), format!("cannot listen on {address}: {e}")))
}
