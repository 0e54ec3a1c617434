//! What is forgotten of sessions and sign-ins.

use crate::helpers::{TestApp, config, database};
use chrono::TimeDelta;
use testkit::until;

const COUNTS: &str = "SELECT CONCAT_WS(' ', (SELECT COUNT(*) FROM sessions), \
                      (SELECT COUNT(*) FROM refresh_tokens), \
                      (SELECT COUNT(*) FROM sign_in_failures)) AS text";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_long_over_is_forgotten() {
    let database = database().await;
    let config = config(&database);
    let app = TestApp::spawn_with(database, &config);
    let email = app.register("김사과").await;
    let tokens = app.tokens(&email).await;
    app.refresh(&tokens).await.expect(200);
    app.try_sign_in("nobody@example.com", "wrong password").await.expect(401);
    app.clock.advance(TimeDelta::days(59));
    app.tokens(&email).await;
    assert_eq!(app.text(COUNTS).await, "2 3 2");

    // An instance sweeps when it starts, and then now and again.
    let sweeper = app.again(&config);
    until("old failures to be forgotten", async || {
        (sweeper.text(COUNTS).await == "2 3 1").then_some(())
    })
    .await;
    app.clock.advance(TimeDelta::days(2));
    let sweeper = app.again(&config);
    until("the old session to be forgotten", async || {
        (sweeper.text(COUNTS).await == "1 1 0").then_some(())
    })
    .await;
}
