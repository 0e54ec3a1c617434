//! Reports: somebody says that something is not as it should be.

use chassis::text::Invalid;
use chrono::{DateTime, Utc};
use contracts::{PartyId, ReportId, RoomId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
    /// Something else, which the text tells.
    Other,
}

/// What came of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// Nothing was wrong.
    Dismissed,
    /// The person was told.
    Warned,
    /// What was reported is gone.
    Removed,
    /// The person was banned.
    Banned,
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
    /// What it is about, as one text: the same for the same thing.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::User { user_id } => format!("user:{user_id}"),
            Self::Party { party_id } => format!("party:{party_id}"),
            Self::Message { room_id, seq } => format!("message:{room_id}:{seq}"),
        }
    }
}

const REASONS: [Reason; 5] =
    [Reason::Spam, Reason::Fraud, Reason::Harassment, Reason::Inappropriate, Reason::Other];
const RESOLUTIONS: [Resolution; 4] =
    [Resolution::Dismissed, Resolution::Warned, Resolution::Removed, Resolution::Banned];

/// The name of a reason, as it is stored and sent.
#[must_use]
pub const fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::Spam => "spam",
        Reason::Fraud => "fraud",
        Reason::Harassment => "harassment",
        Reason::Inappropriate => "inappropriate",
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
        Resolution::Warned => "warned",
        Resolution::Removed => "removed",
        Resolution::Banned => "banned",
    }
}

/// The resolution with this name.
#[must_use]
pub fn resolution_from_name(name: &str) -> Option<Resolution> {
    RESOLUTIONS.into_iter().find(|resolution| resolution_name(*resolution) == name)
}

/// Why something about a report was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
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
    /// The reporter has as many open reports as one may have.
    #[error("too many open reports")]
    TooMany,
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
        let keys = [
            Reference::User { user_id: user }.key(),
            Reference::Party { party_id: user.as_uuid().into() }.key(),
            Reference::Message { room_id: room, seq: 1 }.key(),
            Reference::Message { room_id: room, seq: u64::MAX }.key(),
        ];
        for (at, key) in keys.iter().enumerate() {
            assert!(key.len() <= 80 && !keys[..at].contains(key), "{key}");
        }
    }
}
