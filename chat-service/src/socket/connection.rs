//! What the keeper needs to know of a connection.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use chassis::identity::Identity;

use super::outlet::Outlet;

/// A connection, as the keeper sees it. Times are counted from the start of its thread.
pub(super) struct Connection {
    pub(super) outlet: Rc<Outlet>,
    pub(super) opened_at: Duration,
    /// When something was last heard of the client.
    pub(super) heard_at: Cell<Duration>,
    /// When something was last sent to it.
    pub(super) sent_at: Cell<Duration>,
    /// When it was last asked whether it is there.
    pub(super) pinged_at: Cell<Duration>,
    /// How often it is to be sent something.
    pub(super) sends_every: Cell<Option<Duration>>,
    /// How often it will send something.
    pub(super) hears_every: Cell<Option<Duration>>,
    /// Whether `CONNECT` has been answered.
    pub(super) is_connected: Cell<bool>,
    /// Who it is, and until when that is believed.
    pub(super) identity: Cell<Option<Identity>>,
}

impl Connection {
    pub(super) fn new(outlet: Outlet, identity: Option<Identity>, now: Duration) -> Self {
        Self {
            outlet: Rc::new(outlet),
            opened_at: now,
            heard_at: Cell::new(now),
            sent_at: Cell::new(now),
            pinged_at: Cell::new(now),
            sends_every: Cell::new(None),
            hears_every: Cell::new(None),
            is_connected: Cell::new(false),
            identity: Cell::new(identity),
        }
    }
}
