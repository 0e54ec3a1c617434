//! Takes over markets from a public list.

use std::ops::AddAssign;

use chassis::db::Conn;
use chrono::{DateTime, Utc};

use super::Error;
use crate::market_files::MarketRow;
use crate::store::markets::import::{self, MarketRecord};
use crate::store::markets::list;

/// What became of the rows of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Markets that were not known.
    pub inserted: usize,
    /// Markets of which something changed.
    pub updated: usize,
    /// Markets as they were.
    pub unchanged: usize,
}

impl AddAssign for Imported {
    fn add_assign(&mut self, more: Self) {
        self.inserted += more.inserted;
        self.updated += more.updated;
        self.unchanged += more.unchanged;
    }
}

/// Takes over these markets, by their source ids: at most one row for each, and some hundreds at
/// a time. A known market keeps its id; nothing is ever deleted, for parties meet there.
pub async fn import_markets(
    conn: &mut Conn,
    now: DateTime<Utc>,
    rows: &[MarketRow],
) -> Result<Imported, Error> {
    let mut records: Vec<MarketRecord> = rows.iter().map(MarketRecord::from).collect();
    // In one order, so that two imports at once wait for each other instead of in a circle.
    records.sort_unstable_by(|a, b| a.source_id.cmp(&b.source_id));
    let source_ids: Vec<_> = records.iter().map(|record| record.source_id.as_str()).collect();
    let stored = import::stored(conn, &source_ids).await?;

    let mut imported = Imported::default();
    let mut to_write = Vec::with_capacity(records.len());
    for record in &records {
        let count = match stored.get(&record.source_id) {
            Some(known) if known == record => {
                imported.unchanged += 1;
                continue;
            }
            Some(_) => &mut imported.updated,
            None => &mut imported.inserted,
        };
        *count += 1;
        to_write.push(record);
    }
    if !to_write.is_empty() {
        import::upsert(conn, &to_write, now).await?;
        list::note_change(conn, now).await?;
    }
    Ok(imported)
}
