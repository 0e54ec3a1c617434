//! State changes, one a file.
//!
//! A command runs inside the one transaction that its caller opened (`Write::run` for a request,
//! `Db::transaction` for a worker), so that the idempotency key, the change and its events are
//! committed together. Rows are locked in one order everywhere: user, party, member.

pub mod accept_applicant;
pub mod appeal_penalty;
pub mod apply_to_party;
pub mod ban_user;
pub mod block_user;
pub mod change_party;
pub mod change_password;
pub mod change_role;
pub mod change_standing;
mod check_standing;
pub mod complete_party;
pub mod count_attempt;
pub mod give_penalty;
pub mod import_markets;
pub mod leave_platform;
pub mod open_party;
pub mod open_session;
pub mod refresh_session;
pub mod report;
mod require_visible;
pub mod revoke_penalty;
pub mod revoke_sessions;
pub mod settle_party;
pub mod shut_down_party;
pub mod sign_up;
pub mod update_profile;
pub mod uphold_penalty;
pub mod withdraw;

use chassis::db::{DbError, Retryable};

use crate::domain::account_error::AccountError;
use crate::domain::ban::BanError;
use crate::domain::party::PartyError;
use crate::domain::penalty::PenaltyError;
use crate::domain::report::ReportError;

/// Why a command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule about accounts.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A rule about bans.
    #[error(transparent)]
    Ban(#[from] BanError),
    /// A rule about reports.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A rule about penalties.
    #[error(transparent)]
    Penalty(#[from] PenaltyError),
    /// A rule about parties.
    #[error(transparent)]
    Party(#[from] PartyError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl Retryable for Error {
    fn is_deadlock(&self) -> bool {
        matches!(self, Self::Db(error) if error.is_deadlock())
    }
}
