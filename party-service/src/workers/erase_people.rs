//! Erases what is left of people who withdrew some days ago. The names go last: as long as they are
//! there, whoever was killed in the middle begins again and finds less to do.

use chassis::bus::outbox;
use chassis::db::{Conn, DbError};
use chassis::http::idempotency;
use contracts::UserId;
use contracts::event::EventData as _;
use contracts::user::UserEvent;

use crate::domain::door::Door;
use crate::domain::withdrawal::Step;
use crate::state::State;
use crate::store::{blocks, leavers, penalties, reports, sign_in_failures, withdrawals};

/// How many people are erased at once: the events that were published are looked through once for
/// all of them.
const PEOPLE: i64 = 100;
/// How many rows one statement changes, at most.
const ROWS: i64 = 1_000;
/// How many rows of the outbox one statement looks at.
const OUTBOX_ROWS: u64 = 10_000;

pub(super) async fn run(state: State) -> Result<(), DbError> {
    loop {
        let now = state.clock.now();
        let mut conn = state.db.conn().await?;
        let until = now - state.erase_after;
        let people = withdrawals::due(&mut conn, Step::Erase, until, PEOPLE).await?;
        if people.is_empty() {
            return Ok(());
        }
        for user in &people {
            forget_doors(&mut conn, *user).await?;
            erase_rows(&mut conn, *user).await?;
        }
        forget_events(&mut conn, &people).await?;
        withdrawals::finish(&mut conn, &people, now).await?;
        tracing::info!(people = people.len(), "erased people who have withdrawn");
    }
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
    while blocks::forget_of(conn, user, ROWS).await? > 0 {}
    // Few: one person can get one in each party, and give one to each member.
    penalties::erase_texts(conn, user).await
}

/// Forgets what was published of them: only events about accounts say more than who somebody is.
async fn forget_events(conn: &mut Conn, people: &[UserId]) -> Result<(), DbError> {
    let subjects: Vec<_> = people.iter().map(ToString::to_string).collect();
    let mut from = Some(0);
    while let Some(position) = from {
        let kinds = UserEvent::KINDS;
        let looked = outbox::forget_about(conn, kinds, &subjects, position, OUTBOX_ROWS).await?;
        from = looked.next;
    }
    Ok(())
}
