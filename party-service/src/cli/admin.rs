//! `party-service admin`: who runs the platform.

use anyhow::{Context as _, anyhow};
use chassis::clock::Clock;
use chassis::db::Db;
use chassis::identity::{RevokedSessions, Role};
use chassis::redis::Cache;
use chrono::TimeDelta;
use clap::Subcommand;

use crate::commands::change_role::change_role;
use crate::config::Config;
use crate::domain::email::Email;
use crate::revocations::Revocations;

/// Who runs the platform.
#[derive(Debug, Subcommand)]
pub(super) enum Admin {
    /// Makes the account an administrator.
    Grant {
        /// The address the account was signed up with.
        email: String,
    },
    /// Makes the account a plain user again.
    Revoke {
        /// The address the account was signed up with.
        email: String,
    },
}

impl Admin {
    /// Changes the role and signs the person out everywhere, so that no token says the old one.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (email, role, done) = match self {
            Self::Grant { email } => (email, Role::Admin, "an administrator"),
            Self::Revoke { email } => (email, Role::User, "a plain user"),
        };
        let address = Email::parse(&email).map_err(|_| anyhow!("{email} is no e-mail address"))?;
        let (config, clock) = (Config::load()?, Clock::System);
        let now = clock.now();
        let db = Db::new(&config.database)?;
        let changed = db
            .transaction(async |conn| change_role(conn, &address, role, now).await)
            .await
            .with_context(|| format!("the role of {email} is as it was"))?;
        let Some(ended) = changed else {
            println!("{email} is {done} already");
            return Ok(());
        };
        // Should this fail, a running instance announces them within seconds.
        let lifetime = TimeDelta::from_std(config.tokens.access_lifetime)?;
        let cache = Cache::new(&config.redis)?;
        Revocations::new(cache, clock, RevokedSessions::default(), lifetime).announce(&ended).await;
        println!("{email} is {done} now and has to sign in again");
        Ok(())
    }
}
