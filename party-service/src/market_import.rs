//! Takes over all markets of a file, some hundreds at a time.
//!
//! Each lot is committed by itself. Should the file break off or the database go away, what came
//! before is stored, and running the import again finishes it: what is known already is unchanged.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::mem;

use chassis::clock::Clock;
use chassis::db::Db;

use crate::commands;
use crate::commands::import_markets::{Imported, import_markets};
use crate::market_files::{FileError, MarketFile, MarketRow, Refusal};

/// How many markets are written at once: one statement of some 200 KB, well below what a server
/// takes by default (16 MB in MariaDB, 64 MB in MySQL), and few round trips.
const LOT: usize = 500;

/// What became of the records of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Those that are markets.
    pub imported: Imported,
    /// Those that are not, counted by the code of their reason.
    pub refused: BTreeMap<&'static str, usize>,
}

/// The import ended early.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read any further.
    #[error("the file breaks off")]
    File {
        /// Why.
        source: FileError,
        /// What became of the records before; the markets among them are stored.
        so_far: Report,
    },
    /// The markets could not be stored.
    #[error(transparent)]
    Store(#[from] commands::Error),
}

/// Imports a file. Each record that is refused is shown to `on_refusal`.
///
/// Reading blocks the thread, so this is for a program that has nothing else to do.
pub async fn import_file<R: Read>(
    db: &Db,
    clock: &Clock,
    file: MarketFile<R>,
    mut on_refusal: impl FnMut(&Refusal),
) -> Result<Report, ImportError> {
    let mut report = Report::default();
    let mut lot = Vec::with_capacity(LOT);
    for record in file {
        match record {
            Ok(Ok(row)) => lot.push(row),
            Ok(Err(refusal)) => {
                *report.refused.entry(refusal.reason.code()).or_default() += 1;
                on_refusal(&refusal);
            }
            Err(source) => {
                report.imported += store(db, clock, &lot).await?;
                return Err(ImportError::File { source, so_far: report });
            }
        }
        if lot.len() == LOT {
            report.imported += store(db, clock, &mem::take(&mut lot)).await?;
        }
    }
    report.imported += store(db, clock, &lot).await?;
    Ok(report)
}

async fn store(db: &Db, clock: &Clock, rows: &[MarketRow]) -> Result<Imported, commands::Error> {
    if rows.is_empty() {
        return Ok(Imported::default());
    }
    let now = clock.now();
    db.transaction(async |conn| import_markets(conn, now, rows).await).await
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Imported { inserted, updated, unchanged } = self.imported;
        let refused: usize = self.refused.values().sum();
        let read = inserted + updated + unchanged + refused;
        write!(
            f,
            "{read} record(s): {inserted} inserted, {updated} updated, {unchanged} unchanged, \
             {refused} refused"
        )?;
        for (reason, count) in &self.refused {
            write!(f, "\n  {count} {reason}")?;
        }
        Ok(())
    }
}
