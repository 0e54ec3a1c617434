//! What every service does alike.

use crate::helpers::TestApp;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn it_is_alive_and_ready() {
    let app = TestApp::spawn().await;
    app.client.get("/health").await.expect(200);
    let ready = app.client.get("/ready").await.expect(200);
    assert_eq!(ready["ready"], json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_paths_are_problems_in_the_readers_language() {
    let app = TestApp::spawn().await;
    let korean = app.client.get("/v1/nothing").await;
    korean.expect_problem(404, "not_found");
    assert_eq!(korean.body["title"], json!("찾을 수 없습니다"));
    let request = app.client.request(reqwest::Method::GET, "/v1/nothing");
    let english = testkit::Client::send(request.header("accept-language", "en-GB")).await;
    assert_eq!(english.body["title"], json!("There is no such thing"));
}
