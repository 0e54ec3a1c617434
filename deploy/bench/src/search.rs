//! `bench search`: finding items by their names, in memory, through the service, and with `LIKE` in
//! the database.

mod http;
mod like;
mod queries;

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use catalog_service::catalogue::{Catalogue, Scope, Search};
use catalog_service::domain::{Code, Coded, Item, Name};
use catalog_service::search::Pattern;
use clap::Args;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use self::queries::Kind;
use crate::catalog_service::{StandIn, command, database, items_csv, serve};
use crate::stats::{Latencies, Table, thousands};

/// What can be chosen.
#[derive(Debug, Args)]
pub struct Options {
    /// How many made-up items the large catalogue has
    #[arg(long, default_value_t = 1_000_000)]
    items: usize,
    /// Queries of each kind
    #[arg(long, default_value_t = 500)]
    queries: usize,
    /// How many ask the service and the database at once
    #[arg(long, default_value_t = 4)]
    clients: usize,
    /// Seconds that the service and the database are asked
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

/// Measures and prints the tables.
pub fn run(options: &Options) -> Result<()> {
    let real = read_items()?;
    in_memory(&real, options)?;
    let large: Vec<Item> = made_up(&real, options.items)?;
    in_memory(&large, options)?;
    drop(large);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(beside_like(&real, options))
}

/// Every kind of query against the search itself.
fn in_memory(items: &[Item], options: &Options) -> Result<()> {
    let began = Instant::now();
    let catalogue = Catalogue::new(1, items.to_vec());
    let made = began.elapsed();
    let mut table = Table::new(["query", "p50 µs", "p99 µs", "max µs"]);
    let mut random = StdRng::seed_from_u64(509);
    for kind in Kind::ALL {
        let queries = kind.queries(&mut random, items, options.queries);
        // Once to warm up, then twice.
        let mut each = Vec::new();
        for round in 0..3 {
            for query in &queries {
                let began = Instant::now();
                let search = Search {
                    pattern: Pattern::parse(query),
                    scope: Scope::Sold,
                    after: None,
                    limit: 20,
                };
                std::hint::black_box(catalogue.search(&search));
                if round > 0 {
                    each.push(began.elapsed());
                }
            }
        }
        let latencies = Latencies::new(each);
        let us = |per_mille| format!("{:.1}", microseconds(latencies.percentile(per_mille)));
        table.row([kind.name().to_owned(), us(500), us(990), us(1000)]);
    }
    let count = thousands(f64::from(u32::try_from(items.len())?));
    println!("{table}\n{count} items, made searchable in {} ms\n", made.as_millis());
    Ok(())
}

/// The service over HTTP and `LIKE` in the database, with the same queries.
async fn beside_like(items: &[Item], options: &Options) -> Result<()> {
    let folder = items_csv()?;
    let folder = folder.parent().map_or_else(Default::default, std::path::Path::to_owned);
    let source = StandIn::start(&folder, Duration::ZERO).await?;
    let url = database("bench_search").await?;
    let imported = command(&url, &source.url)?.arg("import").output().await?;
    ensure!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let (address, _service) = serve(&url).await?;

    let mut random = StdRng::seed_from_u64(509);
    let kinds = Kind::ALL.into_iter().filter(|kind| kind.suits_like());
    let queries: Vec<String> =
        kinds.flat_map(|kind| kind.queries(&mut random, items, options.queries)).collect();
    let duration = Duration::from_secs(options.seconds);
    let service = http::ask(address, &queries, options.clients, duration).await?;
    let like = like::ask(&url, &queries, options.clients, duration).await?;

    let mut table = Table::new(["", "requests/s", "p50 µs", "p99 µs"]);
    for (name, latencies) in [("the service, over HTTP", service), ("`LIKE` in MariaDB", like)] {
        let per_second = f64::from(u32::try_from(latencies.count())?) / duration.as_secs_f64();
        let us = |per_mille| thousands(microseconds(latencies.percentile(per_mille)));
        table.row([name.to_owned(), thousands(per_second), us(500), us(990)]);
    }
    println!("{table}\n{} items, {} clients", items.len(), options.clients);
    Ok(())
}

fn read_items() -> Result<Vec<Item>> {
    let source = catalog_service::import::FileRows::open(&items_csv()?)?;
    Ok(source.items())
}

/// So many items with the words of real ones, put together anew.
fn made_up(real: &[Item], count: usize) -> Result<Vec<Item>> {
    let refused = |reason: chassis::text::Invalid| anyhow::anyhow!("{}", reason.code);
    let mut items = Vec::with_capacity(count);
    for number in 0..count {
        let (Some(one), Some(other)) = (
            real.get(number % real.len()),
            real.get(number.wrapping_mul(7919).wrapping_add(number / real.len()) % real.len()),
        ) else {
            continue;
        };
        let words = [other.variety.name.as_str(), one.variety.name.as_str()];
        let name: String = words.concat().chars().take(Name::MAX_CHARS).collect();
        items.push(Item {
            category: one.category.clone(),
            item: one.item.clone(),
            variety: Coded {
                code: Code::parse(&format!("{number:010}")).map_err(refused)?,
                name: Name::parse(&name).map_err(refused)?,
            },
        });
    }
    Ok(items)
}

fn microseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}
