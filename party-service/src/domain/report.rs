//! Reports: somebody says that something is not as it should be.

mod absence;
mod said;

use chassis::text::Invalid;
use chrono::{DateTime, Utc};
use contracts::{PartyId, ReportId, RoomId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::said::Said;
use super::party::PartyError;
use super::written::read;

/// How many open reports one person may have.
pub const MAX_OPEN_REPORTS: usize = 50;

/// What a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Reference {
    /// Somebody.
    User {
        /// Who.
        user_id: UserId,
    },
    /// A party.
    Party {
        /// Which.
        party_id: PartyId,
    },
    /// A message.
    Message {
        /// In which room.
        room_id: RoomId,
        /// Which message of the room.
        #[schema(minimum = 1)]
        seq: u64,
    },
}

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Advertising, or the same again and again.
    Spam,
    /// Somebody is to be cheated.
    Fraud,
    /// Somebody is insulted, threatened or followed.
    Harassment,
    /// Nothing for everybody's eyes.
    Inappropriate,
    /// The leader of a party did not come to the meeting. Its members say so.
    LeaderAbsent,
    /// Something else, which the text tells.
    Other,
}

/// What came of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// Nothing was wrong, or nothing is to be done.
    Dismissed,
    /// What was reported is gone: a party is cancelled, a message loses its words.
    Removed,
    /// The person whom it is about is banned.
    Banned,
    /// The leader who did not come gets a penalty.
    Penalized,
}

/// What somebody says with a report, at most 1,000 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportText(String);

/// What an administrator notes on a report, at most 500 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note(String);

impl ReportText {
    /// Reads a text; one that says nothing is none.
    pub fn parse(text: &str) -> Result<Option<Self>, Invalid> {
        Ok(read(text, 1_000)?.map(Self))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Note {
    /// Reads a note; one that says nothing is none.
    pub fn parse(text: &str) -> Result<Option<Self>, Invalid> {
        Ok(read(text, 500)?.map(Self))
    }

    /// The note.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which.
    pub id: ReportId,
    /// Who reported.
    pub reporter_id: UserId,
    /// What it is about.
    pub reference: Reference,
    /// What is wrong with it.
    pub reason: Reason,
    /// In the words of the reporter.
    pub text: Option<String>,
    /// What was said, if it is about a message.
    pub said: Option<Said>,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// What came of it; it is open as long as nothing did.
    pub resolved: Option<Resolved>,
}

/// What came of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// What was done.
    pub resolution: Resolution,
    /// What the administrator noted.
    pub note: Option<String>,
    /// Who decided.
    pub by: UserId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Reference {
    /// What it is about, as one text: the same for the same thing. That the leader did not come is
    /// another thing than what is wrong with the party.
    #[must_use]
    pub fn key(&self, reason: Reason) -> String {
        match self {
            Self::User { user_id } => format!("user:{user_id}"),
            Self::Party { party_id } if reason == Reason::LeaderAbsent => {
                format!("party:{party_id}:leader")
            }
            Self::Party { party_id } => format!("party:{party_id}"),
            Self::Message { room_id, seq } => format!("message:{room_id}:{seq}"),
        }
    }
}

const REASONS: [Reason; 6] = [
    Reason::Spam,
    Reason::Fraud,
    Reason::Harassment,
    Reason::Inappropriate,
    Reason::LeaderAbsent,
    Reason::Other,
];
const RESOLUTIONS: [Resolution; 4] =
    [Resolution::Dismissed, Resolution::Removed, Resolution::Banned, Resolution::Penalized];

/// The name of a reason, as it is stored and sent.
#[must_use]
pub const fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::Spam => "spam",
        Reason::Fraud => "fraud",
        Reason::Harassment => "harassment",
        Reason::Inappropriate => "inappropriate",
        Reason::LeaderAbsent => "leader_absent",
        Reason::Other => "other",
    }
}

/// The reason with this name.
#[must_use]
pub fn reason_from_name(name: &str) -> Option<Reason> {
    REASONS.into_iter().find(|reason| reason_name(*reason) == name)
}

/// The name of a resolution, as it is stored and sent.
#[must_use]
pub const fn resolution_name(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::Dismissed => "dismissed",
        Resolution::Removed => "removed",
        Resolution::Banned => "banned",
        Resolution::Penalized => "penalized",
    }
}

/// The resolution with this name.
#[must_use]
pub fn resolution_from_name(name: &str) -> Option<Resolution> {
    RESOLUTIONS.into_iter().find(|resolution| resolution_name(*resolution) == name)
}

/// Why something about a report was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// There is no such report.
    #[error("there is no such report")]
    NotFound,
    /// It was resolved before.
    #[error("the report is resolved")]
    AlreadyResolved,
    /// Nobody reports themselves.
    #[error("that is the reporter")]
    IsReporter,
    /// Nobody reports what they have said themselves.
    #[error("the reporter has said it")]
    SaidByReporter,
    /// The reporter can read no such message.
    #[error("there is no such message")]
    NoSuchMessage,
    /// The reporter has as many open reports as one may have.
    #[error("too many open reports")]
    TooMany,
    /// Only parties have a leader who did not come.
    #[error("the reason is for parties only")]
    NotAParty,
    /// The leader may still come.
    #[error("the meeting is not over")]
    MeetingNotOver,
    /// The meeting was over too long ago.
    #[error("the meeting was over too long ago")]
    TooLate,
    /// Only for the absence of a leader is a penalty given.
    #[error("the report is not about the absence of a leader")]
    NotAboutAbsence,
    /// People are not removed.
    #[error("people are not removed")]
    NotRemovable,
    /// There is no ban that the report could have come to.
    #[error("the person is not banned")]
    NotBanned,
    /// An administrator would decide on a report by or about themselves.
    #[error("nobody decides on a report by or about themselves")]
    OwnCase,
    /// Something about the party.
    #[error(transparent)]
    Party(#[from] PartyError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_what_they_name() {
        for reason in REASONS {
            assert_eq!(reason_from_name(reason_name(reason)), Some(reason));
        }
        for resolution in RESOLUTIONS {
            assert_eq!(resolution_from_name(resolution_name(resolution)), Some(resolution));
        }
    }

    #[test]
    fn the_key_tells_things_apart() {
        let (user, room) = (UserId::new(), RoomId::new());
        let party = Reference::Party { party_id: user.as_uuid().into() };
        let keys = [
            Reference::User { user_id: user }.key(Reason::Spam),
            party.key(Reason::Spam),
            party.key(Reason::LeaderAbsent),
            Reference::Message { room_id: room, seq: 1 }.key(Reason::Spam),
            Reference::Message { room_id: room, seq: u64::MAX }.key(Reason::Spam),
        ];
        assert_eq!(party.key(Reason::Fraud), keys[1]);
        for (at, key) in keys.iter().enumerate() {
            assert!(key.len() <= 80 && !keys[..at].contains(key), "{key}");
        }
    }
}
