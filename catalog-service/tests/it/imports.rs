//! Imports from the open API, one after the other.

use std::sync::Arc;
use std::time::Duration;

use catalog_service::commands::{NewImport, start_import};
use catalog_service::config::Config;
use catalog_service::domain::{Code, ImportRun, Item, Missing, RunStatus};
use catalog_service::import::mafra::Mafra;
use catalog_service::import::{Importer, RawRow, Source};
use catalog_service::store::{import_refusals, items, version};
use chassis::clock::{Clock, ManualClock};
use chassis::redis::Cache;
use diesel_async::RunQueryDsl as _;
use testkit::{TestBus, TestDatabase, until};

use crate::helpers::{config, database_with, item, noon, sample, serve_with, some_items};
use crate::source::{Scripted, many_rows, published, stand_in, with_source};

/// An importer of a database from a source.
pub(crate) struct Imports {
    pub(crate) config: Config,
    pub(crate) importer: Importer,
    pub(crate) database: TestDatabase,
}

impl Imports {
    pub(crate) fn new(database: TestDatabase, source: &str) -> Self {
        let config = with_source(config(database.url()), source);
        let cache = Cache::new(&config.redis).unwrap();
        let clock = Clock::Manual(ManualClock::at(noon()));
        let importer = Importer::new(database.db(), cache, clock, &config.import);
        Self { config, importer, database }
    }

    /// Imports once.
    pub(crate) async fn run(&self, missing: Missing) -> ImportRun {
        let lock = self.importer.lock().await.unwrap().expect("nobody else imports");
        let new = NewImport { source: Source::MAFRA.into(), missing, requested_by: None };
        let run = self
            .database
            .db()
            .transaction(async |conn| start_import(conn, &new, noon()).await)
            .await
            .unwrap();
        let run = self.importer.work(&lock, run.id, self.source(), |_| {}).await.unwrap();
        lock.release().await;
        run
    }

    pub(crate) fn source(&self) -> Arc<Source> {
        Arc::new(Source::Mafra(Mafra::new(&self.config.mafra).unwrap().unwrap()))
    }

    /// The active items, by code.
    pub(crate) async fn items(&self) -> Vec<Item> {
        let mut items = items::load_active(&mut self.database.conn().await).await.unwrap();
        items.sort_by(|a, b| a.code().cmp(b.code()));
        items
    }
}

fn rows(items: &[Item]) -> Vec<RawRow> {
    items.iter().map(published).collect()
}

