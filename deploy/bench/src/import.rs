//! `bench import`: the catalogue from its source into the database, beside the same job done one
//! page after the other and row by row.
//!
//! What is timed is the whole program, from its start to its end. The servers flush every commit.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use catalog_service::config::MafraConfig;
use catalog_service::import::{RawRow, Source, mafra::Mafra};
use chassis::db::Conn;
use clap::Args;
use diesel::sql_types::Text;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use nix::sys::resource::{UsageWho, getrusage};

use crate::catalog_service::{KEY, StandIn, command, database, rows};
use crate::stats::{Table, median, thousands};

/// What can be chosen.
#[derive(Debug, Args)]
pub struct Options {
    /// How many rows are imported; several numbers make several tables
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 13_692])]
    rows: Vec<usize>,
    /// How many milliseconds the source takes for a page
    #[arg(long, value_delimiter = ',', default_values_t = [0, 100, 500])]
    latencies: Vec<u64>,
    /// Rounds; the table has their medians
    #[arg(long, default_value_t = 7)]
    rounds: usize,
}

/// Measures and prints the tables.
pub fn run(options: &Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        for &count in &options.rows {
            let (folder, count) = rows(count)?;
            let mut table = Table::new([
                "ms a page",
                "import, ms",
                "the same again, ms",
                "one page after the other, row by row, ms",
            ]);
            for &latency in &options.latencies {
                let source = StandIn::start(folder.path(), Duration::from_millis(latency)).await?;
                let (mut first, mut again) = (Vec::new(), Vec::new());
                for round in 1..=options.rounds {
                    let url = database("bench_import").await?;
                    first.push(import(&url, &source.url, &format!("{count} inserted")).await?);
                    again.push(import(&url, &source.url, &format!("{count} unchanged")).await?);
                    eprintln!("{count} rows, {latency} ms a page, round {round}");
                }
                let serial = serially(&source.url, count).await?;
                table.row([
                    latency.to_string(),
                    thousands(median(first)),
                    thousands(median(again)),
                    thousands(milliseconds(serial)),
                ]);
            }
            println!(
                "{table}\n{count} rows, medians of {} rounds; row by row once",
                options.rounds
            );
        }
        // Only imports have ended so far: the source is still there.
        let peak_kb = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
        println!("peak memory of an import: {} MB", peak_kb / 1024);
        Ok(())
    })
}

/// Imports once; says how long the program took.
async fn import(database: &str, source: &str, expected: &str) -> Result<f64> {
    let began = Instant::now();
    let output = command(database, source)?.arg("import").output().await?;
    let elapsed = began.elapsed();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(
        output.status.success() && said.contains(expected),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(milliseconds(elapsed))
}

/// What an earlier implementation of this job did first: one page, then for each of its rows a look
/// whether it is there and a transaction of its own, then the next page.
async fn serially(source: &str, count: usize) -> Result<Duration> {
    let url = database("bench_import_serially").await?;
    let mut conn = Conn::establish(&url).await?;
    let config = MafraConfig {
        base_url: source.parse()?,
        key: KEY.into(),
        timeout: Duration::from_secs(30),
        attempts: 1,
        retry_pause: Duration::ZERO,
    };
    let Some(mafra) = Mafra::new(&config)? else { anyhow::bail!("there is a key") };
    let source = Source::Mafra(mafra);
    let began = Instant::now();
    let mut read = 0;
    for number in 0.. {
        let page = source.page(number).await?;
        for line in &page.lines {
            let Ok(row) = &line.row else { continue };
            store(&mut conn, row).await?;
        }
        read += page.lines.len();
        if read >= count {
            break;
        }
    }
    Ok(began.elapsed())
}

async fn store(conn: &mut Conn, row: &RawRow) -> Result<()> {
    let found = diesel::sql_query("SELECT code FROM items WHERE code = ?")
        .bind::<Text, _>(row.variety_code.trim())
        .execute(conn)
        .await?;
    if found == 0 {
        diesel::sql_query("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, 1, NOW(6))")
            .bind::<Text, _>(row.variety_code.trim())
            .bind::<Text, _>(&row.category_code)
            .bind::<Text, _>(&row.category_name)
            .bind::<Text, _>(&row.item_code)
            .bind::<Text, _>(&row.item_name)
            .bind::<Text, _>(&row.variety_name)
            .execute(conn)
            .await?;
    }
    Ok(())
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
