//! Remembers of each connection whether its last statement ended well.
//!
//! The driver hands a broken connection back to the pool like any other. Under steady load it is
//! never idle, so without this memory nobody would ever ask whether it is still there.

use diesel::connection::{Instrumentation, InstrumentationEvent};

use super::Conn;

/// How the last statement of a connection ended.
struct LastStatement {
    ended_well: bool,
}

impl Instrumentation for LastStatement {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            // One that never reports its end, having been given up half-way, did not end well.
            InstrumentationEvent::StartQuery { .. } => self.ended_well = false,
            InstrumentationEvent::FinishQuery { error, .. } => self.ended_well = error.is_none(),
            _ => {}
        }
    }
}

/// Begins to watch a connection.
pub(super) fn watch(conn: &mut Conn) {
    use diesel_async::AsyncConnection as _;

    conn.set_instrumentation(LastStatement { ended_well: true });
}

/// Whether the last statement of a watched connection ended well.
pub(super) fn ended_well(conn: &mut Conn) -> bool {
    use diesel_async::AsyncConnection as _;

    conn.instrumentation().downcast_ref::<LastStatement>().is_some_and(|last| last.ended_well)
}
