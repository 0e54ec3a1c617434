//! Puts the parts together.

use actix_web::web;
use chassis::bus::Broker;
use chassis::clock::Clock;
use chassis::http::client;
use chassis::http::health::{Check, Readiness};
use chassis::http::server::{Listening, listen_detachable};
use chassis::identity::{ISSUER_TIMEOUT, RevokedSessions, Verifier};
use chassis::lifecycle::Lifecycle;

use crate::config::Config;
use crate::state::State;
use crate::{routes, workers};

/// Binds the port and starts the workers. Needs a runtime.
pub fn build(config: &Config, clock: Clock) -> anyhow::Result<Listening> {
    let life = Lifecycle::new();
    let revoked = RevokedSessions::default();
    let state = State::new(config, clock, &revoked, &life)?;
    let client = client::build(ISSUER_TIMEOUT)?;
    let (cache, clock) = (state.cache.clone(), state.clock.clone());
    let verifier = Verifier::following(&config.identity, client, cache, revoked, clock, &life)?;
    let broker = Broker::new(&config.broker)?;
    workers::spawn(&life, &state, &broker);
    let readiness = Readiness { life: life.clone(), checks: checks(&state, broker) };
    Ok(listen_detachable(&config.http, readiness, move |app| {
        app.app_data(web::Data::new(state.clone()))
            .app_data(web::Data::new(verifier.clone()))
            .configure(routes::configure);
    })?)
}

/// Without the broker nothing new comes, and without the cache it reaches streams a little later;
/// what is in the database can be read all the same.
fn checks(state: &State, broker: Broker) -> Vec<Check> {
    vec![
        Check::database(&state.db),
        Check::cache(&state.cache).optional(),
        Check::broker(broker).optional(),
    ]
}
