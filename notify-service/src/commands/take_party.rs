//! Takes over what the party-service said of a party.

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::PartyId;
use contracts::party::{PartySnapshot, PartyStatus};

use crate::domain::{Reminder, reminders};
use crate::store::{self, parties};

/// What was known of a party when news of it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// The news was new.
    Less,
    /// Something newer is known already.
    More,
}

/// Takes it over if it is newer than what is known, and sets its reminders.
pub async fn take_party(
    conn: &mut Conn,
    party: &PartySnapshot,
    now: DateTime<Utc>,
) -> Result<Known, DbError> {
    match parties::lock_version(conn, party.party_id).await? {
        Some(known) if known >= party.version => return Ok(Known::More),
        Some(_) => parties::update(conn, party).await?,
        None => parties::insert(conn, party).await?,
    }
    let wanted: Vec<_> = match party.status {
        PartyStatus::Open | PartyStatus::Locked => reminders(party.starts_at).collect(),
        PartyStatus::Cancelled | PartyStatus::Done => Vec::new(),
    };
    set_reminders(conn, party.party_id, &wanted, now).await?;
    Ok(Known::Less)
}

/// A reminder that is wanted and not yet sent stays, also when it is due at this moment. One that
/// is due and not there was sent, or it was too late for it when the party was opened.
async fn set_reminders(
    conn: &mut Conn,
    party_id: PartyId,
    wanted: &[Reminder],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let there = store::reminders::lock_of(conn, party_id).await?;
    for reminder in there.iter().filter(|reminder| !wanted.contains(reminder)) {
        store::reminders::delete(conn, party_id, *reminder).await?;
    }
    for reminder in wanted {
        if reminder.due_at > now && !there.contains(reminder) {
            store::reminders::insert(conn, party_id, *reminder).await?;
        }
    }
    Ok(())
}
