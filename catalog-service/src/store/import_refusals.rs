//! The rows that were not taken.

use chassis::db::{Conn, DbError};
use contracts::ImportRunId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::Code;
use crate::import::Refusal;
use crate::schema::import_refusals::{self, dsl};

#[derive(Insertable)]
#[diesel(table_name = import_refusals)]
struct NewRow<'a> {
    run_id: ImportRunId,
    line: u32,
    field: Option<&'a str>,
    reason: &'a str,
    code: Option<&'a str>,
    content: &'a str,
}

/// A refused row as it was kept.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = import_refusals)]
pub struct KeptRefusal {
    /// Where the row stands in the source, from 1 on; in a file, the line.
    pub line: u32,
    /// The column at fault; none if the row as a whole is.
    pub field: Option<String>,
    /// What is wrong, as a stable name.
    pub reason: String,
    /// What the row says.
    pub content: String,
}

/// Keeps the refused rows of a page.
pub async fn insert(
    conn: &mut Conn,
    run: ImportRunId,
    refusals: &[Refusal],
) -> Result<(), DbError> {
    if refusals.is_empty() {
        return Ok(());
    }
    let row = |refusal| {
        let Refusal { line, field, reason, code, content }: &Refusal = refusal;
        let (line, field, code) = (*line, *field, code.as_ref().map(Code::as_str));
        NewRow { run_id: run, line, field, reason, code, content }
    };
    let rows: Vec<NewRow<'_>> = refusals.iter().map(row).collect();
    diesel::insert_into(dsl::import_refusals).values(&rows).execute(conn).await?;
    Ok(())
}

/// The codes that the refused rows of a run name; none for a row that names none.
pub async fn load_codes(conn: &mut Conn, run: ImportRunId) -> Result<Vec<Option<Code>>, DbError> {
    let codes: Vec<Option<String>> =
        dsl::import_refusals.filter(dsl::run_id.eq(run)).select(dsl::code).load(conn).await?;
    Ok(codes.into_iter().map(|code| Code::parse(&code?).ok()).collect())
}

/// Up to `limit` refused rows after the line `after`, in order.
pub async fn list(
    conn: &mut Conn,
    run: ImportRunId,
    after: u32,
    limit: u32,
) -> Result<Vec<KeptRefusal>, DbError> {
    let rows = dsl::import_refusals
        .filter(dsl::run_id.eq(run).and(dsl::line.gt(after)))
        .order(dsl::line)
        .limit(limit.into())
        .select(KeptRefusal::as_select())
        .load(conn)
        .await?;
    Ok(rows)
}
