//! Puts notices into inboxes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::{EventId, UserId};

use crate::domain::{Announcement, Content, Notice, Receiver, Settings};
use crate::store::notifications::{self, New};
use crate::store::{inboxes, muted_parties, people, settings};

/// What is to be put into whose inbox, in the order in which it is to lie there.
pub type Letters = BTreeMap<UserId, Vec<Arc<Notice>>>;

/// One letter that was put into an inbox.
type Sent = (Arc<Notice>, Receiver);

/// Puts letters into inboxes, except those that are not wanted, and says who got what.
///
/// Rows are taken in the order of the ids, people before inboxes, as everybody does.
pub async fn fill_inboxes(
    conn: &mut Conn,
    letters: Letters,
    now: DateTime<Utc>,
) -> Result<Vec<Announcement>, DbError> {
    let sorted = sort(conn, letters, now).await?;
    if sorted.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: Vec<_> = sorted
        .iter()
        .map(|(user_id, letters)| (*user_id, u32::try_from(letters.len()).unwrap_or(u32::MAX)))
        .collect();
    let last_seqs = inboxes::make_room(conn, &wanted).await?;
    let mut sent = Vec::new();
    for (user_id, letters) in sorted {
        let last_seq = last_seqs.get(&user_id).copied().ok_or(DbError::NotFound)?;
        let first = last_seq + 1 - u64::try_from(letters.len()).unwrap_or(0);
        let numbered = (first..).zip(letters);
        sent.extend(
            numbered.map(|(seq, (notice, receiver))| (notice, Receiver { seq, ..receiver })),
        );
    }
    let new: Vec<_> = sent
        .iter()
        .map(|(notice, receiver)| New {
            user_id: receiver.user_id,
            seq: receiver.seq,
            notice_id: notice.id,
            held: receiver.held,
        })
        .collect();
    notifications::insert(conn, &new, now).await?;
    Ok(announcements(sent))
}

/// Leaves out what nobody wants: of those who have left, silenced the type or muted the party,
/// unless it comes anyway. Everybody left has at least one letter; their numbers are not given yet.
async fn sort(
    conn: &mut Conn,
    letters: Letters,
    now: DateTime<Utc>,
) -> Result<Vec<(UserId, Vec<Sent>)>, DbError> {
    let user_ids: Vec<_> = letters.keys().copied().collect();
    let parties: BTreeSet<_> =
        letters.values().flatten().map(|notice| notice.content.about.party_id).collect();
    let parties: Vec<_> = parties.into_iter().collect();
    let readers = people::readers(conn, &user_ids).await?;
    let wishes = settings::of_many(conn, &user_ids).await?;
    let muted = muted_parties::among(conn, &user_ids, &parties).await?;
    let default = Settings::default();
    let sorted = letters.into_iter().filter_map(|(user_id, mut notices)| {
        let reader = readers.get(&user_id).copied().unwrap_or_default();
        let wishes = wishes.get(&user_id).unwrap_or(&default);
        notices.retain(|notice| {
            let Content { kind, about, .. } = &*notice.content;
            let is_muted = !kind.always_comes() && muted.contains(&(user_id, about.party_id));
            !reader.withdrawn && wishes.want(*kind) && !is_muted
        });
        let held = wishes.are_quiet_at(now);
        let receiver = Receiver { user_id, seq: 0, locale: reader.locale, held };
        let letters: Vec<_> = notices.into_iter().map(|notice| (notice, receiver)).collect();
        (!letters.is_empty()).then_some((user_id, letters))
    });
    Ok(sorted.collect())
}

/// What was sent, by notice.
fn announcements(sent: Vec<Sent>) -> Vec<Announcement> {
    let mut by_notice: BTreeMap<EventId, Announcement> = BTreeMap::new();
    for (notice, receiver) in sent {
        let announcement = by_notice.entry(notice.id).or_insert_with(|| Announcement {
            content: notice.content.clone(),
            receivers: Vec::new(),
        });
        announcement.receivers.push(receiver);
    }
    by_notice.into_values().collect()
}
