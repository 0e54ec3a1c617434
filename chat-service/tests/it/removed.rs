//! Messages that have lost their words keep their place.

use chat_service::store::messages;
use contracts::UserId;
use diesel::sql_types::{BigInt, Binary};
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use crate::helpers::{Scene, Stage, next, party, refs};
use crate::stomp_client::Stomp;

/// The room with three messages of the member, and how the second one looks without its words.
async fn talk(stage: &Stage, room: &Scene) -> Value {
    let instance = stage.serve();
    let member = stage.at(&instance, room.member);
    for (name, content) in [("a", "저 왔어요"), ("b", "제 번호는 010-0000-0000"), ("c", "끝")]
    {
        let said = json!({ "content": content, "client_message_id": name });
        member.post(&room.path("/messages"), said).await.expect(201);
    }
    json!({
        "type": "CHAT", "room_id": room.id, "seq": 3,
        "sender": { "id": room.member, "nickname": "배나무" },
        "content": "", "removed": true, "sent_at": "2026-11-23T03:00:00.000000Z",
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_without_words_is_where_it_was_wherever_one_reads() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    let bare = talk(&stage, &room).await;
    let (leader, member) = (stage.at(&instance, room.leader), stage.at(&instance, room.member));
    let mut live = Stomp::connect(&instance, &stage.token(room.leader)).await;
    live.subscribe(room.id, "0", "after-seq:1\n").await;
    assert_eq!(live.seqs(3).await, [2, 3, 4]);

    let conn = &mut stage.database.conn().await;
    assert!(messages::remove(conn, room.id, 3).await.unwrap());
    assert!(!messages::remove(conn, room.id, 3).await.unwrap(), "there is nothing left to remove");
    let history = leader.get(&room.path("/messages?after=1")).await.expect(200);
    assert_eq!(history["items"][1], bare);
    for (place, content) in [(0, "저 왔어요"), (2, "끝")] {
        assert_eq!(history["items"][place]["content"], content);
        assert_eq!(history["items"][place]["removed"], Value::Null);
    }
    let backwards = leader.get(&room.path("/messages?before=4&limit=1")).await.expect(200);
    assert_eq!(backwards["items"], json!([bare]));
    let export = member.get("/v1/exports/chat").await.expect(200);
    let kept = json!({
        "room_id": room.id, "seq": 3, "content": "", "removed": true, "client_message_id": null,
        "sent_at": "2026-11-23T03:00:00Z",
    });
    assert_eq!(export["messages"][1], kept);

    // Also on a connection that had it as it was said.
    live.subscribe(room.id, "1", "after-seq:1\n").await;
    assert_eq!(live.message().await.seq(), 2);
    assert_eq!(live.message().await.json(), bare);
    assert_eq!(live.message().await.seq(), 4);
    // The room goes on, and counts as before.
    stage
        .at(&instance, room.member)
        .post(&room.path("/messages"), json!({ "content": "또" }))
        .await;
    let mine = leader.get(&room.path("")).await.expect(200);
    assert_eq!((&mine["last_seq"], &mine["unread"]), (&json!(5), &json!(4)));
    messages::remove(conn, room.id, 5).await.unwrap();
    let mine = leader.get("/v1/chat-rooms").await.expect(200);
    let last = &mine["items"][0]["last_message"];
    assert_eq!((&last["content"], &last["removed"]), (&json!(""), &json!(true)));
    assert_eq!(mine["items"][0]["unread"], 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_has_no_words_to_remove() {
    let stage = Stage::set().await;
    let room = stage.room().await;
    let conn = &mut stage.database.conn().await;
    assert!(!messages::remove(conn, room.id, 1).await.unwrap(), "somebody has joined");
    assert!(!messages::remove(conn, room.id, 2).await.unwrap(), "there is no such message");
    let instance = stage.serve();
    let history = stage.at(&instance, room.leader).get(&room.path("/messages")).await.expect(200);
    assert_eq!(history["items"][0]["content"], "배나무님이 들어왔습니다");
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_again_it_is_still_the_message_that_was_removed() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    let member = stage.at(&instance, room.member);
    let said = json!({ "content": "한 번만", "client_message_id": "1" });
    let first = member.post(&room.path("/messages"), said.clone()).await.expect(201);
    messages::remove(&mut stage.database.conn().await, room.id, 2).await.unwrap();
    assert_eq!(member.post(&room.path("/messages"), said).await.expect(201), first);
    let history = member.get(&room.path("/messages?after=1")).await.expect(200);
    assert_eq!(history["items"].as_array().unwrap().len(), 1);
    assert_eq!(history["items"][0]["content"], "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_somebody_are_removed_bit_by_bit_in_every_room() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    talk(&stage, &room).await;
    let another = party(room.leader, &[room.member]);
    let elsewhere = Scene { id: stage.hear(&another).await, ..room };
    let (leader, member) =
        (stage.at(&instance, elsewhere.leader), stage.at(&instance, elsewhere.member));
    for client in [&leader, &member] {
        client.post(&elsewhere.path("/messages"), json!({ "content": "안녕" })).await.expect(201);
    }
    for party in [&elsewhere.party, &another] {
        let mut without = next(party);
        without.members = refs(&[UserId::new()]);
        stage.hear(&without).await;
    }
    let conn = &mut stage.database.conn().await;
    let mut removed = Vec::new();
    while removed.last() != Some(&0) {
        removed.push(messages::remove_all_of(conn, elsewhere.member, 3).await.unwrap());
    }
    assert_eq!(removed.iter().sum::<usize>(), 4);
    assert!(removed.iter().all(|few| *few <= 3), "{removed:?}");
    let history = leader.get(&elsewhere.path("/messages")).await.expect(200);
    let contents: Vec<_> = history["items"].as_array().unwrap().iter().collect();
    assert_eq!(contents[1]["content"], "안녕", "what others said stays");
    assert_eq!((&contents[2]["content"], &contents[2]["removed"]), (&json!(""), &json!(true)));
    assert_eq!(said_by(&stage, elsewhere.member).await, 0);
}

/// How many messages of somebody have words, or a name of their own.
async fn said_by(stage: &Stage, user: UserId) -> i64 {
    let sql = "SELECT COUNT(*) AS count FROM messages WHERE sender_id = ? AND kind = 'CHAT' \
               AND (content <> '' OR client_message_id IS NOT NULL OR NOT removed)";
    let query = diesel::sql_query(sql).bind::<Binary, _>(user);
    query.get_result::<Count>(&mut stage.database.conn().await).await.unwrap().count
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}
