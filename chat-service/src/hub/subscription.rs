//! Somebody who reads along in a room.

use std::cell::Cell;
use std::rc::Rc;

use contracts::{RoomId, UserId};

use crate::socket::{Outlet, Style};

/// Who wants to read what, and in which form.
pub(crate) struct Reader {
    /// In which room.
    pub(crate) room: RoomId,
    /// Who.
    pub(crate) user: UserId,
    /// Over which connection.
    pub(crate) outlet: Rc<Outlet>,
    /// In which form.
    pub(crate) style: Style,
}

/// A subscription of a room. It is shared by the connection that asked for it and the shard that
/// serves it.
pub(crate) struct Subscription {
    pub(super) reader: Reader,
    /// The room's last message when it was found that the reader may read: what was decided about
    /// them before does not concern this subscription.
    pub(super) since: u64,
    /// What the reader has: messages after it are still to come.
    pub(super) after: Cell<u64>,
    pub(super) stage: Cell<Stage>,
}

/// Where a subscription is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// It is being sent what was said before.
    CatchingUp,
    /// It gets what is said.
    Live,
    /// It gets nothing any more.
    Ended,
}

impl Subscription {
    /// The room.
    pub(crate) const fn room(&self) -> RoomId {
        self.reader.room
    }

    /// Whether it gets nothing any more, because the reader was put out of the room or the room was
    /// closed.
    pub(crate) fn has_ended(&self) -> bool {
        self.stage.get() == Stage::Ended
    }

    /// Ends it; the connection will notice.
    pub(super) fn end(&self) {
        self.stage.set(Stage::Ended);
        self.reader.outlet.wake();
    }
}
