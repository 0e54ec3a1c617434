//! Each select of a search is answered from one index alone, whatever is looked for.

use std::sync::{Arc, Mutex};

use chassis::db::Conn;
use chrono::TimeDelta;
use diesel::connection::InstrumentationEvent;
use diesel::sql_types::{Nullable, Text};
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use party_service::domain::geo::Coordinates;
use party_service::domain::party_search::{CatalogCode, PartyOrder, PartySearch};
use party_service::market_map::MarketMap;
use party_service::store::parties::mine::{self, Wanted};
use party_service::store::parties::nearby::{After, Query, find};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use testkit::TestDatabase;

use super::nearby::crowd::{insert, markets, some_parties};
use super::stage::Stage;
use crate::helpers::{database, noon};

/// A row of a plan.
#[derive(Debug, diesel::QueryableByName)]
struct Step {
    #[diesel(sql_type = Nullable<Text>)]
    table: Option<String>,
    #[diesel(sql_type = Nullable<Text>, column_name = "type")]
    kind: Option<String>,
    #[diesel(sql_type = Nullable<Text>, column_name = "Extra")]
    extra: Option<String>,
}

impl Step {
    /// Whether a part of an index is read and nothing else.
    fn is_good(&self) -> bool {
        let kind = self.kind.as_deref().unwrap_or_default();
        let extra = self.extra.as_deref().unwrap_or_default();
        match self.table.as_deref().unwrap_or_default() {
            "parties" => matches!(kind, "ref" | "range") && extra.contains("Using index"),
            "market_list" => matches!(kind, "const" | "system"),
            table => table.starts_with("<union"),
        }
    }
}

/// The statements that some work sends.
async fn statements(database: &TestDatabase, work: impl AsyncFnOnce(&mut Conn)) -> Vec<String> {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let log = sent.clone();
    let mut conn = database.conn().await;
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            log.lock().unwrap().push(query.to_string());
        }
    });
    work(&mut conn).await;
    let sent = sent.lock().unwrap();
    sent.iter().map(|sql| sql.split(" -- binds").next().unwrap().to_owned()).collect()
}

/// The statement with a value for each parameter, as `EXPLAIN` has no other way to get them.
fn with_values(sql: &str) -> String {
    let id = "x'019abc00000070008000000000000000'";
    let mut filled = String::new();
    let mut parts = sql.split('?').peekable();
    while let Some(part) = parts.next() {
        filled.push_str(part);
        if parts.peek().is_none() {
            break;
        }
        // The last column named before the parameter says of which type it is.
        let columns = ["cell", "market_id", "join_deadline", "starts_at", "_code", "LIMIT", "id"];
        let column = columns.into_iter().max_by_key(|column| filled.rfind(column)).unwrap();
        filled.push_str(match column {
            "cell" => "4000000000000000",
            "starts_at" if filled.ends_with("< ") => "'2026-11-24 03:00:00'",
            "join_deadline" | "starts_at" => "'2026-11-23 03:00:00'",
            "_code" => "'01'",
            "LIMIT" => "101",
            _ => id,
        });
    }
    filled
}

#[tokio::test(flavor = "multi_thread")]
async fn d12_a_search_reads_ranges_of_indexes_and_nothing_else() {
    let mut random = StdRng::seed_from_u64(511);
    let database = database().await;
    let places = markets(&database, &mut random, 400).await;
    let crowd = some_parties(&mut random, &places, 6_000);
    insert(&database, &places, &crowd).await;
    let center = Coordinates::new(37.6, 127.0).unwrap();
    let some = |text: &str| Some(CatalogCode::parse(text).unwrap());
    let (item, category) = (some("07"), some("03"));
    let after = After {
        id: crowd[0].id,
        market_id: places[crowd[0].market].id,
        join_deadline: crowd[0].join_deadline,
    };
    let searches = [
        PartySearch::default(),
        PartySearch { item: item.clone(), ..PartySearch::default() },
        PartySearch { category: category.clone(), ..PartySearch::default() },
        PartySearch {
            starts_after: Some(noon()),
            starts_before: Some(noon() + TimeDelta::days(1)),
            ..PartySearch::default()
        },
        PartySearch { item, category, ..PartySearch::default() },
        PartySearch { market: Some(after.market_id), ..PartySearch::default() },
    ];
    let map = MarketMap::default();
    let mut conn = database.conn().await;
    // The first search makes the map; the others use it.
    let first = Query { center, search: &searches[0], order: PartyOrder::Distance, now: noon() };
    find(&mut conn, &map, first, None, 1).await.unwrap();
    for search in &searches {
        for order in [PartyOrder::Distance, PartyOrder::Closing, PartyOrder::Newest] {
            for after in [None, Some(after)] {
                let query = Query { center, search, order, now: noon() };
                let work = async |conn: &mut Conn| {
                    drop(find(conn, &map, query, after, 101).await.unwrap());
                };
                for sql in statements(&database, work).await {
                    let explain = format!("EXPLAIN {}", with_values(&sql));
                    let plan: Vec<Step> =
                        diesel::sql_query(&explain).load(&mut conn).await.unwrap();
                    for step in plan {
                        assert!(step.is_good(), "{step:?} {explain}");
                    }
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d24_a_list_takes_as_many_queries_however_long_it_is() {
    let stage = Stage::spawn().await;
    let [a, b, person] = stage.people().await;
    let mut counts = Vec::new();
    for leader in [&a, &b] {
        for _ in 0..4 {
            let path = stage.open(leader).await;
            person.apply(&path, 1).await.expect(201);
        }
        stage.open(&person).await;
        let all = Wanted { role: None, status: None, before: None };
        let mut length = 0;
        let sent = statements(&stage.app.database, async |conn| {
            length = mine::list(conn, person.id, all, 100, noon()).await.unwrap().len();
        })
        .await;
        counts.push((length, sent.len()));
    }
    assert_eq!(counts, [(5, 4), (10, 4)]);
}
