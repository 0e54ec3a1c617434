//! The pages of the run under way that are done, and which items they held.

use chassis::db::{Conn, DbError};
use contracts::ImportRunId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::domain::Code;
use crate::schema::import_pages::dsl;

/// Between two codes in a row.
const SEPARATOR: &str = " ";

/// Notes that a page is done.
pub async fn insert(
    conn: &mut Conn,
    run: ImportRunId,
    page: u32,
    codes: &[Code],
) -> Result<(), DbError> {
    let codes: Vec<&str> = codes.iter().map(Code::as_str).collect();
    diesel::insert_into(dsl::import_pages)
        .values((dsl::run_id.eq(run), dsl::page.eq(page), dsl::codes.eq(codes.join(SEPARATOR))))
        .execute(conn)
        .await?;
    Ok(())
}

/// The items of all pages that are done.
pub async fn load_codes(conn: &mut Conn, run: ImportRunId) -> Result<Vec<Code>, DbError> {
    let pages: Vec<String> =
        dsl::import_pages.filter(dsl::run_id.eq(run)).select(dsl::codes).load(conn).await?;
    let codes = pages.iter().flat_map(|codes| codes.split(SEPARATOR)).filter(|c| !c.is_empty());
    codes
        .map(|code| {
            Code::parse(code).map_err(|_| DbError::Inconsistent {
                table: "import_pages",
                column: "codes",
                value: code.to_owned(),
            })
        })
        .collect()
}

/// Forgets the pages of a run that has ended.
pub async fn delete(conn: &mut Conn, run: ImportRunId) -> Result<(), DbError> {
    diesel::delete(dsl::import_pages.filter(dsl::run_id.eq(run))).execute(conn).await?;
    Ok(())
}
