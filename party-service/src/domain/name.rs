//! What somebody is called who may have left.

use chassis::text::{Locale, Text};

/// Who has withdrawn is called so.
const WITHDRAWN: Text = Text::new("탈퇴한 사용자", "Withdrawn user");

/// The name others see: a nickname, as long as its owner is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// What the person wants to be called.
    Nickname(String),
    /// The person has withdrawn. What they did stays, under no name.
    Withdrawn,
}

impl Name {
    /// The name, as a reader of this language sees it.
    #[must_use]
    pub fn in_locale(self, locale: Locale) -> String {
        match self {
            Self::Nickname(nickname) => nickname,
            Self::Withdrawn => WITHDRAWN.in_locale(locale).into_owned(),
        }
    }
}
