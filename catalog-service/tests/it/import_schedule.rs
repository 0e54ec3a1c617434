//! The weekly import: Monday, 04:00 in Seoul, once.

use catalog_service::domain::RunStatus;
use catalog_service::store::import_runs;
use chrono::{DateTime, TimeDelta, Utc};
use testkit::{TestDatabase, until};

use crate::helpers::{Service, config, database_with, serve_with, some_items};
use crate::source::{Scripted, published, with_source};

/// Two instances at a moment.
async fn instances(database: &TestDatabase, now: &str, source: &Scripted) -> [Service; 2] {
    let mut config = with_source(config(database.url()), &source.url);
    config.import.weekly = true;
    let now: DateTime<Utc> = now.parse().unwrap();
    let instances = [serve_with(config.clone()).await, serve_with(config).await];
    for instance in &instances {
        instance.clock.advance(now - instance.clock.now());
    }
    instances
}

async fn runs(database: &TestDatabase) -> usize {
    let runs = import_runs::list(&mut database.conn().await, None, 10).await.unwrap();
    runs.iter().filter(|run| run.status == RunStatus::Done).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_the_instances_imports_once_a_week() {
    let source = Scripted::of_rows(some_items().iter().map(published).collect());
    let database = database_with(&[]).await;
    let instances = instances(&database, "2026-11-22T18:59:59Z", &source).await;
    for week in 1..=2 {
        for instance in &instances {
            instance.clock.advance(TimeDelta::seconds(2));
        }
        until("the import of the week", async || (runs(&database).await == week).then_some(()))
            .await;
        for instance in &instances {
            instance.clock.advance(TimeDelta::weeks(1) - TimeDelta::seconds(2));
        }
    }
    assert_eq!(source.asked().len(), 2, "one instance, one page, twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn d53_a_start_is_no_reason_to_import() {
    let source = Scripted::of_rows(some_items().iter().map(published).collect());
    let database = database_with(&[]).await;
    let [one, other] = instances(&database, "2026-11-25T12:00:00Z", &source).await;
    drop(other);
    one.clock.advance(TimeDelta::days(4));
    until("the import of Monday", async || {
        one.clock.advance(TimeDelta::minutes(10));
        (runs(&database).await > 0).then_some(())
    })
    .await;
    let run = &import_runs::list(&mut database.conn().await, None, 10).await.unwrap()[0];
    let due: DateTime<Utc> = "2026-11-29T19:00:00Z".parse().unwrap();
    assert!(run.created_at >= due, "{run:?}");
}
