//! Importing markets: what is stored, what stays, what is refused.

use std::process::{Command, Output};

use chassis::clock::{Clock, ManualClock};
use chrono::{NaiveDateTime, TimeDelta};
use contracts::MarketId;
use diesel::sql_types::{Binary, Datetime, Text};
use diesel_async::RunQueryDsl;
use party_service::commands::import_markets::Imported;
use party_service::domain::geo::Coordinates;
use party_service::domain::market_kind::MarketKind;
use party_service::market_files::{MarketFile, MarketRow, Refusal, limits};
use party_service::market_import::{ImportError, Report, import_file};
use secrecy::ExposeSecret as _;
use testkit::TestDatabase;

use crate::helpers::{database, noon};
use crate::market_rows::{import, row};

const COLUMNS: &str = "source_id,name,type,store_class,chain,road_address,jibun_address,zip_code,\
    latitude,longitude,source\n";

#[derive(Debug, Clone, PartialEq, diesel::QueryableByName)]
struct Stored {
    #[diesel(sql_type = Binary)]
    id: MarketId,
    #[diesel(sql_type = Text)]
    source_id: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Datetime)]
    updated_at: NaiveDateTime,
}

async fn stored(database: &TestDatabase) -> Vec<Stored> {
    let sql = "SELECT id, source_id, name, updated_at FROM markets ORDER BY source_id";
    diesel::sql_query(sql).load(&mut database.conn().await).await.unwrap()
}

fn csv(lines: &[&str]) -> String {
    format!("{COLUMNS}{}\n", lines.join("\n"))
}

async fn import_text(
    database: &TestDatabase,
    clock: &ManualClock,
    text: &str,
) -> Result<(Report, Vec<String>), ImportError> {
    let file = MarketFile::open(text.as_bytes()).unwrap();
    let mut refused = Vec::new();
    let (db, clock) = (database.db(), Clock::Manual(clock.clone()));
    let on_refusal = |refusal: &Refusal| refused.push(refusal.to_string());
    let report = import_file(&db, &clock, file, on_refusal).await?;
    Ok((report, refused))
}

const A: &str = "A,가시장,시장,,,서울특별시 중구 가로 1,,04500,37.5,127.0,test";
const B: &str = "B,나시장,시장,,,서울특별시 중구 나로 2,,,37.6,127.1,test";
const C: &str = "C,다시장,시장,,,서울특별시 중구 다로 3,,,37.7,127.2,test";

