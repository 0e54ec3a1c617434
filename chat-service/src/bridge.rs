//! The way between the instances: Redis pub/sub, and the database where that fails.
//!
//! Each room is a channel. An instance listens to those that somebody watches here ([`Interest`]),
//! and publishes what it has stored ([`Publisher`]). In a cluster a channel belongs to one node, and
//! only that node hears of it ([`ear`]): the load is shared out like the rooms. Pub/sub forgets: what
//! is published while an instance is not listening is gone. So after each subscription, and every
//! now and then, the database is asked how far the rooms are ([`look`]); the hub fetches what it has
//! missed. While Redis is away that is done often, and is all there is. Whoever could not say what it
//! has stored owes it ([`owed`]), and reminds the others of the room as soon as it can.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chassis::db::Db;
use chassis::lifecycle::Lifecycle;
use chassis::redis::Cache;
use contracts::RoomId;

use crate::config::BridgeConfig;
use crate::hub::Hub;

mod ear;
mod frame;
mod interest;
mod listener;
mod look;
mod owed;
mod publisher;

pub use self::interest::Interest;
pub use self::publisher::Publisher;

/// Starts the parts that work by themselves.
pub fn spawn(
    life: &Lifecycle,
    config: &BridgeConfig,
    db: &Db,
    cache: &Cache,
    hub: &Hub,
    interest: &Interest,
    publisher: &Publisher,
) {
    let listening = Listening::default();
    let listener = listener::Listener {
        db: db.clone(),
        cache: cache.clone(),
        hub: hub.clone(),
        interest: interest.clone(),
        own: publisher.instance(),
        listening: listening.clone(),
    };
    life.spawn("bridge-listener", listener.run(life.stopping()));
    let look = look::run(config.clone(), db.clone(), hub.clone(), listening, life.stopping());
    life.spawn("bridge-look", look);
}

/// Whether Redis tells us what happens elsewhere.
#[derive(Clone, Default)]
struct Listening(Arc<AtomicBool>);

impl Listening {
    fn set(&self, listening: bool) {
        self.0.store(listening, Ordering::Relaxed);
        metrics::gauge!("chat_bridge_listening").set(if listening { 1.0 } else { 0.0 });
    }

    fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The channel of a room.
fn channel(cache: &Cache, room: RoomId) -> String {
    cache.key(&format!("chat:room:{room}"))
}
