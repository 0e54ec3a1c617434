//! Imports that are killed, cut off, overtaken or started everywhere at once.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use catalog_service::commands::{Error, NewImport, start_import, store_page, take_over_import};
use catalog_service::config::Config;
use catalog_service::domain::{ImportRun, Missing, RunStatus};
use catalog_service::import::{RawRow, Sorted, Source};
use catalog_service::store::{import_runs, items};
use chassis::identity::Role;
use rand::RngExt as _;
use secrecy::ExposeSecret as _;
use serde_json::json;
use testkit::{FaultProxy, TestDatabase, until};
use tokio::process::{Child, Command};

use crate::helpers::{config, database_with, noon, serve_with};
use crate::imports::Imports;
use crate::source::{Scripted, many_rows, page, with_source};

/// The command line, told what a configuration says.
fn import_command(config: &Config) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_catalog-service"));
    command
        .arg("import")
        .env("CATALOG__DATABASE__URL", config.database.url.expose_secret())
        .env("CATALOG__REDIS__URL", config.redis.url.expose_secret())
        .env("CATALOG__REDIS__KEY_PREFIX", &config.redis.key_prefix)
        .env("CATALOG__BROKER__URL", "amqp://127.0.0.1:9")
        .env("CATALOG__IDENTITY__JWKS_URL", "http://127.0.0.1:9/keys")
        .env("CATALOG__MAFRA__BASE_URL", config.mafra.base_url.as_str())
        .env("CATALOG__MAFRA__KEY", config.mafra.key.expose_secret())
        .env("CATALOG__IMPORT__LOCK_TTL_MS", config.import.lock_ttl.as_millis().to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

fn spawn(config: &Config) -> Child {
    import_command(config).spawn().expect("the program can be started")
}

/// Runs the command line to its end, again and again while another one's lock has not expired.
async fn import(config: &Config) -> String {
    until("the end of an import", async || {
        let output = import_command(config).output().await.unwrap();
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
    })
    .await
}

async fn unfinished(database: &TestDatabase) -> Option<ImportRun> {
    import_runs::find_unfinished(&mut database.conn().await).await.unwrap()
}

async fn table(database: &TestDatabase) -> Vec<String> {
    let items = items::load_active(&mut database.conn().await).await.unwrap();
    let mut rows: Vec<String> = items.iter().map(|item| format!("{item:?}")).collect();
    rows.sort();
    rows
}

fn parsed(rows: &[RawRow]) -> Vec<String> {
    let mut rows: Vec<String> =
        rows.iter().map(|row| format!("{:?}", row.parse().unwrap())).collect();
    rows.sort();
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_imports_killed_at_random_points_leave_what_the_source_has() {
    let database = database_with(&[]).await;
    for round in 0..50 {
        let mut rows = many_rows(2100);
        // Each source differs from the one before, so that each import has something to do.
        for row in rows.iter_mut().skip(round).step_by(7) {
            row.variety_name = format!("{round}차 {}", row.variety_name);
        }
        let served = rows.clone();
        let source = Scripted::start(move |asked| page(&served, asked));
        let mut config = with_source(config(database.url()), &source.url);
        config.redis.key_prefix = format!("{}{round}:", config.redis.key_prefix);
        config.import.lock_ttl = Duration::from_millis(100);
        let mut child = spawn(&config);
        let (page, moment) = rand::rng().random::<(u8, u16)>();
        until("the moment to kill it", async || {
            let ended = child.try_wait().unwrap().is_some();
            (ended || source.asked().len() > usize::from(page % 4)).then_some(())
        })
        .await;
        let moment = Duration::from_micros(moment.into());
        drop(tokio::time::timeout(moment, child.wait()).await);
        // SIGKILL, if it is still running.
        drop(child.start_kill());
        child.wait().await.unwrap();
        import(&config).await;
        assert_eq!(table(&database).await, parsed(&rows), "round {round}");
        assert_eq!(unfinished(&database).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_killed_goes_on_with_the_page_after_the_last() {
    let rows = many_rows(5000);
    let served = rows.clone();
    // The fourth page does not come before the import was killed.
    let source = Scripted::start(move |asked| match (asked.start, asked.before) {
        (3001, 0) => actix_web::HttpResponse::ServiceUnavailable().finish(),
        _ => page(&served, asked),
    });
    let database = database_with(&[]).await;
    let config = with_source(config(database.url()), &source.url);
    let mut child =
        import_command(&config).env("CATALOG__MAFRA__RETRY_PAUSE_MS", "60000").spawn().unwrap();
    until("three pages", async || {
        let run = unfinished(&database).await?;
        (run.tally.pages_done() == 3).then_some(())
    })
    .await;
    child.start_kill().unwrap();
    child.wait().await.unwrap();
    let before = source.asked().len();

    let said = import(&config).await;
    assert_eq!(
        said,
        "5000 row(s): 5000 inserted, 0 updated, 0 unchanged, 0 refused, 0 deactivated\n"
    );
    let asked: Vec<_> = source.asked()[before..].iter().map(|asked| asked.start).collect();
    assert_eq!(asked, [3001, 4001]);
    assert_eq!(table(&database).await, parsed(&rows));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_goes_on_with_what_another_one_left() {
    let rows = many_rows(2500);
    let served = rows.clone();
    let source = Scripted::start(move |asked| match (asked.start, asked.before) {
        (2001, 0) => actix_web::HttpResponse::ServiceUnavailable().finish(),
        _ => page(&served, asked),
    });
    let database = database_with(&[]).await;
    let mut config = with_source(config(database.url()), &source.url);
    config.mafra.retry_pause = Duration::from_mins(1);
    let first = serve_with(config.clone()).await;
    let admin = first.client_as(Role::Admin);
    admin.post("/v1/admin/imports", json!({})).await.expect(202);
    until("two pages", async || {
        let run = unfinished(&database).await?;
        (run.tally.pages_done() == 2).then_some(())
    })
    .await;
    let _second = serve_with(config).await;
    first.stop();
    until("the end of the import", async || unfinished(&database).await.is_none().then_some(()))
        .await;
    assert_eq!(table(&database).await, parsed(&rows));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_and_the_command_line_at_once_make_one_import() {
    let rows = many_rows(2500);
    let source = Scripted::of_rows(rows.clone());
    let database = database_with(&[]).await;
    let config = with_source(config(database.url()), &source.url);
    let (one, other) = (serve_with(config.clone()).await, serve_with(config.clone()).await);
    let start = async |service: &crate::helpers::Service| {
        let admin = service.client_as(Role::Admin);
        admin.post("/v1/admin/imports", json!({})).await.status.as_u16()
    };
    let mut command = import_command(&config);
    let (first, second, line) = tokio::join!(start(&one), start(&other), command.output());
    assert!([first, second].iter().all(|status| matches!(status, 202 | 409)), "{first} {second}");
    assert_ne!((first, second), (409, 409), "someone has started it, unless the command line did");
    let line = line.unwrap();
    until("the end", async || unfinished(&database).await.is_none().then_some(())).await;

    // Whoever came after the first had ended may have made another one; together none did.
    let runs = import_runs::list(&mut database.conn().await, None, 10).await.unwrap();
    assert!(runs.iter().all(|run| run.status == RunStatus::Done), "{runs:?}");
    let overlapping = runs.windows(2).any(|pair| pair[0].created_at < pair[1].finished_at.unwrap());
    assert!(!overlapping || runs.len() == 1, "{runs:?} {line:?}");
    assert_eq!(runs.iter().map(|run| run.tally.inserted).sum::<u32>(), 2500);
    assert_eq!(table(&database).await, parsed(&rows));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_overtaken_can_store_nothing_more() {
    let source = Scripted::of_rows(many_rows(10));
    let imports = Imports::new(database_with(&[]).await, &source.url);
    let db = imports.database.db();
    let new = NewImport { source: Source::MAFRA.into(), ..NewImport::default() };
    let run = db.transaction(async |conn| start_import(conn, &new, noon()).await).await.unwrap();
    let take_over = async || {
        let taken = db.transaction(async |conn| take_over_import(conn, run.id).await).await;
        taken.unwrap().0
    };
    let (slept, awake) = (take_over().await, take_over().await);
    let page = Sorted {
        changed: many_rows(1).iter().map(|row| row.parse().unwrap()).collect(),
        inserted: 1,
        ..Sorted::default()
    };
    let store = async |run: &ImportRun| {
        db.transaction(async |conn| store_page(conn, run, 1, &page, noon()).await).await
    };
    assert!(matches!(store(&slept).await, Err(Error::Superseded(_))));
    assert!(imports.items().await.is_empty());
    store(&awake).await.unwrap();
    assert_eq!(imports.items().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lock_lets_one_import_at_a_time_and_outlives_no_owner_for_long() {
    let imports = Imports::new(database_with(&[]).await, "http://127.0.0.1:9/openapi");
    let lock = imports.importer.lock().await.unwrap().unwrap();
    assert!(imports.importer.lock().await.unwrap().is_none());
    lock.release().await;
    // An owner that dies does not give it back; it expires.
    drop(imports.importer.lock().await.unwrap().unwrap());
    until("the lock", async || imports.importer.lock().await.unwrap().map(drop)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_cut_in_the_middle_loses_and_doubles_nothing() {
    let rows = many_rows(3000);
    let database = database_with(&[]).await;
    let (proxy, url) = FaultProxy::before_url(&database.url()).await;
    let proxy = Arc::new(proxy);
    let (served, cutter) = (rows.clone(), proxy.clone());
    let source = Scripted::start(move |asked| {
        if (asked.start, asked.before) == (2001, 0) {
            cutter.cut();
        }
        page(&served, asked)
    });
    let config = with_source(config(url), &source.url);
    let service = serve_with(config).await;
    let admin = service.client_as(Role::Admin);
    admin.post("/v1/admin/imports", json!({})).await.expect(202);
    until("the end of the import", async || unfinished(&database).await.is_none().then_some(()))
        .await;
    let runs = import_runs::list(&mut database.conn().await, None, 10).await.unwrap();
    assert_eq!((runs.len(), runs[0].status), (1, RunStatus::Done));
    assert_eq!((runs[0].tally.rows_read, runs[0].tally.inserted), (3000, 3000));
    assert_eq!(table(&database).await, parsed(&rows));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_nobody_imports_and_everybody_is_told_so() {
    let source = Scripted::of_rows(many_rows(10));
    let database = database_with(&[]).await;
    let mut config = with_source(config(database.url()), &source.url);
    let (proxy, url) = FaultProxy::before_url(config.redis.url.expose_secret()).await;
    config.redis.url = url.into();
    proxy.go_down();
    let output = import_command(&config).output().await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && said.contains("the import lock is not to be had"),
        "{said}"
    );
    assert_eq!(source.asked(), []);

    proxy.come_up();
    import(&config).await;
    assert_eq!(table(&database).await.len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_only_the_dead_could_read_blocks_nobody() {
    let source = Scripted::of_rows(many_rows(10));
    let imports = Imports::new(database_with(&[]).await, &source.url);
    let new = NewImport { source: "file:gone.csv#0".into(), ..NewImport::default() };
    let db = imports.database.db();
    let dead = db.transaction(async |conn| start_import(conn, &new, noon()).await).await.unwrap();
    let service = serve_with(imports.config.clone()).await;
    until("the end of the import", async || {
        unfinished(&imports.database).await.is_none().then_some(())
    })
    .await;
    let run = import_runs::find(&mut imports.database.conn().await, dead.id).await.unwrap();
    assert_eq!((run.status, run.outcome.as_deref()), (RunStatus::Failed, Some("abandoned")));
    drop(service);
    assert_eq!(imports.run(Missing::Deactivate).await.status, RunStatus::Done);
}
