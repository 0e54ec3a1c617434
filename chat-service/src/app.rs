//! Puts the parts together.

use std::sync::Arc;

use actix_web::web;
use chassis::bus::{Broker, Consumer, Relay};
use chassis::clock::Clock;
use chassis::http::client;
use chassis::http::health::{Check, Readiness};
use chassis::http::idempotency;
use chassis::http::server::{Listening, listen_upgrading};
use chassis::identity::{ISSUER_TIMEOUT, RevokedSessions, Verifier};
use chassis::lifecycle::Lifecycle;
use contracts::ban::BanEvent;
use contracts::chat::MessageRemoved;
use contracts::party::PartyEvent;
use contracts::routing;
use contracts::user::UserEvent;

use crate::config::Config;
use crate::events::Follower;
use crate::state::State;
use crate::{eraser, routes, socket};

/// Binds the port and starts the workers. Needs a runtime.
pub fn build(config: &Config, clock: Clock) -> anyhow::Result<Listening> {
    let life = Lifecycle::new();
    let state = State::new(config, clock, &life)?;
    let client = client::build(ISSUER_TIMEOUT)?;
    let (cache, clock) = (state.cache.clone(), state.clock.clone());
    let revoked = RevokedSessions::default();
    let verifier = Verifier::following(&config.identity, client, cache, revoked, clock, &life)?;
    let broker = Broker::new(&config.broker)?;
    let follower = Arc::new(Follower::new(&state));
    let consumer = Consumer::new(&broker, &state.db, &state.clock, routing::CHAT)
        .on::<UserEvent, _>(&follower)
        .on::<BanEvent, _>(&follower)
        .on::<PartyEvent, _>(&follower)
        .on::<MessageRemoved, _>(&follower);
    life.spawn("consumer", consumer.run(life.stopping()));
    let relay = Relay::new(&state.db, &broker, &state.clock, "chat-service");
    life.spawn("relay", relay.run(life.stopping()));
    let (db, eraser) = (state.db.clone(), eraser::ERASE_EVERY);
    life.every("eraser", eraser, move || eraser::run(db.clone()));
    idempotency::keep_swept(&life, &state.db, &state.clock);

    let readiness = Readiness { life: life.clone(), checks: checks(&state, broker) };
    let takeover = socket::takeover(&config.socket, &state, &verifier);
    let routes = move |app: &mut web::ServiceConfig| {
        app.app_data(web::Data::new(state.clone()))
            .app_data(web::Data::new(verifier.clone()))
            .configure(routes::configure)
            .configure(socket::configure);
    };
    Ok(listen_upgrading(&config.http, readiness, routes, takeover)?)
}

fn checks(state: &State, broker: Broker) -> Vec<Check> {
    vec![
        Check::database(&state.db),
        // While it is away, messages of other instances come by way of the database.
        Check::cache(&state.cache).optional(),
        // While it is away, rooms are as they were: news of parties waits there, ours in the outbox.
        Check::broker(broker).optional(),
    ]
}
