//! Bans: what an administrator keeps somebody from.

use chassis::text::Invalid;
use chrono::{DateTime, Utc};
use contracts::ban::{BanScope, BanSnapshot};
use contracts::party::MembershipStatus;
use contracts::{BanId, UserId};

use super::party::Member;
use super::written::read;

/// The longest reason, in characters.
const MAX_REASON_CHARS: usize = 500;

/// A ban.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ban {
    /// Which.
    pub id: BanId,
    /// Who is banned.
    pub user_id: UserId,
    /// From what.
    pub scope: BanScope,
    /// Why, for other administrators and for the person.
    pub reason: BanReason,
    /// Who gave it.
    pub given_by: UserId,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself; never, if it does not say.
    pub ends_at: Option<DateTime<Utc>>,
    /// When it was lifted.
    pub lifted_at: Option<DateTime<Utc>>,
}

impl Ban {
    /// Whether it still keeps anybody from anything.
    #[must_use]
    pub fn is_active(&self, now: DateTime<Utc>) -> bool {
        self.lifted_at.is_none() && self.ends_at.is_none_or(|end| now < end)
    }

    /// What other services learn.
    #[must_use]
    pub const fn snapshot(&self) -> BanSnapshot {
        let Self { id, user_id, scope, ends_at, .. } = *self;
        BanSnapshot { ban_id: id, user_id, scope, ends_at }
    }
}

/// Why somebody is banned: 1 to 500 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BanReason(String);

impl BanReason {
    /// Reads a reason.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        const MISSING: Invalid =
            Invalid::new("required", "사유를 입력해 주세요", "A reason is needed");
        read(text, MAX_REASON_CHARS)?.map(Self).ok_or(MISSING)
    }

    /// The reason as it was stored.
    pub(crate) const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The reason.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What somebody wants to do that a ban may forbid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Signing in.
    SignIn,
    /// Opening a party.
    Lead,
    /// Asking to join a party, or being accepted in one.
    Join,
}

impl Deed {
    /// The bans that forbid it. Messages are up to chat-service.
    #[must_use]
    pub const fn forbidden_by(self) -> &'static [BanScope] {
        match self {
            Self::SignIn => &[BanScope::All],
            Self::Lead => &[BanScope::All, BanScope::Lead],
            Self::Join => &[BanScope::All, BanScope::Join],
        }
    }
}

/// What becomes of the parties that somebody is in when they are taken out of them. What has begun
/// stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parting {
    /// Whether those they lead are cancelled.
    pub led: bool,
    /// How they stand in those that they leave.
    pub joined: &'static [MembershipStatus],
}

impl Parting {
    /// From everything: somebody leaves the platform.
    pub const ALL: Self = Self { led: true, joined: &Member::CONCERNED };

    /// What a ban of this scope means for the parties of before; `None` if nothing. Whoever is banned
    /// from joining stays where they have been accepted: others count on them.
    #[must_use]
    pub const fn by(scope: BanScope) -> Option<Self> {
        match scope {
            BanScope::All => Some(Self::ALL),
            BanScope::Lead => Some(Self { led: true, joined: &[] }),
            BanScope::Join => Some(Self { led: false, joined: &[MembershipStatus::Applied] }),
            BanScope::Chat => None,
        }
    }
}

/// Whatever somebody can be banned from.
pub const SCOPES: [BanScope; 4] = [BanScope::All, BanScope::Lead, BanScope::Join, BanScope::Chat];

/// The name of a scope, as it is stored and sent.
#[must_use]
pub const fn scope_name(scope: BanScope) -> &'static str {
    match scope {
        BanScope::All => "all",
        BanScope::Lead => "lead",
        BanScope::Join => "join",
        BanScope::Chat => "chat",
    }
}

/// The scope with this name.
#[must_use]
pub fn scope_from_name(name: &str) -> Option<BanScope> {
    SCOPES.into_iter().find(|scope| scope_name(*scope) == name)
}

/// Why something about a ban was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BanError {
    /// There is no such ban.
    #[error("there is no such ban")]
    NotFound,
    /// The person is banned from the same already.
    #[error("the person is banned from that already")]
    AlreadyBanned,
    /// It would be over before it begins.
    #[error("the end is in the past")]
    EndsInThePast,
    /// Who runs the platform is not banned from it: first the role is taken away.
    #[error("administrators cannot be banned")]
    IsAdmin,
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn ban(ends_at: Option<DateTime<Utc>>) -> Ban {
        Ban {
            id: BanId::new(),
            user_id: UserId::new(),
            scope: BanScope::Lead,
            reason: BanReason::parse("허위 파티").unwrap(),
            given_by: UserId::new(),
            created_at: DateTime::UNIX_EPOCH,
            ends_at,
            lifted_at: None,
        }
    }

    #[test]
    fn a_ban_ends_at_its_end_or_when_it_is_lifted() {
        let (now, second) = (DateTime::UNIX_EPOCH, TimeDelta::seconds(1));
        assert!(ban(None).is_active(now + TimeDelta::days(100_000)));
        assert!(ban(Some(now + second)).is_active(now));
        assert!(!ban(Some(now + second)).is_active(now + second));
        assert!(!Ban { lifted_at: Some(now), ..ban(None) }.is_active(now));
    }

    #[test]
    fn a_ban_from_everything_forbids_everything() {
        for deed in [Deed::SignIn, Deed::Lead, Deed::Join] {
            assert!(deed.forbidden_by().contains(&BanScope::All));
            assert!(!deed.forbidden_by().contains(&BanScope::Chat));
        }
    }

    #[test]
    fn names_lead_back_to_their_scopes() {
        for scope in SCOPES {
            assert_eq!(scope_from_name(scope_name(scope)), Some(scope));
        }
        assert_eq!(scope_from_name("everything"), None);
    }

    #[test]
    fn a_ban_has_a_reason() {
        assert_eq!(BanReason::parse(" \n").unwrap_err().code, "required");
        assert_eq!(BanReason::parse(&"가".repeat(501)).unwrap_err().code, "too_long");
    }
}
