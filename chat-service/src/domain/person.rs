//! Somebody, as far as a chat room knows them.

use contracts::UserId;

/// Shown instead of the name of somebody who has left the platform.
pub const WITHDRAWN: &str = "탈퇴한 사용자";
/// Shown until the news of somebody's name has come.
pub const UNKNOWN: &str = "이웃";

/// Somebody and the name that others see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// How others see them.
    pub name: String,
}

impl Person {
    /// Somebody with what is known of their name, and whether they have left the platform.
    #[must_use]
    pub fn new(id: UserId, known: Option<(String, bool)>) -> Self {
        let name = match known {
            Some((_, true)) => WITHDRAWN.to_owned(),
            Some((name, false)) if !name.is_empty() => name,
            Some(_) | None => UNKNOWN.to_owned(),
        };
        Self { id, name }
    }
}
