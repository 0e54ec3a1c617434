//! What the connections of one thread share.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::rt;
use chassis::identity::Verifier;

use super::connection::Connection;
use super::keeper;
use super::seats::Seats;
use crate::config::SocketConfig;
use crate::hub::Shard;
use crate::state::State;

/// How much is read from a socket at once. All connections of a thread read into the same buffer,
/// one after the other.
const READ_BYTES: usize = 16 * 1024;

/// What the connections of one thread share.
pub(super) struct Worker {
    pub(super) config: SocketConfig,
    pub(super) state: State,
    pub(super) verifier: Verifier,
    pub(super) seats: Arc<Seats>,
    pub(super) shard: Rc<Shard>,
    pub(super) read_buffer: RefCell<Box<[u8]>>,
    started: Instant,
    connections: RefCell<HashMap<u64, Rc<Connection>>>,
    next_number: Cell<u64>,
}

impl Worker {
    /// Starts the shard and the keeper of this thread.
    pub(super) fn start(
        config: &SocketConfig,
        state: &State,
        verifier: &Verifier,
        seats: &Arc<Seats>,
    ) -> Rc<Self> {
        let worker = Rc::new(Self {
            config: config.clone(),
            state: state.clone(),
            verifier: verifier.clone(),
            seats: seats.clone(),
            shard: Shard::start(&state.hub, &state.presence, &state.clock),
            read_buffer: RefCell::new(vec![0; READ_BYTES].into()),
            started: Instant::now(),
            connections: RefCell::default(),
            next_number: Cell::new(0),
        });
        rt::spawn(keeper::run(worker.clone()));
        worker
    }

    /// The time since the start of this thread.
    pub(super) fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// Puts a connection into the keeper's care, until the number is given back.
    pub(super) fn admit(&self, connection: &Rc<Connection>) -> u64 {
        let number = self.next_number.get();
        self.next_number.set(number + 1);
        self.connections.borrow_mut().insert(number, connection.clone());
        metrics::gauge!("chat_connections").increment(1);
        number
    }

    /// Takes it out again.
    pub(super) fn dismiss(&self, number: u64) {
        if self.connections.borrow_mut().remove(&number).is_some() {
            metrics::gauge!("chat_connections").decrement(1);
        }
    }

    pub(super) fn for_each_connection(&self, visit: impl FnMut(&Rc<Connection>)) {
        self.connections.borrow().values().for_each(visit);
    }
}
