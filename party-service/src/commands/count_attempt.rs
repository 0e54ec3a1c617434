//! Someone shows a password: counted before it is looked at.

use chassis::db::Conn;
use chrono::{DateTime, Utc};

use super::Error;
use crate::config::SignInConfig;
use crate::domain::account_error::AccountError;
use crate::domain::door::Door;
use crate::domain::origin::Origin;
use crate::store::sign_in_failures;

/// The doors an attempt goes through, each with the failures that cost no wait.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    account: (Door, u32),
    origin: (Door, u32),
}

impl Attempt {
    /// An attempt at an account from somewhere.
    #[must_use]
    pub fn at(account: Door, origin: Origin, patience: &SignInConfig) -> Self {
        Self {
            account: (account, patience.failures_per_account),
            origin: (Door::origin(origin), patience.failures_per_origin),
        }
    }

    /// The order in which rows are locked.
    fn doors(&self) -> [(Door, u32); 2] {
        let mut doors = [self.account, self.origin];
        doors.sort_unstable();
        doors
    }
}

/// Counts an attempt at all its doors, or refuses it and counts it nowhere.
pub async fn count(conn: &mut Conn, attempt: &Attempt, now: DateTime<Utc>) -> Result<(), Error> {
    let mut counted = Vec::with_capacity(2);
    let mut wait = None;
    for (door, free) in attempt.doors() {
        match sign_in_failures::lock(conn, door, now).await?.admit(free, now) {
            Ok(attempts) => counted.push((door, attempts)),
            Err(locked) => wait = wait.max(Some(locked)),
        }
    }
    if let Some(wait) = wait {
        let wait = wait.to_std().unwrap_or_default();
        return Err(AccountError::TooManyAttempts { wait }.into());
    }
    for (door, attempts) in counted {
        sign_in_failures::store(conn, door, attempts).await?;
    }
    Ok(())
}

/// Takes back an attempt that was right. The account's failures are forgotten; the origin's are
/// not, or whoever has an account could guess at others for ever.
pub async fn forgive(conn: &mut Conn, attempt: &Attempt, now: DateTime<Utc>) -> Result<(), Error> {
    let (account, _) = attempt.account;
    for (door, _) in attempt.doors() {
        let attempts = sign_in_failures::lock(conn, door, now).await?;
        if door == account {
            sign_in_failures::forget(conn, door).await?;
        } else {
            sign_in_failures::store(conn, door, attempts.take_back()).await?;
        }
    }
    Ok(())
}
