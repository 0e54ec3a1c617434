//! Puts the parts together.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use chassis::bus::{Broker, Relay};
use chassis::clock::Clock;
use chassis::db::Db;
use chassis::http::health::{Check, Readiness};
use chassis::http::server::{Listening, listen};
use chassis::identity::{RevokedSessions, Verifier};
use chassis::lifecycle::Lifecycle;
use chassis::redis::Cache;

use crate::config::Config;
use crate::current::Current;
use crate::import::mafra::Mafra;
use crate::state::State;
use crate::{routes, workers};

/// How long the issuer of the tokens may take to answer.
const ISSUER_TIMEOUT: Duration = Duration::from_secs(2);

/// A service that listens, with its workers running.
pub struct Application {
    listening: Listening,
    life: Lifecycle,
}

impl Application {
    /// Reads the catalogue, binds the port and starts the workers.
    pub async fn build(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        let life = Lifecycle::new();
        let db = Db::new(&config.database)?;
        let cache = Cache::new(&config.redis)?;
        let mafra = Mafra::new(&config.mafra)?;
        let state = State {
            current: Current::load(&db).await?,
            db: db.clone(),
            clock: clock.clone(),
            has_source: mafra.is_some(),
            wake_importer: Arc::default(),
        };
        workers::spawn(&life, &state, &cache, mafra, config);
        let client = chassis::http::client::build(ISSUER_TIMEOUT)?;
        let revoked = RevokedSessions::default();
        let verifier =
            Verifier::following(&config.identity, client, cache.clone(), revoked, clock, &life);
        let broker = Broker::new(&config.broker)?;
        let relay = Relay::new(&db, &broker, &state.clock, "catalog-service");
        life.spawn("relay", relay.run(life.stopping()));
        let readiness = Readiness { life: life.clone(), checks: checks(db, cache, broker) };
        let listening = listen(&config.http, readiness, move |app| {
            app.app_data(web::Data::new(state.clone()))
                .app_data(web::Data::new(verifier.clone()))
                .configure(routes::configure);
        })?;
        Ok(Self { listening, life })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.listening.address()
    }

    /// Its life, to end it.
    #[must_use]
    pub const fn life(&self) -> &Lifecycle {
        &self.life
    }

    /// Serves until the life ends. Says whether all went well.
    pub async fn run(self) -> std::io::Result<bool> {
        self.listening.run().await
    }
}

/// What it needs, though not to answer: the search goes on in memory, imports can wait, and events
/// wait in the outbox.
fn checks(db: Db, cache: Cache, broker: Broker) -> Vec<Check> {
    let needs = [
        Check::new("database", move || {
            let db = db.clone();
            async move { db.check().await }
        }),
        Check::new("cache", move || {
            let cache = cache.clone();
            async move { cache.check().await }
        }),
        Check::new("broker", move || std::future::ready(broker.check())),
    ];
    needs.map(Check::optional).into()
}
