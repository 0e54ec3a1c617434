//! A room, and how it follows its party.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::party::{ItemRef, PartySnapshot, PartyStatus};
use contracts::{PartyId, RoomId, UserId};

use super::kind::Kind;
use super::role::Role;

/// How long after the end of the party its members can still talk.
pub const TALK_AFTER_END: TimeDelta = TimeDelta::days(7);

/// The room of a party. It is there with the first news of the party, and for people to see once it
/// was opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Room {
    /// Which room.
    pub id: RoomId,
    /// Whose room.
    pub party_id: PartyId,
    /// Which version of the party it shows.
    pub party_version: u64,
    /// Where the party is in its life.
    pub party_status: PartyStatus,
    /// Who opened the party.
    pub leader_id: UserId,
    /// What the party buys.
    pub item: ItemRef,
    /// Where they meet.
    pub market_name: String,
    /// When they meet.
    pub starts_at: DateTime<Utc>,
    /// The `seq` of its last message; 0 if there is none.
    pub last_seq: u64,
    /// When its last message was stored.
    pub active_at: DateTime<Utc>,
    /// When the first member was accepted.
    pub opened_at: Option<DateTime<Utc>>,
    /// When the party was cancelled or done.
    pub ended_at: Option<DateTime<Utc>>,
    /// When the leader closed it.
    pub hidden_at: Option<DateTime<Utc>>,
}

/// Something that happened, to be told in the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub kind: Kind,
    /// To whom, where it happened to somebody.
    pub about: Option<UserId>,
    /// Which message it takes the words of, if any.
    pub removes: Option<u64>,
}

impl Notice {
    /// Something that happened to the party.
    #[must_use]
    pub const fn of(kind: Kind) -> Self {
        Self { kind, about: None, removes: None }
    }

    /// Something that happened to somebody, or that they did.
    #[must_use]
    pub const fn about(kind: Kind, user_id: UserId) -> Self {
        Self { about: Some(user_id), ..Self::of(kind) }
    }

    /// A message has lost its words.
    #[must_use]
    pub const fn removal(seq: u64) -> Self {
        Self { removes: Some(seq), ..Self::of(Kind::Removed) }
    }
}

/// What is different after a newer version of the party.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Whether the room is there for people from now on.
    pub opened: bool,
    /// Who is in it now and was not.
    pub joined: Vec<UserId>,
    /// Who was in it and is not.
    pub left: Vec<UserId>,
    /// What is told in the room, in this order.
    pub notices: Vec<Notice>,
}

impl Room {
    /// The room of a party that nothing is known of yet but this.
    #[must_use]
    pub fn of(party: &PartySnapshot, id: RoomId, now: DateTime<Utc>) -> Self {
        Self {
            id,
            party_id: party.party_id,
            party_version: 0,
            party_status: PartyStatus::Open,
            leader_id: party.leader_id,
            item: party.item.clone(),
            market_name: party.market.name.clone(),
            starts_at: party.starts_at,
            last_seq: 0,
            active_at: now,
            opened_at: None,
            ended_at: None,
            hidden_at: None,
        }
    }

    /// Whether people can see it.
    #[must_use]
    pub const fn is_there(&self) -> bool {
        self.opened_at.is_some() && self.hidden_at.is_none()
    }

    /// Whether what is said in it has been said.
    #[must_use]
    pub fn is_read_only(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_some_and(|ended_at| now >= ended_at + TALK_AFTER_END)
    }

    /// What somebody is who is in it.
    #[must_use]
    pub fn role_of(&self, user_id: UserId) -> Role {
        if user_id == self.leader_id { Role::Leader } else { Role::Member }
    }

    /// Takes over a version of the party, unless it is none newer. `inside` are those who are in the
    /// room, `gone` those who have left the platform: news of a party may come later than that.
    pub fn follow(
        &mut self,
        party: &PartySnapshot,
        inside: &BTreeSet<UserId>,
        gone: &BTreeSet<UserId>,
        at: DateTime<Utc>,
    ) -> Option<Changes> {
        if party.version <= self.party_version {
            return None;
        }
        let before = std::mem::replace(&mut self.party_status, party.status);
        self.party_version = party.version;
        self.item.clone_from(&party.item);
        self.market_name.clone_from(&party.market.name);
        self.starts_at = party.starts_at;
        let mut changes = Changes::default();
        let going_on = matches!(party.status, PartyStatus::Open | PartyStatus::Locked);
        if self.opened_at.is_none() && going_on && !party.members.is_empty() {
            self.opened_at = Some(at);
            changes.opened = true;
        }
        if !going_on {
            self.ended_at.get_or_insert(at);
        }
        if self.opened_at.is_some() {
            self.follow_members(party, inside, gone, &mut changes);
            changes.notices.extend(status_notice(before, party.status));
        }
        if self.hidden_at.is_some() {
            changes.notices.clear();
        }
        Some(changes)
    }

    fn follow_members(
        &self,
        party: &PartySnapshot,
        inside: &BTreeSet<UserId>,
        gone: &BTreeSet<UserId>,
        changes: &mut Changes,
    ) {
        let accepted = party.members.iter().map(|member| member.user_id);
        let belong: BTreeSet<UserId> = std::iter::once(self.leader_id)
            .chain(accepted)
            .filter(|user_id| !gone.contains(user_id))
            .collect();
        changes.joined = belong.difference(inside).copied().collect();
        changes.left = inside.difference(&belong).copied().collect();
        let notice = |kind| move |about: &UserId| Notice::about(kind, *about);
        // The leader was there before there was anybody to tell.
        let came = changes.joined.iter().filter(|user_id| **user_id != self.leader_id);
        changes.notices.extend(came.map(notice(Kind::Joined)));
        changes.notices.extend(changes.left.iter().map(notice(Kind::Left)));
    }
}

/// What is told when a party goes from one state to another.
fn status_notice(before: PartyStatus, now: PartyStatus) -> Option<Notice> {
    let kind = match (before, now) {
        (before, now) if before == now => return None,
        (_, PartyStatus::Open) => Kind::Reopened,
        (_, PartyStatus::Locked) => Kind::Locked,
        (_, PartyStatus::Cancelled) => Kind::Cancelled,
        (_, PartyStatus::Done) => Kind::Done,
    };
    Some(Notice::of(kind))
}

/// The name of a state of a party in the database.
#[must_use]
pub const fn status_name(status: PartyStatus) -> &'static str {
    match status {
        PartyStatus::Open => "open",
        PartyStatus::Locked => "locked",
        PartyStatus::Cancelled => "cancelled",
        PartyStatus::Done => "done",
    }
}

/// The state of this name.
#[must_use]
pub fn status_from_name(name: &str) -> Option<PartyStatus> {
    [PartyStatus::Open, PartyStatus::Locked, PartyStatus::Cancelled, PartyStatus::Done]
        .into_iter()
        .find(|status| status_name(*status) == name)
}

#[cfg(test)]
mod tests;