fn counts(inserted: usize, updated: usize, unchanged: usize) -> Imported {
    Imported { inserted, updated, unchanged }
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_twice_changes_nothing() {
    let (database, clock) = (database().await, ManualClock::at(noon()));
    let (report, refused) = import_text(&database, &clock, &csv(&[A, B, C])).await.unwrap();
    assert_eq!((report.imported, refused.len()), (counts(3, 0, 0), 0));
    let first = stored(&database).await;

    clock.advance(TimeDelta::days(7));
    let (report, _) = import_text(&database, &clock, &csv(&[C, A, B])).await.unwrap();
    assert_eq!(report.imported, counts(0, 0, 3));
    assert_eq!(stored(&database).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_taken_over_and_the_id_stays() {
    let (database, clock) = (database().await, ManualClock::at(noon()));
    import_text(&database, &clock, &csv(&[A, B])).await.unwrap();
    let before = stored(&database).await;

    clock.advance(TimeDelta::days(7));
    let renamed = B.replace("나시장", "나나시장");
    let (report, _) = import_text(&database, &clock, &csv(&[A, &renamed, C])).await.unwrap();
    assert_eq!(report.imported, counts(1, 1, 1));
    let after = stored(&database).await;
    assert_eq!(after[0], before[0]);
    assert_eq!((after[1].id, after[1].name.as_str()), (before[1].id, "나나시장"));
    assert_eq!(after[1].updated_at, clock.now().naive_utc());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_column_counts_as_a_change() {
    let database = database().await;
    let original = row("시장", 37.5, 127.0);
    import(&database, std::slice::from_ref(&original)).await;
    let place = Coordinates::new(37.5, 127.000_000_1).unwrap();
    let changes: [fn(&mut MarketRow); 8] = [
        |row| row.source = "elsewhere".into(),
        |row| row.name.push('!'),
        |row| row.kind = MarketKind::Other,
        |row| row.published_type.clear(),
        |row| row.chain = Some("이마트".into()),
        |row| row.road_address.push('0'),
        |row| row.jibun_address = Some("서울특별시 중구 어느동 1".into()),
        |row| row.zip_code = Some("04500".into()),
    ];
    let mut market = original;
    for change in changes {
        change(&mut market);
        assert_eq!(import(&database, std::slice::from_ref(&market)).await, counts(0, 1, 0));
    }
    market.coordinates = place;
    assert_eq!(import(&database, std::slice::from_ref(&market)).await, counts(0, 1, 0));
    assert_eq!(import(&database, &[market]).await, counts(0, 0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_row_has_room() {
    let database = database().await;
    let mut longest = row("시장", 37.5, 127.0);
    longest.source_id = "힣".repeat(limits::SOURCE_ID);
    longest.source = "힣".repeat(limits::SOURCE);
    longest.name = "İ".repeat(limits::NAME);
    longest.kind = MarketKind::TraditionalMarket;
    longest.published_type = "힣".repeat(limits::PUBLISHED_TYPE);
    longest.chain = Some("힣".repeat(limits::CHAIN));
    longest.road_address = "𠀀".repeat(limits::ADDRESS);
    longest.jibun_address = Some("𠀀".repeat(limits::ADDRESS));
    longest.zip_code = Some("110714".into());
    let rows = [longest];
    assert_eq!(import(&database, &rows).await, counts(1, 0, 0));
    assert_eq!(import(&database, &rows).await, counts(0, 0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_market_that_left_its_source_stays() {
    let (database, clock) = (database().await, ManualClock::at(noon()));
    import_text(&database, &clock, &csv(&[A, B])).await.unwrap();
    import_text(&database, &clock, &csv(&[B])).await.unwrap();
    let ids: Vec<_> = stored(&database).await.into_iter().map(|market| market.source_id).collect();
    assert_eq!(ids, ["A", "B"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn source_ids_that_look_alike_are_two() {
    let (database, clock) = (database().await, ManualClock::at(noon()));
    let lower = A.replacen("A,", "a,", 1);
    let accented = A.replacen("A,", "Á,", 1);
    let (report, _) = import_text(&database, &clock, &csv(&[A, &lower, &accented])).await.unwrap();
    assert_eq!(report.imported, counts(3, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_rows_are_named_and_the_others_stored() {
    let (database, clock) = (database().await, ManualClock::at(noon()));
    let nameless = B.replace("나시장", "");
    let nowhere = C.replace("37.7", "999");
    let (report, refused) =
        import_text(&database, &clock, &csv(&[A, &nameless, &nowhere, A])).await.unwrap();
    assert_eq!(
        refused,
        [
            "line 3: the name is missing",
            "line 4: the coordinates are outside Korea",
            "line 5: an earlier record has the same id: A",
        ]
    );
    assert_eq!(
        report.to_string(),
        "4 record(s): 1 inserted, 0 updated, 0 unchanged, 3 refused\n  1 duplicate_id\n  \
         1 no_name\n  1 outside_korea"
    );
    assert_eq!(stored(&database).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_before_a_break_is_stored() {
    let (database, clock) = (database().await, ManualClock::at(noon()));
    let unclosed = format!("\"{}", "x".repeat(100_000));
    let error = import_text(&database, &clock, &csv(&[A, B, &unclosed])).await.unwrap_err();
    let ImportError::File { so_far, .. } = error else { panic!("{error:?}") };
    assert_eq!(so_far.imported, counts(2, 0, 0));
    assert_eq!(stored(&database).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_at_the_same_time_store_everything_once() {
    let database = database().await;
    let rows: Vec<_> = (0..400).map(|n| row(&format!("시장 {n}"), 37.5, 127.0)).collect();
    let reversed: Vec<_> = rows.iter().rev().cloned().collect();
    futures_util::future::join_all([
        import(&database, &rows),
        import(&database, &reversed),
        import(&database, &rows),
        import(&database, &reversed),
    ])
    .await;
    assert_eq!(stored(&database).await.len(), 400);
    assert_eq!(import(&database, &rows).await, counts(0, 0, 400));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_is_imported_whole() {
    let database = database().await;
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/sample/markets.csv");
    let output = run_import(&database, sample);
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(" 0 updated, 0 unchanged, 0 refused"), "{said}");
    let count = stored(&database).await.len();
    assert!(count >= 60 && said.contains(&format!("{count} inserted")), "{said}");
    let again = String::from_utf8(run_import(&database, sample).stdout).unwrap();
    assert!(again.contains(&format!("0 inserted, 0 updated, {count} unchanged")), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_says_what_is_wrong_with_a_file() {
    let database = database().await;
    let missing = run_import(&database, "/nonexistent/markets.csv");
    assert!(!missing.status.success());
    assert!(String::from_utf8_lossy(&missing.stderr).contains("/nonexistent/markets.csv"));
    let no_list = run_import(&database, concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    assert!(!no_list.status.success());
    assert!(String::from_utf8_lossy(&no_list.stderr).contains("not a list of markets"));
}

/// All of the public data, if it is there.
#[tokio::test(flavor = "multi_thread")]
async fn the_real_markets_are_imported_whole() {
    let Some(file) = crate::real_data::file("markets.csv") else { return };
    let database = database().await;
    let text = std::fs::read_to_string(&file).unwrap();
    let clock = ManualClock::at(noon());
    let (report, refused) = import_text(&database, &clock, &text).await.unwrap();
    assert_eq!((report.imported, refused), (counts(3_124, 0, 0), vec![]));
    let (report, _) = import_text(&database, &clock, &text).await.unwrap();
    assert_eq!(report.imported, counts(0, 0, 3_124));
}

fn run_import(database: &TestDatabase, file: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_party-service"))
        .args(["markets", "import", file])
        .env("PARTY__DATABASE__URL", database.url())
        .env("PARTY__REDIS__URL", testkit::redis_config().url.expose_secret())
        .env("PARTY__BROKER__URL", testkit::no_broker().url.expose_secret())
        .env("PARTY__TOKENS__KEYS_DIR", "not-needed")
        .output()
        .unwrap()
}
