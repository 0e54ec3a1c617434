//! What a notification says: facts, made into words for whoever reads them.

mod words;

use chassis::text::Locale;
use chrono::{DateTime, Utc};
use contracts::penalty::PenaltyReason;
use contracts::{PartyId, PenaltyId, RoomId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Kind;

/// What a notification says, the same for all who get it. It names no person: whoever is erased
/// elsewhere is not remembered here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Its type.
    pub kind: Kind,
    /// What it is about.
    pub about: About,
    /// When it happened.
    pub created_at: DateTime<Utc>,
}

/// The facts behind a notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Which party.
    pub party_id: PartyId,
    /// What is bought there.
    pub item: String,
    /// Where they meet, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market: Option<String>,
    /// When they meet, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<DateTime<Utc>>,
    /// The chat, for [`Kind::ChatCreated`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_id: Option<RoomId>,
    /// In how many hours they meet, for [`Kind::PartyReminder`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours_before: Option<u8>,
    /// The penalty, if it is about one; none in what was told before links led there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty: Option<PenaltyFacts>,
}

/// The facts of a penalty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PenaltyFacts {
    /// Which.
    pub penalty_id: PenaltyId,
    /// Why it was given.
    pub reason: PenaltyReason,
}

/// A notification in one language; all its receivers who read that language get the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContentView {
    /// What it is about.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// What happened, in a few words.
    #[schema(example = "새 파티가 열렸어요")]
    pub title: String,
    /// What, where and when.
    #[schema(example = "사과 (후지) · 남대문시장 · 11월 24일 (화) 12:00")]
    pub body: String,
    /// Where to go from here: a path of this API.
    #[schema(example = "/v1/parties/019b0000-0000-7000-8000-000000000005")]
    pub link: String,
    /// Which party it is about.
    pub party_id: PartyId,
    /// When it happened.
    pub created_at: DateTime<Utc>,
}

impl Content {
    /// Puts it into words.
    #[must_use]
    pub fn view(&self, locale: Locale) -> ContentView {
        ContentView {
            kind: self.kind,
            title: words::title(self).in_locale(locale).into_owned(),
            body: words::body(self, locale),
            link: self.link(),
            party_id: self.about.party_id,
            created_at: self.created_at,
        }
    }

    fn link(&self) -> String {
        let party = format!("/v1/parties/{}", self.about.party_id);
        match (self.kind, self.about.room_id, self.about.penalty) {
            (Kind::JoinRequested, ..) => format!("{party}/applications"),
            (Kind::ChatCreated, Some(room_id), _) => format!("/v1/chat-rooms/{room_id}"),
            (_, _, Some(penalty)) => format!("/v1/penalties/{}", penalty.penalty_id),
            _ => party,
        }
    }
}
