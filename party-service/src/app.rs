//! Puts the parts together.

use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::web;
use chassis::bus::{Broker, Consumer, Relay};
use chassis::clock::Clock;
use chassis::http::health::{Check, Readiness};
use chassis::http::server::{Listening, listen};
use chassis::identity::{Keys, RevokedSessions, Verifier};
use chassis::lifecycle::Lifecycle;
use contracts::catalog::ImportRequested;
use contracts::routing;

use crate::config::Config;
use crate::events::Scribe;
use crate::state::State;
use crate::{routes, workers};

/// A service that listens, with its workers running.
pub struct Application {
    listening: Listening,
    life: Lifecycle,
}

impl Application {
    /// Binds the port and starts the workers. Needs a runtime.
    pub fn build(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        let life = Lifecycle::new();
        let keys = Keys::own();
        let revoked = RevokedSessions::default();
        let state = State::new(config, clock.clone(), keys.clone(), revoked.clone())?;
        let verifier = Verifier::new(&config.identity, keys, revoked.clone(), clock.clone());
        life.spawn(
            "revoked-sessions",
            revoked.follow(state.cache.clone(), None, clock, life.stopping()),
        );
        workers::spawn(&life, &state, config);
        let broker = Broker::new(&config.broker)?;
        let consumer = Consumer::new(&broker, &state.db, &state.clock, routing::LOG)
            .on::<ImportRequested, _>(&Arc::new(Scribe));
        life.spawn("consumer", consumer.run(life.stopping()));
        let relay = Relay::new(&state.db, &broker, &state.clock, "party-service");
        life.spawn("relay", relay.run(life.stopping()));

        let readiness = Readiness { life: life.clone(), checks: checks(&state, broker) };
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
        }),
        // Nothing is lost while it is away: events wait in the outbox.
        Check::new("broker", move || std::future::ready(broker.check())).optional(),
    ]
}
