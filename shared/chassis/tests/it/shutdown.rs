//! A service that is told to stop finishes what it began and takes nothing new.

use crate::things::App;
use reqwest::Method;
use testkit::{Client, until};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_finished() {
    let mut app = App::spawn().await;
    let client = app.client.clone();
    let under_way = tokio::spawn(async move { client.get("/slow").await });
    app.gate.entered.notified().await;
    app.life.stop();
    until("nobody listens any more", async || {
        let late = Client::try_send(app.client.request(Method::GET, "/health")).await;
        late.is_err().then_some(())
    })
    .await;
    app.gate.leave.notify_one();
    under_way.await.unwrap().expect(200);
    assert!((&mut app.ended).await.unwrap().unwrap(), "all tasks ended well");
}
