//! `party-service accounts`: what people have a right to and cannot do by themselves, because they are
//! banned from everything.

use std::time::Duration;

use anyhow::{Context as _, anyhow};
use chassis::clock::Clock;
use chassis::identity::{Keys, RevokedSessions, Role};
use clap::{Args, Subcommand};
use contracts::{SessionId, UserId};

use crate::commands::Error;
use crate::commands::withdraw::withdraw_for;
use crate::config::Config;
use crate::domain::admin_action::AdminAction;
use crate::domain::email::Email;
use crate::routes::users::export::Export;
use crate::state::State;
use crate::store::{admin_log, users, withdrawals};

/// How long another service may take to say all that it holds.
const PATIENCE: Duration = Duration::from_mins(10);

/// What the operator does for people.
#[derive(Debug, Subcommand)]
pub(super) enum Accounts {
    /// Prints all that the platform holds about somebody, for them.
    Export(Whose),
    /// Withdraws somebody from the platform, as they would themselves.
    Withdraw(Whose),
    /// Lists the ids of all who have withdrawn, to be kept beside a back-up.
    Withdrawn,
}

/// Whose account.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Whose {
    /// The address the account was signed up with.
    #[arg(long)]
    email: Option<String>,
    /// The id of the account.
    #[arg(long)]
    id: Option<UserId>,
}

impl Accounts {
    /// Does it, and writes it down.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let mut config = Config::load()?;
        // Whatever somebody has said: here it has to fit into no answer.
        (config.export.max_part_bytes, config.export.timeout) = (usize::MAX, PATIENCE);
        let (trusted, refused) = (Keys::own(), RevokedSessions::default());
        let state = State::new(&config, Clock::System, trusted, refused)?;
        match self {
            Self::Export(whose) => export(&state, whose).await,
            Self::Withdraw(whose) => withdraw(&state, whose).await,
            Self::Withdrawn => {
                for id in withdrawals::all(&mut *state.db.conn().await?).await? {
                    println!("{id}");
                }
                Ok(())
            }
        }
    }
}

impl Whose {
    async fn find(self, state: &State) -> anyhow::Result<UserId> {
        let Some(email) = self.email else {
            return self.id.context("neither an address nor an id was given");
        };
        let address = Email::parse(&email).map_err(|_| anyhow!("{email} is no e-mail address"))?;
        let found = users::find_by_email(&mut *state.db.conn().await?, &address).await?;
        let (user, _) = found.with_context(|| format!("nobody has signed up with {email}"))?;
        Ok(user.id)
    }
}

/// The other services are asked with a token of the person that is good for minutes and of no session.
async fn export(state: &State, whose: Whose) -> anyhow::Result<()> {
    let (id, now) = (whose.find(state).await?, state.clock.now());
    let token = state.tokens.issue(id, SessionId::new(), Role::User, now)?;
    let elsewhere = state.exports.gather(&token.token).await?;
    let export = Export::of(&mut *state.db.conn().await?, id, elsewhere, now).await?;
    let action = AdminAction::Exported { user_id: id };
    admin_log::append(&mut *state.db.conn().await?, None, action, now).await?;
    serde_json::to_writer_pretty(std::io::stdout().lock(), &export)?;
    println!();
    Ok(())
}

async fn withdraw(state: &State, whose: Whose) -> anyhow::Result<()> {
    let (id, now) = (whose.find(state).await?, state.clock.now());
    let ended =
        state.db.transaction(async |conn| withdraw_for(conn, &state.profiles, id, now).await).await;
    match ended {
        Ok(ended) => {
            // Should this fail, a running instance announces them within seconds.
            state.revocations.announce(&ended).await;
            println!("{id} has withdrawn");
            Ok(())
        }
        // Who is listed beside a back-up may be gone in it as well.
        Err(Error::Account(_)) => {
            println!("{id} is not here");
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}
