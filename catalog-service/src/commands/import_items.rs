//! Takes items over from outside.

use std::collections::HashMap;

use chassis::db::{Conn, DbError};
use chrono::{DateTime, Utc};

use crate::domain::Item;
use crate::store::{items, version};

/// What became of the items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// They were not there, or not active.
    pub inserted: usize,
    /// They were there and are different now.
    pub updated: usize,
    /// They were there just so.
    pub unchanged: usize,
}

/// Writes what is new or different; what is as it was is not touched. Each code stands in `given`
/// once.
pub async fn import_items(
    conn: &mut Conn,
    given: &[Item],
    now: DateTime<Utc>,
) -> Result<Counts, DbError> {
    let present = items::load_active(conn).await?;
    let present: HashMap<_, _> = present.iter().map(|item| (item.code(), item)).collect();
    let mut counts = Counts::default();
    let mut changed = Vec::new();
    for item in given {
        let count = match present.get(item.code()) {
            None => &mut counts.inserted,
            Some(known) if *known == item => {
                counts.unchanged += 1;
                continue;
            }
            Some(_) => &mut counts.updated,
        };
        *count += 1;
        changed.push(item.clone());
    }
    if !changed.is_empty() {
        items::upsert(conn, &changed, now).await?;
        version::bump(conn).await?;
    }
    Ok(counts)
}
