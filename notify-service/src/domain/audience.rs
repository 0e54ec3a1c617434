//! Whom a notice is for.

use contracts::{MarketId, UserId};
use serde::{Deserialize, Serialize};

use super::{ItemCode, Place};

/// Whom a notice is for, as it is written down until everybody has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Audience {
    /// These people.
    Named {
        /// Who.
        user_ids: Vec<UserId>,
    },
    /// Everyone who starred the item or the market of a party and lives within their own radius.
    Near(Surroundings),
}

/// What a party looks like from where people live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Surroundings {
    /// What is bought.
    pub item: ItemCode,
    /// Where they meet.
    pub market_id: MarketId,
    /// Where that is.
    pub place: Place,
    /// Who opened the party and knows of it.
    pub except: UserId,
}

impl Audience {
    /// Whether it may take more than one transaction to reach everybody.
    #[must_use]
    pub const fn is_wide(&self) -> bool {
        matches!(self, Self::Near(_))
    }
}
