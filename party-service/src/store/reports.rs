//! Reports in the database.

mod row;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::{ReportId, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use self::row::Row;
use crate::domain::report::{Note, Report, Resolution, resolution_name};
use crate::schema::parties;
use crate::schema::reports::{dsl, table};

/// The unique key of open reports: one person has one of one thing.
pub const UNIQUE_OPEN: &str = "uq_reports_open";

const OPEN: &str = "open";
const RESOLVED: &str = "resolved";

/// Inserts an open report. [`UNIQUE_OPEN`] may refuse it.
pub async fn insert(conn: &mut Conn, report: &Report) -> Result<(), DbError> {
    let key = report.reference.key(report.reason);
    let row = (Row::from(report), dsl::status.eq(OPEN), dsl::open_reference.eq(key));
    diesel::insert_into(dsl::reports).values(row).execute(conn).await?;
    Ok(())
}

/// The open report of this thing by this person.
pub async fn find_open(
    conn: &mut Conn,
    reporter: UserId,
    key: &str,
) -> Result<Option<Report>, DbError> {
    let row: Option<Row> = dsl::reports
        .filter(dsl::reporter_id.eq(reporter))
        .filter(dsl::open_reference.eq(key))
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?;
    row.map(Report::try_from).transpose()
}

/// How many open reports somebody has.
pub async fn count_open(conn: &mut Conn, reporter: UserId) -> Result<usize, DbError> {
    let open: i64 = dsl::reports
        .filter(dsl::reporter_id.eq(reporter))
        .filter(dsl::open_reference.is_not_null())
        .count()
        .get_result(conn)
        .await?;
    Ok(usize::try_from(open).unwrap_or(usize::MAX))
}

/// The report, if there is one.
pub async fn find(conn: &mut Conn, id: ReportId) -> Result<Option<Report>, DbError> {
    let row: Option<Row> =
        dsl::reports.find(id).select(Row::as_select()).first(conn).await.optional()?;
    row.map(Report::try_from).transpose()
}

/// The report, held until the end of the transaction.
pub async fn lock(conn: &mut Conn, id: ReportId) -> Result<Option<Report>, DbError> {
    let row: Option<Row> =
        dsl::reports.find(id).select(Row::as_select()).for_update().first(conn).await.optional()?;
    row.map(Report::try_from).transpose()
}

/// Stores what came of a report.
pub async fn resolve(
    conn: &mut Conn,
    id: ReportId,
    resolution: Resolution,
    note: Option<&Note>,
    admin: UserId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::update(dsl::reports.find(id))
        .set((
            dsl::status.eq(RESOLVED),
            dsl::open_reference.eq(None::<String>),
            dsl::resolution.eq(resolution_name(resolution)),
            dsl::note.eq(note.map(Note::as_str)),
            dsl::resolved_by.eq(admin),
            dsl::resolved_at.eq(now.naive_utc()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Up to `limit` reports: the open ones with the oldest first, for they wait, or the resolved ones
/// with the newest first; after one.
pub async fn list(
    conn: &mut Conn,
    open: bool,
    after: Option<ReportId>,
    limit: u32,
) -> Result<Vec<Report>, DbError> {
    let mut query = dsl::reports
        .filter(dsl::status.eq(if open { OPEN } else { RESOLVED }))
        .select(Row::as_select())
        .limit(limit.into())
        .into_boxed();
    query = if open { query.order(dsl::id.asc()) } else { query.order(dsl::id.desc()) };
    query = match after {
        Some(after) if open => query.filter(dsl::id.gt(after)),
        Some(after) => query.filter(dsl::id.lt(after)),
        None => query,
    };
    let rows: Vec<Row> = query.load(conn).await?;
    rows.into_iter().map(Report::try_from).collect()
}

/// Erases the words of some reports by a person, and of those who decided on them; says of how many.
pub async fn erase_texts_of(conn: &mut Conn, user: UserId, limit: i64) -> Result<usize, DbError> {
    let ids: Vec<ReportId> = dsl::reports
        .filter(dsl::reporter_id.eq(user))
        .filter(has_words())
        .select(dsl::id)
        .limit(limit)
        .load(conn)
        .await?;
    erase_texts(conn, &ids).await
}

/// The same of reports by others about a person, or about a party they led.
pub async fn erase_texts_about(
    conn: &mut Conn,
    user: UserId,
    limit: i64,
) -> Result<usize, DbError> {
    let led = parties::table
        .filter(parties::leader_id.eq(user))
        .inner_join(table.on(about("party").and(dsl::subject_id.eq(parties::id))));
    let mut ids: Vec<ReportId> =
        led.filter(has_words()).select(dsl::id).limit(limit).load(conn).await?;
    let of_them = dsl::reports.filter(dsl::subject_id.eq(user)).filter(about("user"));
    ids.extend(
        of_them.filter(has_words()).select(dsl::id).limit(limit).load::<ReportId>(conn).await?,
    );
    erase_texts(conn, &ids).await
}

async fn erase_texts(conn: &mut Conn, ids: &[ReportId]) -> Result<usize, DbError> {
    let nothing = (dsl::text.eq(None::<String>), dsl::note.eq(None::<String>));
    diesel::update(dsl::reports.filter(dsl::id.eq_any(ids))).set(nothing).execute(conn).await?;
    Ok(ids.len())
}

/// The same of reports of messages of a person, and what was said there; says of how many.
pub async fn erase_said_by(conn: &mut Conn, user: UserId, limit: i64) -> Result<usize, DbError> {
    let ids: Vec<ReportId> = dsl::reports
        .filter(dsl::said_by.eq(user))
        .filter(dsl::said.is_not_null().or(has_words()))
        .select(dsl::id)
        .limit(limit)
        .load(conn)
        .await?;
    let rows = dsl::reports.filter(dsl::id.eq_any(&ids));
    diesel::update(rows).set(dsl::said.eq(None::<String>)).execute(conn).await?;
    erase_texts(conn, &ids).await
}

/// Up to `limit` reports by a person, the newest first, before one.
pub async fn list_of(
    conn: &mut Conn,
    reporter: UserId,
    before: Option<ReportId>,
    limit: u32,
) -> Result<Vec<Report>, DbError> {
    let mut query = dsl::reports
        .filter(dsl::reporter_id.eq(reporter))
        .select(Row::as_select())
        .order(dsl::id.desc())
        .limit(limit.into())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(dsl::id.lt(before));
    }
    let rows: Vec<Row> = query.load(conn).await?;
    rows.into_iter().map(Report::try_from).collect()
}

/// Whether a report is about this kind of thing.
fn about(kind: &'static str) -> diesel::dsl::Eq<dsl::kind, &'static str> {
    dsl::kind.eq(kind)
}

/// Whether there are words in a report.
#[diesel::dsl::auto_type]
fn has_words() -> _ {
    dsl::text.is_not_null().or(dsl::note.is_not_null())
}
