//! What the chat holds about somebody, told to them alone.

use contracts::UserId;
use serde_json::json;

use crate::helpers::{Stage, next};

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_said_is_theirs_also_where_they_have_left() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    let (member, leader) = (stage.at(&instance, room.member), stage.at(&instance, room.leader));
    let say = |content: &str| json!({ "content": content });
    member.post(&room.path("/messages"), say("저 왔어요")).await.expect(201);
    leader.post(&room.path("/messages"), say("어서 오세요")).await.expect(201);
    let before = member.get("/v1/exports/chat").await;
    assert_eq!(before.headers["cache-control"], "no-store");
    let before = before.expect(200);
    assert_eq!(before["nickname"], "배나무");
    assert_eq!(before["rooms"][0]["room_id"], json!(room.id));
    let said = json!([{
        "room_id": room.id, "seq": 2, "content": "저 왔어요", "client_message_id": null,
        "sent_at": "2026-11-23T03:00:00Z",
    }]);
    assert_eq!(before["messages"], said);

    let mut without = next(&room.party);
    without.members.clear();
    stage.hear(&without).await;
    let after = member.get("/v1/exports/chat").await.expect(200);
    assert_eq!((&after["rooms"], &after["messages"]), (&json!([]), &said));
    assert_eq!(after["rooms_left"], json!([{ "room_id": room.id }]));

    let nothing = stage.at(&instance, UserId::new()).get("/v1/exports/chat").await.expect(200);
    let none =
        json!({ "nickname": null, "rooms": [], "rooms_left": [], "messages": [], "bans": [] });
    assert_eq!(nothing, none);
    instance.client.get("/v1/exports/chat").await.expect_problem(401, "unauthenticated");
}
