//! What everyone may know of a person.

use chrono::{DateTime, Utc};
use contracts::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::name::Name;
use super::penalty::TOO_MANY;

/// What everyone may know of a person: nothing that tells who they are or where they live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Who.
    pub id: UserId,
    /// The name the person goes by; `None` for somebody who has withdrawn.
    pub nickname: Option<String>,
    /// Since when the person has been here.
    pub member_since: DateTime<Utc>,
    /// How many completed parties the person was a member of and came to, or led: those to which
    /// somebody came, and for which the leader has no penalty.
    pub parties_completed: u32,
    /// How many penalties of the person count.
    pub penalties: u32,
}

impl Profile {
    /// What the person is called.
    #[must_use]
    pub fn name(self) -> Name {
        self.nickname.map_or(Name::Withdrawn, Name::Nickname)
    }
}

/// What others see at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub enum Badge {
    /// Fewer than three penalties count.
    #[serde(rename = "⭐")]
    Star,
    /// Three or more do.
    #[serde(rename = "👻")]
    Ghost,
}

impl Badge {
    /// The badge of somebody with so many penalties that count.
    #[must_use]
    pub const fn of(penalties: u32) -> Self {
        if penalties < TOO_MANY { Self::Star } else { Self::Ghost }
    }
}

#[cfg(test)]
mod tests {
    use super::Badge;

    #[test]
    fn d48_the_third_penalty_shows() {
        let badges = [0, 2, 3, 4].map(Badge::of);
        assert_eq!(badges, [Badge::Star, Badge::Star, Badge::Ghost, Badge::Ghost]);
        assert_eq!(serde_json::to_string(&badges[1..3]).unwrap(), r#"["⭐","👻"]"#);
    }
}
