//! Signing up, one's own account, and what others see of it.

use crate::helpers::TestApp;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn someone_signs_up_signs_in_and_reads_who_they_are() {
    let app = TestApp::spawn().await;
    let kim = app.sign_up("김사과").await;
    let me = kim.get("/v1/users/me").await.expect(200);
    assert_eq!(me["nickname"], json!("김사과"));
    assert_eq!(me["role"], json!("user"));
}
