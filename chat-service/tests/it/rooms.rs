//! Rooms, for those who are in them.

use chrono::TimeDelta;
use contracts::UserId;
use contracts::party::PartyStatus;
use serde_json::{Value, json};

use crate::helpers::{Stage, next, party, refs};

#[tokio::test(flavor = "multi_thread")]
async fn d34_a_room_is_listed_for_its_people_and_nobody_else() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    let mine = stage.at(&instance, room.member).get("/v1/chat-rooms").await.expect(200);
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    let shown = &mine["items"][0];
    assert_eq!(shown["id"], room.id.to_string());
    assert_eq!(shown["party_id"], room.party.party_id.to_string());
    assert_eq!(shown["role"], "member");
    assert_eq!(shown["item"], json!({ "code": "060101", "name": "사과 (후지)" }));
    assert_eq!(shown["market_name"], "남대문시장");
    assert_eq!((&shown["last_seq"], &shown["unread"]), (&json!(1), &json!(0)));
    assert_eq!(shown["last_message"]["type"], "JOINED");
    let leader = stage.at(&instance, room.leader).get(&room.path("")).await.expect(200);
    assert_eq!(leader["role"], "leader");

    let stranger = stage.at(&instance, UserId::new());
    let none = stranger.get("/v1/chat-rooms").await.expect(200);
    assert_eq!(none, json!({ "items": [], "next_cursor": null }));
}

#[tokio::test(flavor = "multi_thread")]
async fn d25_d28_a_room_is_not_there_for_others() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    let stranger = stage.at(&instance, UserId::new());
    for path in ["", "/messages", "/members", "/presence"] {
        stranger.get(&room.path(path)).await.expect_problem(404, "room_not_found");
        let nobody = instance.client.get(&room.path(path)).await;
        nobody.expect_problem(401, "unauthenticated");
    }
    let said = json!({ "content": "안녕하세요" });
    let answer = stranger.post(&room.path("/messages"), said.clone()).await;
    answer.expect_problem(404, "room_not_found");
    let answer = stranger.put(&room.path("/read-marker"), json!({ "seq": 0 })).await;
    answer.expect_problem(404, "room_not_found");
    stranger.delete(&room.path("")).await.expect_problem(404, "room_not_found");
    stranger.get("/v1/chat-rooms/1").await.expect_problem(404, "not_found");
    let elsewhere = format!("/v1/chat-rooms/{}/messages", UserId::new());
    stranger.post(&elsewhere, said).await.expect_problem(404, "room_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_the_party_leaves_the_room() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    let member = stage.at(&instance, room.member);
    let said = json!({ "content": "저 왔어요" });
    member.post(&room.path("/messages"), said.clone()).await.expect(201);

    let mut without = next(&room.party);
    without.members.clear();
    assert_eq!(stage.hear(&without).await, room.id);
    member.get(&room.path("/messages")).await.expect_problem(404, "room_not_found");
    let refused = member.post(&room.path("/messages"), said.clone()).await;
    refused.expect_problem(404, "room_not_found");

    let leader = stage.at(&instance, room.leader);
    let history = leader.get(&room.path("/messages")).await.expect(200);
    let kinds: Vec<&str> = types(&history);
    assert_eq!(kinds, ["JOINED", "CHAT", "LEFT"]);
    assert_eq!(history["items"][2]["texts"]["ko"], "배나무님이 나갔습니다");
    assert_eq!(history["items"][2]["texts"]["en"], "배나무 has left");

    let mut back = next(&without);
    back.members = refs(&[room.member]);
    stage.hear(&back).await;
    member.post(&room.path("/messages"), said).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn d28_a_week_after_the_end_all_has_been_said() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    let mut done = next(&room.party);
    done.status = PartyStatus::Done;
    stage.hear(&done).await;
    let said = json!({ "content": "잘 먹을게요", "client_message_id": "1" });

    stage.clock.advance(TimeDelta::days(7) - TimeDelta::seconds(1));
    let member = stage.at(&instance, room.member);
    member.post(&room.path("/messages"), said.clone()).await.expect(201);
    stage.clock.advance(TimeDelta::seconds(1));
    let more = json!({ "content": "하나 더" });
    let late = member.post(&room.path("/messages"), more).await;
    late.expect_problem(409, "room_read_only");
    // What was said before is said, also when it is sent again now.
    let again = member.post(&room.path("/messages"), said).await.expect(201);
    assert_eq!(again["seq"], 3);
    let shown = member.get(&room.path("")).await.expect(200);
    assert_eq!(shown["read_only_from"], "2026-11-30T03:00:00Z");
    assert_eq!(types(&member.get(&room.path("/messages")).await.expect(200)).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn d28_the_leader_closes_the_room_for_everybody() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    let (leader, member) = (stage.at(&instance, room.leader), stage.at(&instance, room.member));
    member.delete(&room.path("")).await.expect_problem(403, "not_the_leader");
    leader.delete(&room.path("")).await.expect(204);
    for client in [leader, member] {
        client.get(&room.path("")).await.expect_problem(404, "room_not_found");
        client.delete(&room.path("")).await.expect_problem(404, "room_not_found");
        let said = client.post(&room.path("/messages"), json!({ "content": "저기요" })).await;
        said.expect_problem(404, "room_not_found");
        assert_eq!(client.get("/v1/chat-rooms").await.expect(200)["items"], json!([]));
    }
    // News of the party does not bring it back.
    stage.hear(&next(&room.party)).await;
    let leader = stage.at(&instance, room.leader);
    leader.get(&room.path("")).await.expect_problem(404, "room_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_people_of_a_room_are_listed_with_the_leader_first() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    let people = stage.at(&instance, room.member).get(&room.path("/members")).await.expect(200);
    let expected = json!([
        { "id": room.leader, "nickname": "사과대장", "role": "leader" },
        { "id": room.member, "nickname": "배나무", "role": "member" },
    ]);
    assert_eq!(people["items"], expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_come_in_pages_with_the_liveliest_first() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let leader = stage.person("사과대장").await;
    let mut rooms = Vec::new();
    for _ in 0..5 {
        stage.clock.advance(TimeDelta::seconds(1));
        rooms.push(stage.hear(&party(leader, &[UserId::new()])).await.to_string());
    }
    let client = stage.at(&instance, leader);
    stage.clock.advance(TimeDelta::seconds(1));
    let said = json!({ "content": "누구 계세요?" });
    client.post(&format!("/v1/chat-rooms/{}/messages", rooms[1]), said).await.expect(201);

    let mut listed = Vec::new();
    let mut path = "/v1/chat-rooms?limit=2".to_owned();
    loop {
        let page = client.get(&path).await.expect(200);
        let items = page["items"].as_array().unwrap();
        listed.extend(items.iter().map(|room| room["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/chat-rooms?limit=2&cursor={cursor}");
    }
    let expected: Vec<_> = [1, 4, 3, 2, 0].map(|index: usize| rooms[index].clone()).into();
    assert_eq!(listed, expected);
    client.get("/v1/chat-rooms?limit=0&cursor=x").await.expect_invalid(&["limit", "cursor"]);
}

fn types(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|message| message["type"].as_str().unwrap()).collect()
}
