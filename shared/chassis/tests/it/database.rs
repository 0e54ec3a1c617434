//! What goes wrong in the database is told apart, and what can be tried again is.

use crate::things::{MIGRATIONS, count, insert};
use chassis::db::{Db, DbError};
use diesel_async::SimpleAsyncConnection as _;
use testkit::{FaultProxy, TestDatabase};
use tokio::sync::Barrier;

#[tokio::test(flavor = "multi_thread")]
async fn each_failure_has_its_name() {
    let database = TestDatabase::create(MIGRATIONS).await;
    let db = database.db();
    let mut conn = db.conn().await.unwrap();
    insert(&mut conn, 1, "사과", 1).await.unwrap();

    let same_key = insert(&mut conn, 1, "배", 1).await.unwrap_err();
    assert!(same_key.is_duplicate_of("PRIMARY"), "{same_key:?}");
    let same_label = insert(&mut conn, 2, "사과", 1).await.unwrap_err();
    assert!(same_label.is_duplicate_of("uq_things_label"), "{same_label:?}");
    let refused = insert(&mut conn, 3, "감", -1).await.unwrap_err();
    assert!(matches!(refused, DbError::Other(_)), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_runs_for_too_long_is_ended() {
    let database = TestDatabase::create(MIGRATIONS).await;
    let mut config = database.config();
    config.statement_timeout = std::time::Duration::from_millis(100);
    let db = Db::new(&config).unwrap();
    let mut conn = db.conn().await.unwrap();
    let numbers =
        "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 1000)";
    let error: DbError = conn
        .batch_execute(&format!("{numbers} SELECT COUNT(*) FROM n a, n b, n c, n d"))
        .await
        .unwrap_err()
        .into();
    assert!(matches!(error, DbError::StatementTimeout), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_held_for_too_long_is_given_up() {
    let database = TestDatabase::create(MIGRATIONS).await;
    let db = database.db();
    insert(&mut db.conn().await.unwrap(), 1, "a", 1).await.unwrap();
    let mut holder = db.conn().await.unwrap();
    holder.batch_execute("BEGIN; UPDATE things SET amount = 2 WHERE id = 1").await.unwrap();
    let waiting = db
        .transaction(async |conn| {
            conn.batch_execute("SET SESSION innodb_lock_wait_timeout = 1").await?;
            Ok::<_, DbError>(conn.batch_execute("UPDATE things SET amount = 3 WHERE id = 1").await?)
        })
        .await;
    assert!(matches!(waiting, Err(DbError::LockTimeout)), "{waiting:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_that_meet_head_on_both_succeed() {
    let database = TestDatabase::create(MIGRATIONS).await;
    let db = database.db();
    for id in [1, 2] {
        insert(&mut db.conn().await.unwrap(), id, &id.to_string(), 0).await.unwrap();
    }
    // Each takes its first row before either takes its second.
    let both_hold_one = Barrier::new(2);
    let crossing = |first: u32, second: u32| {
        let (db, barrier) = (&db, &both_hold_one);
        async move {
            let met = std::cell::Cell::new(false);
            db.transaction(async |conn| {
                let add = |id| format!("UPDATE things SET amount = amount + 1 WHERE id = {id}");
                conn.batch_execute(&add(first)).await?;
                if !met.replace(true) {
                    barrier.wait().await;
                }
                conn.batch_execute(&add(second)).await?;
                Ok::<_, DbError>(())
            })
            .await
        }
    };
    let (a, b) = tokio::join!(crossing(1, 2), crossing(2, 1));
    a.unwrap();
    b.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_fails_or_is_dropped_leaves_nothing() {
    let database = TestDatabase::create(MIGRATIONS).await;
    let db = database.db();
    let failed = db
        .transaction(async |conn| {
            insert(conn, 1, "a", 1).await?;
            insert(conn, 1, "b", 1).await
        })
        .await;
    failed.unwrap_err();
    assert_eq!(count(&db).await, 0);

    let inserted = Barrier::new(2);
    let abandoned = db.transaction(async |conn| {
        insert(conn, 1, "a", 1).await?;
        inserted.wait().await;
        std::future::pending::<Result<(), DbError>>().await
    });
    tokio::select! {
        _ = abandoned => unreachable!("it never ends"),
        _ = inserted.wait() => {}
    }
    // On one connection there is no other that could hide the open transaction.
    insert(&mut db.conn().await.unwrap(), 1, "c", 1).await.unwrap();
    assert_eq!(count(&db).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_is_unavailable_and_the_next_one_works() {
    let database = TestDatabase::create(MIGRATIONS).await;
    let (line, through) = FaultProxy::before_url(&database.url()).await;
    let db = Db::new(&TestDatabase::config_at(through)).unwrap();
    let cut = db
        .transaction(async |conn| {
            insert(conn, 1, "a", 1).await?;
            line.cut();
            insert(conn, 2, "b", 1).await
        })
        .await;
    assert!(matches!(cut, Err(DbError::Unavailable(_))), "{cut:?}");
    assert_eq!(count(&database.db()).await, 0);

    line.go_down();
    assert!(matches!(db.check().await, Err(DbError::Unavailable(_))));
    line.come_up();
    db.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_broke_in_use_is_not_used_again_however_busy_the_service() {
    let database = TestDatabase::create(MIGRATIONS).await;
    let (proxy, url) = FaultProxy::before_url(&database.url()).await;
    let mut config = TestDatabase::config_at(url);
    config.max_connections = 1;
    let db = Db::new(&config).unwrap();
    let mut held = db.conn().await.unwrap();
    held.batch_execute("DO 1").await.unwrap();
    proxy.cut();
    held.batch_execute("DO 1").await.unwrap_err();
    drop(held);
    // At once, so that the connection was never idle.
    db.conn().await.unwrap().batch_execute("DO 1").await.unwrap();
}
