//! Puts the parts together.

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

/// Binds the port and starts the workers. Needs a runtime.
pub fn build(config: &Config, clock: Clock) -> anyhow::Result<Listening> {
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
    Ok(listen(&config.http, readiness, move |app| {
        app.app_data(web::Data::new(state.clone()))
            .app_data(web::Data::new(verifier.clone()))
            .configure(routes::configure);
    })?)
}

fn checks(state: &State, broker: Broker) -> Vec<Check> {
    vec![
        Check::database(&state.db),
        Check::cache(&state.cache),
        // Nothing is lost while it is away: events wait in the outbox.
        Check::broker(broker).optional(),
    ]
}
