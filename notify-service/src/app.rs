//! Puts the parts together.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::web;
use chassis::bus::Broker;
use chassis::clock::Clock;
use chassis::http::health::{Check, Readiness};
use chassis::http::server::{Listening, listen_detachable};
use chassis::identity::{RevokedSessions, Verifier};
use chassis::lifecycle::Lifecycle;

use crate::config::Config;
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
    /// Binds the port and starts the workers. Needs a runtime.
    pub fn build(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        let life = Lifecycle::new();
        let revoked = RevokedSessions::default();
        let state = State::new(config, clock, &revoked, &life)?;
        let client = chassis::http::client::build(ISSUER_TIMEOUT)?;
        let (cache, clock) = (state.cache.clone(), state.clock.clone());
        let verifier = Verifier::following(&config.identity, client, cache, revoked, clock, &life);
        let broker = Broker::new(&config.broker)?;
        workers::spawn(&life, &state, &broker);
        let readiness = Readiness { life: life.clone(), checks: checks(&state, broker) };
        let listening = listen_detachable(&config.http, readiness, move |app| {
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

/// Without the broker nothing new comes, and without the cache it reaches streams a little later;
/// what is in the database can be read all the same.
fn checks(state: &State, broker: Broker) -> Vec<Check> {
    let (db, cache) = (state.db.clone(), state.cache.clone());
    vec![
        Check::new("database", move || {
            let db = db.clone();
            async move { db.check().await }
        }),
        Check::new("cache", move || {
            let cache = cache.clone();
            async move { cache.check().await }
        })
        .optional(),
        Check::new("broker", move || std::future::ready(broker.check())).optional(),
    ]
}
