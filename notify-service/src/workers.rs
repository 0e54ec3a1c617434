//! What happens by itself.

mod forget;
mod remind;

use std::sync::Arc;
use std::time::Duration;

use chassis::bus::{Broker, Consumer};
use chassis::db::DbError;
use chassis::http::idempotency;
use chassis::lifecycle::Lifecycle;
use contracts::block::BlockEvent;
use contracts::chat::RoomOpened;
use contracts::party::PartyEvent;
use contracts::penalty::PenaltyEvent;
use contracts::routing::NOTIFY;
use contracts::user::UserEvent;

use crate::delivery::{Bell, Deliverer};
use crate::events::Events;
use crate::state::State;
use crate::store::deliveries;

/// How many notices for many people are delivered at once: a small one does not wait for a big one.
const WIDE_DELIVERERS: usize = 2;
/// How late a reminder is, at most.
const REMIND_EVERY: Duration = Duration::from_secs(1);
/// How often it is counted what is still on its way to people.
const COUNT_EVERY: Duration = Duration::from_secs(5);
/// How often what nobody can ask for any more is forgotten.
const SWEEP_EVERY: Duration = Duration::from_mins(10);

/// Starts all workers.
pub fn spawn(life: &Lifecycle, state: &State, broker: &Broker) {
    let bell = Bell::default();
    let events = Arc::new(Events {
        clock: state.clock.clone(),
        news_for: state.limits.news_for(),
        bell: bell.clone(),
    });
    let consumer = Consumer::new(broker, &state.db, &state.clock, NOTIFY)
        .on::<UserEvent, _>(&events)
        .on::<BlockEvent, _>(&events)
        .on::<PartyEvent, _>(&events)
        .on::<RoomOpened, _>(&events)
        .on::<PenaltyEvent, _>(&events);
    life.spawn("consumer", consumer.run(life.stopping()));

    let deliverer = Deliverer {
        db: state.db.clone(),
        clock: state.clock.clone(),
        announcer: state.announcer.clone(),
    };
    life.spawn("narrow-deliverer", deliverer.clone().run_narrow(bell.clone(), life.stopping()));
    for _ in 0..WIDE_DELIVERERS {
        life.spawn("wide-deliverer", deliverer.clone().run_wide(bell.clone(), life.stopping()));
    }

    let reminding = state.clone();
    life.every("reminders", REMIND_EVERY, move || remind::run(reminding.clone(), bell.clone()));
    let counting = state.clone();
    life.every("delivery-count", COUNT_EVERY, move || count_deliveries(counting.clone()));
    let forgetting = state.clone();
    life.every("notification-sweep", SWEEP_EVERY, move || forget::run(forgetting.clone()));
    idempotency::keep_swept(life, &state.db, &state.clock);
}

/// Reports how much is still on its way to people.
async fn count_deliveries(state: State) -> Result<(), DbError> {
    let waiting = deliveries::count(&mut *state.db.conn().await?).await?;
    metrics::gauge!("deliveries_waiting")
        .set(f64::from(u32::try_from(waiting).unwrap_or(u32::MAX)));
    Ok(())
}
