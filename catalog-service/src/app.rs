//! Puts the parts together.

use std::sync::Arc;

use actix_web::web;
use chassis::bus::{Broker, Relay};
use chassis::clock::Clock;
use chassis::db::Db;
use chassis::http::client;
use chassis::http::health::{Check, Readiness};
use chassis::http::server::{Listening, listen};
use chassis::identity::{ISSUER_TIMEOUT, RevokedSessions, Verifier};
use chassis::lifecycle::Lifecycle;
use chassis::redis::Cache;

use crate::config::Config;
use crate::current::Current;
use crate::import::mafra::Mafra;
use crate::state::State;
use crate::{routes, workers};

/// Reads the catalogue, binds the port and starts the workers.
pub async fn build(config: &Config, clock: Clock) -> anyhow::Result<Listening> {
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
    let client = client::build(ISSUER_TIMEOUT)?;
    let revoked = RevokedSessions::default();
    let verifier =
        Verifier::following(&config.identity, client, cache.clone(), revoked, clock, &life)?;
    let broker = Broker::new(&config.broker)?;
    let relay = Relay::new(&db, &broker, &state.clock, "catalog-service");
    life.spawn("relay", relay.run(life.stopping()));
    let readiness = Readiness { life: life.clone(), checks: checks(&db, &cache, broker) };
    Ok(listen(&config.http, readiness, move |app| {
        app.app_data(web::Data::new(state.clone()))
            .app_data(web::Data::new(verifier.clone()))
            .configure(routes::configure);
    })?)
}

/// What it needs, though not to answer: the search goes on in memory, imports can wait, and events
/// wait in the outbox.
fn checks(db: &Db, cache: &Cache, broker: Broker) -> Vec<Check> {
    let needs = [Check::database(db), Check::cache(cache), Check::broker(broker)];
    needs.map(Check::optional).into()
}
