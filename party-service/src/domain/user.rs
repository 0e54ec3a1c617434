//! A person's account.

use std::fmt;

use chassis::identity::Role;
use chassis::text::{Invalid, Locale};
use chrono::{DateTime, Utc};
use contracts::UserId;
use contracts::user::UserSnapshot;

use super::email::Email;
use super::geo::Coordinates;
use super::nickname::Nickname;

/// An account, without what it is entered with.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// Which.
    pub id: UserId,
    /// The name to sign in with; nobody else sees it.
    pub email: Email,
    /// The name others see.
    pub nickname: Nickname,
    /// What the person may do.
    pub role: Role,
    /// The language of texts for this person.
    pub locale: Locale,
    /// Where the person lives, if they said so; nobody else sees it.
    pub home: Option<Home>,
    /// Grows with each change.
    pub version: u64,
    /// When the person signed up.
    pub created_at: DateTime<Utc>,
    /// When the account changed last.
    pub updated_at: DateTime<Utc>,
}

/// Where someone lives.
#[derive(Clone, PartialEq)]
pub struct Home {
    /// The road address as the address book writes it.
    pub road_address: String,
    /// Where that is.
    pub coordinates: Coordinates,
}

/// Says nothing: where someone lives does not belong in a log.
impl fmt::Debug for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Home(…)")
    }
}

/// What someone wants changed in their profile; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    /// Another name.
    pub nickname: Option<Nickname>,
    /// Another language.
    pub locale: Option<Locale>,
    /// Another home, or none any more.
    pub home: HomeChange,
}

/// What is to become of someone's home.
#[derive(Clone, Debug, Default)]
pub enum HomeChange {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is to be forgotten.
    Forget,
    /// It is elsewhere.
    Move(Home),
}

impl User {
    /// Applies a change; says whether anything is different now.
    pub fn change(&mut self, change: ProfileChange, now: DateTime<Utc>) -> bool {
        let before = self.clone();
        if let Some(nickname) = change.nickname {
            self.nickname = nickname;
        }
        if let Some(locale) = change.locale {
            self.locale = locale;
        }
        match change.home {
            HomeChange::Keep => {}
            HomeChange::Forget => self.home = None,
            HomeChange::Move(home) => self.home = Some(home),
        }
        let changed = *self != before;
        if changed {
            self.version += 1;
            self.updated_at = now;
        }
        changed
    }

    /// What other services learn.
    #[must_use]
    pub fn snapshot(&self) -> UserSnapshot {
        let coordinates = self.home.as_ref().map(|home| home.coordinates);
        UserSnapshot {
            user_id: self.id,
            version: self.version,
            nickname: self.nickname.as_str().to_owned(),
            latitude: coordinates.map(Coordinates::latitude),
            longitude: coordinates.map(Coordinates::longitude),
            locale: self.locale.tag().to_owned(),
        }
    }
}

/// Reads a language of ours.
pub fn parse_locale(tag: &str) -> Result<Locale, Invalid> {
    Locale::from_tag(tag).ok_or(Invalid::new(
        "unknown_locale",
        "ko 또는 en만 쓸 수 있습니다",
        "The language is either ko or en",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn user() -> User {
        User {
            id: UserId::new(),
            email: Email::parse("kim@example.com").unwrap(),
            nickname: Nickname::parse("김사과").unwrap(),
            role: Role::User,
            locale: Locale::Ko,
            home: Some(Home {
                road_address: "서울 중구 세종대로 110".into(),
                coordinates: Coordinates::new(37.5663, 126.9779).unwrap(),
            }),
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn d06_only_what_is_sent_changes() {
        let (before, later) = (user(), DateTime::UNIX_EPOCH + TimeDelta::days(1));
        let mut after = before.clone();
        let change = ProfileChange { locale: Some(Locale::En), ..ProfileChange::default() };
        assert!(after.change(change, later));
        let expected = User { locale: Locale::En, version: 2, updated_at: later, ..before };
        assert_eq!(after, expected);
    }

    #[test]
    fn nothing_new_is_no_change() {
        let (before, later) = (user(), DateTime::UNIX_EPOCH + TimeDelta::days(1));
        let mut after = before.clone();
        let home = HomeChange::Move(before.home.clone().unwrap());
        let same = ProfileChange { home, ..ProfileChange::default() };
        assert!(!after.change(same, later));
        assert_eq!(after, before);
    }

    #[test]
    fn what_others_learn_of_a_home_is_where_it_is() {
        let snapshot = serde_json::to_string(&user().snapshot()).unwrap();
        assert!(snapshot.contains("37.5663") && !snapshot.contains("세종대로"));
    }
}
