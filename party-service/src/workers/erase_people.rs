//! Erases what is left of people who withdrew some days ago. The names go last: as long as they are
//! there, whoever was killed in the middle begins again and finds less to do. A party that could not
//! be left keeps nobody from being erased: it goes on by itself, as one of somebody unknown. With the
//! names goes the word to the other services that what they still keep of the person is to be erased too.

use chassis::bus::outbox;
use chassis::db::{Conn, DbError};
use chassis::http::idempotency;
use chrono::{DateTime, Utc};
use contracts::UserId;
use contracts::event::EventData as _;
use contracts::user::UserEvent;
use futures_util::FutureExt as _;

use super::take_out::{Goer, take_out};
use super::work;
use crate::commands::Error;
use crate::domain::door::Door;
use crate::domain::withdrawal::Step;
use crate::events::SOURCE;
use crate::state::State;
use crate::store::{bans, blocks, leavers, penalties, reports, sign_in_failures, withdrawals};

/// How many people are erased at once: the events that were published are looked through once for
/// all of them.
const PEOPLE: i64 = 100;
/// How many rows one statement changes, at most.
const ROWS: i64 = 1_000;
/// How many rows of the outbox one statement looks at.
const OUTBOX_ROWS: u64 = 10_000;
/// Who is to be erased.
const NOT_DONE: &[Step] = &[Step::Leave, Step::Erase];

pub(super) async fn run(state: State) -> Result<(), Error> {
    let until = state.clock.now() - state.erase_after;
    let mut after = None;
    loop {
        let mut conn = state.db.conn().await?;
        let people = withdrawals::due(&mut conn, NOT_DONE, until, after, PEOPLE).await?;
        drop(conn);
        let Some(last) = people.last() else { return Ok(()) };
        after = Some(*last);
        let mut bare = Vec::new();
        for (_, user) in people {
            if judge(user, erase(&state, user).await)? {
                bare.push(user);
            }
        }
        forget_events(&mut *state.db.conn().await?, &bare).await?;
        let (mut erased, now) = (0, state.clock.now());
        for user in bare {
            let finished = work(move |conn| finish(conn, user, now).boxed());
            erased += usize::from(judge(user, state.db.transaction(finished).await)?);
        }
        tracing::info!(people = erased, "erased people who have withdrawn");
    }
}

/// Says whether it went well. Whoever cannot be erased keeps nobody else from it, and is tried again
/// the next time; without a database there is nobody who could.
fn judge(user: UserId, outcome: Result<(), Error>) -> Result<bool, Error> {
    match outcome {
        Ok(()) => Ok(true),
        Err(error @ Error::Db(DbError::Unavailable(_))) => Err(error),
        Err(error) => {
            tracing::warn!(user.id = %user, "user {user} could not be erased: {error}");
            Ok(false)
        }
    }
}

async fn erase(state: &State, user: UserId) -> Result<(), Error> {
    if !take_out(state, Goer::withdrawn(user)).await? {
        tracing::error!(user.id = %user, "user {user} is erased and still in parties");
    }
    let mut conn = state.db.conn().await?;
    forget_doors(&mut conn, user).await?;
    Ok(erase_rows(&mut conn, user).await?)
}

/// Forgets the failed attempts at their accounts. Needs the address and the sessions, so it comes
/// first.
async fn forget_doors(conn: &mut Conn, user: UserId) -> Result<(), DbError> {
    let mut doors = vec![Door::password_of(user)];
    if let Some(email) = withdrawals::email(conn, user).await? {
        doors.push(Door::account(&email));
        let origins = leavers::origins(conn, user).await?;
        doors.extend(origins.iter().map(|origin| Door::account_from_stored(&email, origin)));
    }
    for door in doors {
        sign_in_failures::forget(conn, door).await?;
    }
    Ok(())
}

async fn erase_rows(conn: &mut Conn, user: UserId) -> Result<(), DbError> {
    while leavers::forget_sessions(conn, user, ROWS).await? > 0 {}
    while idempotency::forget_of(conn, user, ROWS).await? > 0 {}
    while leavers::erase_messages(conn, user, ROWS).await? > 0 {}
    while leavers::erase_descriptions(conn, user, ROWS).await? > 0 {}
    while reports::erase_texts_of(conn, user, ROWS).await? > 0 {}
    while reports::erase_said_by(conn, user, ROWS).await? > 0 {}
    while reports::erase_texts_about(conn, user, ROWS).await? > 0 {}
    while blocks::forget_of(conn, user, ROWS).await? > 0 {}
    bans::erase_reasons_of(conn, user).await?;
    // Few: one person can get one in each party, and give one to each member.
    penalties::erase_texts(conn, user).await
}

/// Forgets what was published of them: only events about accounts say more than who somebody is.
async fn forget_events(conn: &mut Conn, people: &[UserId]) -> Result<(), DbError> {
    if people.is_empty() {
        return Ok(());
    }
    let subjects: Vec<_> = people.iter().map(ToString::to_string).collect();
    let mut from = Some(0);
    while let Some(position) = from {
        let kinds = UserEvent::KINDS;
        let looked = outbox::forget_about(conn, kinds, &subjects, position, OUTBOX_ROWS).await?;
        from = looked.next;
    }
    Ok(())
}

/// Erases the names and tells of it, unless another instance was faster.
async fn finish(conn: &mut Conn, user_id: UserId, now: DateTime<Utc>) -> Result<(), Error> {
    if let Some(version) = withdrawals::lock_leaver(conn, user_id).await? {
        withdrawals::finish(conn, user_id, now).await?;
        outbox::append(conn, SOURCE, now, UserEvent::Erased { user_id, version }).await?;
    }
    Ok(())
}
