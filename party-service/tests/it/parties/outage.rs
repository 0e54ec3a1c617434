//! What becomes of parties when the database goes away in the middle of something.

use reqwest::Method;
use serde_json::json;
use testkit::{Client, FaultProxy, TestDatabase};

use super::stage::Stage;

/// A stage whose service reaches its database through something that can be cut.
async fn stage() -> (Stage, FaultProxy) {
    let database = crate::helpers::database().await;
    let (proxy, url) = FaultProxy::before_url(&database.url()).await;
    let catalog = crate::catalog_stand_in::CatalogStandIn::start();
    let mut config = Stage::config(&database, &catalog);
    config.database = TestDatabase::config_at(url);
    let app = crate::helpers::TestApp::spawn_with(database, &config);
    let market = app.market("남대문시장", 37.5592, 126.9777).await;
    (Stage { app, catalog, market }, proxy)
}

/// Holds the rows of a table, cuts the database while a statement (an SQL pattern) of a request
/// waits for them, and gives back the answer to the request.
async fn cut_during(
    stage: &Stage,
    proxy: &FaultProxy,
    hold: &str,
    statement: &str,
    request: reqwest::RequestBuilder,
) -> testkit::Answer {
    use diesel_async::{RunQueryDsl as _, SimpleAsyncConnection as _};

    let mut holder = stage.app.database.conn().await;
    holder.batch_execute("START TRANSACTION").await.unwrap();
    diesel::sql_query(hold).execute(&mut holder).await.unwrap();
    let sent = tokio::spawn(Client::send(request));
    // It cannot end before the rows are let go. (`innodb_trx` would say that it waits, but is not
    // brought up to date while somebody asks it again and again.)
    let waits = format!(
        "SELECT CAST(COUNT(*) AS CHAR) AS text FROM information_schema.processlist \
         WHERE db = DATABASE() AND id <> CONNECTION_ID() AND info LIKE '{statement}'"
    );
    testkit::until("the request waits for the row", async || {
        (stage.app.text(&waits).await != "0").then_some(())
    })
    .await;
    proxy.go_down();
    let answer = sent.await.unwrap();
    holder.batch_execute("ROLLBACK").await.unwrap();
    proxy.come_up();
    answer
}

async fn rows(stage: &Stage, table: &str) -> String {
    stage.app.text(&format!("SELECT CAST(COUNT(*) AS CHAR) AS text FROM {table}")).await
}

async fn ready(stage: &Stage) {
    testkit::until("the service is ready again", async || {
        (stage.app.client.get("/ready").await.status == 200).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_in_the_middle_leaves_nothing_half_done() {
    let (stage, proxy) = stage().await;
    let [leader, applicant] = stage.people().await;
    let path = stage.open(&leader).await;
    applicant.apply(&path, 1).await.expect(201);
    let accept = format!("{path}/applications/{}/accept", applicant.id);
    let request = || leader.once(Method::POST, &accept, "a-1");
    let before = rows(&stage, "outbox").await;

    let (hold, waits) = ("SELECT * FROM outbox FOR UPDATE", "INSERT INTO `outbox`%");
    let answer = cut_during(&stage, &proxy, hold, waits, request()).await;
    answer.expect_problem(503, "unavailable");
    assert!(answer.headers.contains_key("retry-after"));
    ready(&stage).await;
    assert_eq!(rows(&stage, "outbox").await, before);
    assert_eq!(stage.see(&path, &leader).await["taken_shares"], json!(1));

    let accepted = Client::send(request()).await.expect(200);
    assert_eq!(accepted["taken_shares"], json!(2));
    let again = Client::send(request()).await.expect(200);
    assert_eq!(again, accepted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_repeated_after_a_cut_opens_one_party() {
    let (stage, proxy) = stage().await;
    let [leader] = stage.people().await;
    let request = || leader.once(Method::POST, "/v1/parties", "o-1").json(&stage.wish());
    let (hold, waits) = ("SELECT * FROM users FOR UPDATE", "SELECT %`users`% FOR UPDATE");
    cut_during(&stage, &proxy, hold, waits, request()).await.expect_problem(503, "unavailable");
    ready(&stage).await;
    assert_eq!(rows(&stage, "parties").await, "0");
    let opened = Client::send(request()).await.expect(201);
    assert_eq!(Client::send(request()).await.expect(201), opened);
    assert_eq!(rows(&stage, "parties").await, "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_everything_says_come_back() {
    let (stage, proxy) = stage().await;
    let [leader, person] = stage.people().await;
    let path = stage.open(&leader).await;
    proxy.go_down();
    let reads = [path.clone(), format!("{path}/members"), "/v1/users/me/parties".into()];
    for read in reads.into_iter().chain(["/v1/parties?lat=37.5&lon=127".into()]) {
        let answer = leader.client.get(&read).await;
        answer.expect_problem(503, "unavailable");
        assert!(answer.headers.contains_key("retry-after"));
    }
    person.apply(&path, 1).await.expect_problem(503, "unavailable");
    leader.cancel(&path).await.expect_problem(503, "unavailable");
    proxy.come_up();
    ready(&stage).await;
    assert_eq!(stage.see(&path, &person).await["me"], json!(null));
}
