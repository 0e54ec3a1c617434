//! Asks the database with `LIKE`, as an earlier implementation did.

use std::time::{Duration, Instant};

use anyhow::Result;
use chassis::db::Conn;
use diesel::sql_types::Text;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use futures_util::future::try_join_all;

use crate::stats::Latencies;

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    _code: String,
}

/// Asks for so long, with so many clients.
pub(super) async fn ask(
    database: &str,
    queries: &[String],
    clients: usize,
    duration: Duration,
) -> Result<Latencies> {
    let until = Instant::now() + duration;
    let clients = (0..clients).map(|first| client(database, queries, first * 97, until));
    Ok(Latencies::new(try_join_all(clients).await?.concat()))
}

async fn client(
    database: &str,
    queries: &[String],
    first: usize,
    until: Instant,
) -> Result<Vec<Duration>> {
    let mut conn = Conn::establish(database).await?;
    let mut latencies = Vec::new();
    for query in queries.iter().cycle().skip(first) {
        let began = Instant::now();
        if began > until {
            break;
        }
        let rows: Vec<Row> = diesel::sql_query(
            "SELECT code AS _code FROM items WHERE item_name LIKE ? OR variety_name LIKE ? \
             ORDER BY code LIMIT 20",
        )
        .bind::<Text, _>(format!("%{query}%"))
        .bind::<Text, _>(format!("%{query}%"))
        .load(&mut conn)
        .await?;
        std::hint::black_box(rows);
        latencies.push(began.elapsed());
    }
    Ok(latencies)
}
