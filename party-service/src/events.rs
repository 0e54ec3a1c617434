//! What we publish, and what we do about what others publish.

use chassis::bus::{Failure, Handle};
use chassis::db::Conn;
use contracts::Event;
use contracts::catalog::ImportRequested;

use crate::domain::admin_action::AdminAction;
use crate::store::admin_log;

/// The `source` of every event of ours.
pub const SOURCE: &str = "/party-service";

/// Writes down what administrators do at other services.
pub struct Scribe;

impl Handle<ImportRequested> for Scribe {
    async fn handle(&self, conn: &mut Conn, event: Event<ImportRequested>) -> Result<(), Failure> {
        let ImportRequested { run_id, requested_by, forced } = event.data;
        let action = AdminAction::ImportRequested { run_id, forced };
        Ok(admin_log::append(conn, Some(requested_by), action, event.time).await?)
    }
}
