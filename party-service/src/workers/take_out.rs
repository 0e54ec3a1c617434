//! Takes people who have withdrawn, or are banned, out of their parties, each party in a transaction of its own. A
//! party that is done with is found no more, so whoever is killed in the middle, or shares the work
//! with another instance, goes on with what is left.

use contracts::{PartyId, UserId};
use futures_util::FutureExt as _;

use super::work;
use crate::commands::Error;
use crate::commands::leave_platform::{lose_leader, lose_person};
use crate::commands::shut_down_party::shut_down_party;
use crate::domain::ban::{Ban, Parting};
use crate::domain::withdrawal::Step;
use crate::state::State;
use crate::store::parties::of_leaver;
use crate::store::{bans, withdrawals};

/// How many people, and how many parties of one of them, are looked up at once.
const BATCH: i64 = 100;

/// Those who have withdrawn.
pub(super) async fn run(state: State) -> Result<(), Error> {
    loop {
        let now = state.clock.now();
        let people =
            withdrawals::due(&mut *state.db.conn().await?, Step::Leave, now, BATCH).await?;
        let mut done = false;
        for user in people {
            if take_out(&state, user, Parting::ALL, Why::Withdrawn).await? {
                withdrawals::go_on(&mut *state.db.conn().await?, user, Step::Erase).await?;
                done = true;
            }
        }
        // Nobody, or only people whose parties cannot be had at the moment: next time.
        if !done {
            return Ok(());
        }
    }
}

/// Those who are banned.
pub(super) async fn enforce_bans(state: State) -> Result<(), Error> {
    loop {
        let now = state.clock.now();
        let due = bans::unenforced(&mut *state.db.conn().await?, now, BATCH).await?;
        let mut done = false;
        for Ban { id, user_id, scope, given_by, .. } in due {
            let is_out = match Parting::by(scope) {
                Some(parting) => {
                    take_out(&state, user_id, parting, Why::BannedBy(given_by)).await?
                }
                None => true,
            };
            if is_out {
                bans::note_enforced(&mut *state.db.conn().await?, id).await?;
                done = true;
            }
        }
        if !done {
            return Ok(());
        }
    }
}

/// Why somebody is taken out.
#[derive(Clone, Copy)]
enum Why {
    /// They have left the platform.
    Withdrawn,
    /// This administrator has banned them.
    BannedBy(UserId),
}

/// Says whether they are out of all the parties that they are to leave.
async fn take_out(state: &State, user: UserId, parting: Parting, why: Why) -> Result<bool, Error> {
    loop {
        let now = state.clock.now();
        let mut conn = state.db.conn().await?;
        let led = match parting.led {
            true => of_leaver::led(&mut conn, user, now, BATCH).await?,
            false => Vec::new(),
        };
        let joined = of_leaver::joined(&mut conn, user, parting.joined, now, BATCH).await?;
        drop(conn);
        if led.is_empty() && joined.is_empty() {
            return Ok(true);
        }
        let mut lost = 0;
        for id in led {
            let cancelled = work(move |conn| match why {
                Why::Withdrawn => lose_leader(conn, id, user, now).boxed(),
                Why::BannedBy(admin) => shut_down_party(conn, id, admin, now).boxed(),
            });
            lost += u32::from(judge(id, state.db.transaction(cancelled).await));
        }
        for id in joined {
            let left = work(move |conn| lose_person(conn, id, user, now).boxed());
            lost += u32::from(judge(id, state.db.transaction(left).await));
        }
        if lost == 0 {
            return Ok(false);
        }
    }
}

/// One party that is out of order keeps nobody from leaving the others.
fn judge(id: PartyId, outcome: Result<bool, Error>) -> bool {
    outcome.unwrap_or_else(|error| {
        tracing::warn!(party.id = %id, "party {id} could not be left: {error}");
        false
    })
}