fn by_code(mut items: Vec<Item>) -> Vec<Item> {
    items.sort_by(|a, b| a.code().cmp(b.code()));
    items
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pages_arrive_through_all_the_trouble_of_the_source() {
    let folder = sample();
    let source = stand_in(folder.parent().unwrap(), Duration::ZERO, 0.3);
    let mut imports = Imports::new(database_with(&[]).await, &source);
    imports.config.mafra.attempts = 20;
    let run = imports.run(Missing::Deactivate).await;
    assert_eq!(run.status, RunStatus::Done);
    assert_eq!((run.tally.rows_read, run.tally.inserted, run.tally.refused), (206, 206, 0));
    assert_eq!(imports.items().await.len(), 206);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_import_of_the_same_writes_no_item() {
    let source = Scripted::of_rows(many_rows(2500));
    let imports = Imports::new(database_with(&[]).await, &source.url);
    let first = imports.run(Missing::Deactivate).await;
    assert_eq!((first.tally.pages_done(), first.tally.inserted), (3, 2500));
    let mut conn = imports.database.conn().await;
    // Any later write would take the mark away.
    diesel::sql_query("UPDATE items SET updated_at = '2000-01-01'")
        .execute(&mut conn)
        .await
        .unwrap();
    let before = version::read(&mut conn).await.unwrap();

    let second = imports.run(Missing::Deactivate).await;
    assert_eq!(second.status, RunStatus::Done);
    assert_eq!((second.tally.rows_read, second.tally.unchanged()), (2500, 2500));
    assert!(!second.tally.has_changes());
    assert_eq!(version::read(&mut conn).await.unwrap(), before);
    let marked = diesel::sql_query("UPDATE items SET active = 1 WHERE updated_at = '2000-01-01'");
    assert_eq!(marked.execute(&mut conn).await.unwrap(), 2500);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_asked_for_once_and_in_thousands() {
    let source = Scripted::of_rows(many_rows(2500));
    let imports = Imports::new(database_with(&[]).await, &source.url);
    imports.run(Missing::Deactivate).await;
    let mut asked: Vec<_> = source.asked().iter().map(|asked| (asked.start, asked.end)).collect();
    asked.sort_unstable();
    assert_eq!(asked, [(1, 1000), (1001, 2000), (2001, 3000)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_new_different_gone_and_back_is_told_apart() {
    let mut now = some_items();
    let imports = Imports::new(database_with(&now).await, &Scripted::of_rows(rows(&now[1..])).url);
    // One is gone.
    let run = imports.run(Missing::Deactivate).await;
    assert_eq!((run.tally.unchanged(), run.tally.deactivated), (13, 1));
    assert_eq!(imports.items().await, by_code(now[1..].to_vec()));

    // It is back, another one is called differently, and one is new.
    now[1] = item("060103", "과실류", "사과", "부사");
    now.push(item("060104", "과실류", "사과", "아오리"));
    let source = Scripted::of_rows(rows(&now));
    let imports = Imports::new(imports.database, &source.url);
    let run = imports.run(Missing::Deactivate).await;
    assert_eq!((run.tally.inserted, run.tally.updated, run.tally.unchanged()), (2, 1, 12));
    assert_eq!(imports.items().await, by_code(now));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_missing_items_are_not_deactivated_unless_someone_says_so() {
    let items = some_items();
    let source = Scripted::of_rows(rows(&items[..11]));
    let imports = Imports::new(database_with(&items).await, &source.url);
    let held = imports.run(Missing::Deactivate).await;
    assert_eq!((held.status, held.outcome.as_deref()), (RunStatus::Held, Some("too_many_missing")));
    assert_eq!(imports.items().await.len(), items.len());

    let kept = imports.run(Missing::Keep).await;
    assert_eq!((kept.status, kept.tally.deactivated), (RunStatus::Done, 0));
    assert_eq!(imports.items().await.len(), items.len());

    let forced = imports.run(Missing::Force).await;
    assert_eq!((forced.status, forced.tally.deactivated), (RunStatus::Done, 3));
    assert_eq!(imports.items().await, by_code(items[..11].to_vec()));
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_rows_are_kept_with_their_reasons_and_deactivate_nothing() {
    let items = some_items();
    let mut published = rows(&items);
    published[0].variety_name = " ".into();
    published.push(published[1].clone());
    published.push(RawRow { category_name: "사\u{fffd}".into(), ..published[2].clone() });
    let source = Scripted::of_rows(published);
    let imports = Imports::new(database_with(&items).await, &source.url);
    let run = imports.run(Missing::Deactivate).await;
    assert_eq!((run.status, run.tally.refused), (RunStatus::Done, 3));
    assert_eq!(imports.items().await, by_code(items));

    let mut conn = imports.database.conn().await;
    let kept = import_refusals::list(&mut conn, run.id, 0, 100).await.unwrap();
    let kept: Vec<_> = kept
        .iter()
        .map(|refusal| (refusal.line, refusal.field.as_deref(), refusal.reason.as_str()))
        .collect();
    assert_eq!(
        kept,
        [
            (1, Some("variety_name"), "missing"),
            (15, Some("variety_code"), "duplicate"),
            (16, Some("category_name"), "unreadable"),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_name_nothing_leave_it_open_what_is_missing() {
    let items = some_items();
    let mut published = rows(&items);
    published[0] = RawRow::default();
    let source = Scripted::of_rows(published);
    let imports = Imports::new(database_with(&items).await, &source.url);
    let run = imports.run(Missing::Deactivate).await;
    assert_eq!((run.status, run.outcome.as_deref()), (RunStatus::Held, Some("unreadable_rows")));
    assert_eq!(imports.items().await.len(), items.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn d53_items_without_a_code_are_told_apart_by_all_their_names() {
    let mut published = rows(&[
        item("061001", "과실류", "기타", "무화과"),
        item("071001", "수실류", "기타", "무화과"),
    ]);
    for row in &mut published {
        row.variety_code = String::new();
    }
    let source = Scripted::of_rows(published);
    let imports = Imports::new(database_with(&[]).await, &source.url);
    assert_eq!(imports.run(Missing::Deactivate).await.tally.inserted, 2);
    let again = imports.run(Missing::Deactivate).await;
    assert_eq!((again.tally.unchanged(), again.tally.deactivated), (2, 0));
    let codes: Vec<Code> = imports.items().await.iter().map(|item| item.code().clone()).collect();
    assert_eq!(codes.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_tells_the_world_in_its_own_transaction() {
    #[derive(diesel::QueryableByName)]
    struct Event {
        #[diesel(sql_type = diesel::sql_types::Text)]
        payload: String,
    }

    let source = Scripted::of_rows(rows(&some_items()));
    let imports = Imports::new(database_with(&[]).await, &source.url);
    let run = imports.run(Missing::Deactivate).await;
    imports.run(Missing::Deactivate).await;
    let mut conn = imports.database.conn().await;
    let events: Vec<Event> =
        diesel::sql_query("SELECT payload FROM outbox").load(&mut conn).await.unwrap();
    assert_eq!(events.len(), 1, "an import that changed nothing is no news");
    let event: contracts::Event<contracts::catalog::CatalogImported> =
        serde_json::from_str(&events[0].payload).unwrap();
    assert_eq!((event.data.run_id, event.data.inserted), (run.id, 14));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_news_of_an_import_is_published() {
    let bus = TestBus::new();
    let imports = Imports::new(database_with(&[]).await, &Scripted::of_rows(many_rows(3)).url);
    let mut config = imports.config.clone();
    config.broker = bus.config();
    let service = serve_with(config).await;
    imports.run(Missing::Deactivate).await;
    until("the event is published", async || {
        let waiting = diesel::sql_query("UPDATE outbox SET kind = kind WHERE published_at IS NULL");
        let mut conn = imports.database.conn().await;
        (waiting.execute(&mut conn).await.unwrap() == 0).then_some(())
    })
    .await;
    drop(service);
}
