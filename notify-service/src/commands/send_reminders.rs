//! Reminds members of parties that meet soon.

use std::collections::HashSet;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::party::PartyStatus;
use contracts::{EventId, PartyId};

use super::post_news;
use crate::domain::{About, Audience, Content, Kind, News, Reminder};
use crate::store::{parties, reminders};

/// Sends some reminders that are due, at most `limit`, and says how many were looked at. A party of
/// which two are overdue is reminded once.
pub async fn send_reminders(
    conn: &mut Conn,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<usize, DbError> {
    let due = reminders::lock_due(conn, now, limit).await?;
    let mut reminded = HashSet::new();
    for (party_id, reminder) in &due {
        if !reminded.contains(party_id)
            && let Some(news) = news(conn, *party_id, *reminder, now).await?
        {
            post_news(conn, EventId::new(), &news).await?;
            reminded.insert(*party_id);
        }
        reminders::delete(conn, *party_id, *reminder).await?;
    }
    Ok(due.len())
}

async fn news(
    conn: &mut Conn,
    party_id: PartyId,
    reminder: Reminder,
    now: DateTime<Utc>,
) -> Result<Option<News>, DbError> {
    let Some(party) = parties::find(conn, party_id).await? else { return Ok(None) };
    let Some(hours) = reminder.hours_left(now) else { return Ok(None) };
    if !matches!(party.status, PartyStatus::Open | PartyStatus::Locked) {
        return Ok(None);
    }
    let about = About {
        party_id,
        item: party.item_name,
        market: Some(party.market_name),
        starts_at: Some(party.starts_at),
        room_id: None,
        hours_before: Some(hours),
        penalty: None,
    };
    let content = Content { kind: Kind::PartyReminder, about, created_at: now };
    let audience = Audience::Named { user_ids: party.people };
    Ok(Some(News { content, audience }))
}
