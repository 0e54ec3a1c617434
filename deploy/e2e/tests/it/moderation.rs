//! Administrators keep the platform in order, and what they decide reaches everyone at once.

use e2e::Platform;
use serde_json::json;
use testkit::{EventStream, until};

use crate::people::{PASSWORD, id, party, room_of, sign_in, sign_in_admin, sign_up};
use crate::socket::Socket;

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_ends_whatever_is_under_way_at_once() {
    let platform = Platform::start().await;
    let (admin, member) = (sign_in_admin(&platform).await, sign_in(&platform).await);
    let email = sign_up(&platform).await;
    let credentials = json!({ "email": email, "password": PASSWORD });
    let session = platform.client().post("/v1/sessions", credentials.clone()).await.expect(201);
    let leader = platform.client().with_token(session["access_token"].as_str().unwrap());
    let (leader_id, path) = (id(&leader).await, party(&leader, &member).await);
    room_of(&leader).await;
    let mut stream = EventStream::live(&leader).await;
    let mut socket = Socket::open(platform.gateway.address(), leader.token().unwrap()).await;
    socket.connect().await;

    let bans = format!("/v1/admin/users/{leader_id}/bans");
    let ban = admin.post(&bans, json!({ "scope": "all", "reason": "사기" })).await.expect(201);
    while stream.read().await {}
    let closed = socket.end().await;
    assert_eq!(closed.code, 1008, "{closed:?}");
    until("the token opens nothing", async || {
        (leader.get("/v1/users/me").await.code() == "session_revoked").then_some(())
    })
    .await;
    let refused = platform.client().post("/v1/sessions", credentials.clone()).await;
    refused.expect_problem(403, "banned");
    let refresh = json!({ "refresh_token": session["refresh_token"] });
    let refused = platform.client().post("/v1/sessions/refresh", refresh).await;
    refused.expect_problem(401, "invalid_refresh_token");
    // Those who were to come are told that nothing comes of it.
    until("the member is told", async || {
        let inbox = member.get("/v1/notifications").await.expect(200);
        let items = inbox["items"].as_array().unwrap();
        items.iter().any(|told| told["type"] == "PARTY_CANCELLED").then_some(())
    })
    .await;
    assert_eq!(member.get(&path).await.expect(200)["cancelled_by"], json!("moderation"));

    admin.act(&format!("/v1/admin/bans/{}/lift", ban["id"].as_str().unwrap())).await.expect(200);
    platform.client().post("/v1/sessions", credentials).await.expect(201);
    let log = admin.get("/v1/admin/log").await.expect(200);
    assert_eq!(log["items"][0]["action"], json!("ban_lifted"));
    assert_eq!(log["items"][1]["action"], json!("user_banned"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reported_message_is_read_by_who_decides_and_taken_off_every_screen() {
    let platform = Platform::start().await;
    let admin = sign_in_admin(&platform).await;
    let (leader, member, stranger) =
        (sign_in(&platform).await, sign_in(&platform).await, sign_in(&platform).await);
    party(&leader, &member).await;
    let room = room_of(&member).await;
    let words = json!({ "content": "선입금하면 싸게 드려요" });
    let path = format!("/v1/chat-rooms/{room}/messages");
    let seq = leader.post(&path, words.clone()).await.expect(201)["seq"].as_u64().unwrap();
    let mut socket = Socket::open(platform.gateway.address(), member.token().unwrap()).await;
    socket.connect().await;
    let after = seq - 1;
    let subscribe =
        format!("SUBSCRIBE\nid:room\ndestination:/topic/{room}\nafter-seq:{after}\n\n\0");
    socket.send(&subscribe).await;
    assert_eq!(socket.body().await["content"], words["content"]);

    let reference = json!({ "kind": "message", "room_id": room, "seq": seq });
    let report = json!({ "reference": reference, "reason": "fraud" });
    // Only who can read it.
    let refused = stranger.post("/v1/reports", report.clone()).await;
    refused.expect_problem(404, "message_not_found");
    let report = member.post("/v1/reports", report).await.expect(201);
    let open = admin.get("/v1/admin/reports").await.expect(200);
    assert_eq!(open["items"][0]["said"]["content"], words["content"]);
    assert_eq!(open["items"][0]["said"]["by"], json!(id(&leader).await));
    let resolve = format!("/v1/admin/reports/{}/resolve", report["id"].as_str().unwrap());
    admin.post(&resolve, json!({ "resolution": "removed" })).await.expect(200);

    let removal = loop {
        let message = socket.body().await;
        if message["type"] == "REMOVED" {
            break message;
        }
    };
    assert_eq!(removal["removes"], json!(seq));
    let history = member.get(&format!("{path}?after={after}&limit=1")).await.expect(200);
    assert_eq!(
        (&history["items"][0]["content"], &history["items"][0]["removed"]),
        (&json!(""), &json!(true))
    );
    let mine = member.get("/v1/reports").await.expect(200);
    assert_eq!(mine["items"][0]["outcome"]["resolution"], json!("removed"));
}
