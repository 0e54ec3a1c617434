//! `party-service keys`: the keys that sign access tokens.

use chassis::clock::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use clap::Subcommand;
use uuid::Uuid;

use crate::config::{self, TokensConfig};
use crate::tokens::{KeyError, KeyFolder, SigningKey, signing};

/// The keys that sign access tokens.
#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Makes a key. It signs once it has been published long enough for everyone to know it.
    Generate,
    /// Lists the keys.
    List,
    /// Removes a key; tokens it signed are refused within a minute.
    Remove {
        /// The key's name, as `list` shows it.
        kid: Uuid,
        /// Removes it even if it signs tokens now, which signs everybody out for a moment.
        #[arg(long)]
        force: bool,
    },
}

impl Keys {
    /// Does what was asked for.
    pub(super) fn run(self) -> anyhow::Result<()> {
        let tokens = config::load_tokens()?;
        let (folder, now) = (KeyFolder::configured(&tokens.keys_dir)?, Clock::System.now());
        match self {
            Self::Generate => {
                let kid = folder.generate(now)?;
                println!("{}", folder.as_path().join(format!("{kid}.pem")).display());
            }
            Self::List => {
                let keys = folder.load()?;
                for key in &keys {
                    let state = state(key, &keys, &tokens, now)?;
                    println!("{}  made {}  {state}", key.kid, key.made_at.format("%F %T UTC"));
                }
            }
            Self::Remove { kid, force } => {
                if !force && signing_kid(&folder.load()?, &tokens, now)? == Some(kid) {
                    return Err(KeyError::InUse(kid).into());
                }
                folder.remove(kid)?;
                println!("{kid} is removed");
            }
        }
        Ok(())
    }
}

fn signing_kid(
    keys: &[SigningKey],
    tokens: &TokensConfig,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<Uuid>> {
    let delay = TimeDelta::from_std(tokens.publication_delay)?;
    Ok(signing(keys, delay, now).map(|key| key.kid))
}

fn state(
    key: &SigningKey,
    keys: &[SigningKey],
    tokens: &TokensConfig,
    now: DateTime<Utc>,
) -> anyhow::Result<&'static str> {
    Ok(match signing_kid(keys, tokens, now)? {
        Some(kid) if kid == key.kid => "signs",
        Some(kid) if kid < key.kid => "published, signs soon",
        _ => "published, signed before",
    })
}
