//! Saying something, and reading what was said.

use chat_service::store::bans;
use chrono::TimeDelta;
use contracts::ban::BanSnapshot;
use contracts::{BanId, UserId};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::helpers::{Scene, Stage};

async fn say(client: &Client, room: &Scene, content: &str) -> Answer {
    client.post(&room.path("/messages"), json!({ "content": content })).await
}

fn seqs(page: &Value) -> Vec<u64> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|message| message["seq"].as_u64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn d33_what_was_said_is_read_with_name_and_time_and_no_more() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    let member = stage.at(&instance, room.member);
    let said = json!({ "content": " 3시에 <정문>에서\r\n만나요 ", "client_message_id": "a-1" });
    let sent = member.post(&room.path("/messages"), said).await.expect(201);
    let expected = json!({
        "room_id": room.id, "seq": 2, "client_message_id": "a-1", "sent_at": "2026-11-23T03:00:00Z",
    });
    assert_eq!(sent, expected);
    let leader = stage.at(&instance, room.leader);
    let history = leader.get(&room.path("/messages?after=1")).await.expect(200);
    let message = json!({
        "type": "CHAT", "room_id": room.id, "seq": 2,
        "sender": { "id": room.member, "nickname": "배나무" },
        "content": "3시에 <정문>에서\n만나요", "client_message_id": "a-1",
        "sent_at": "2026-11-23T03:00:00.000000Z",
    });
    assert_eq!(history, json!({ "items": [message], "next_cursor": null }));
}

#[tokio::test(flavor = "multi_thread")]
async fn d25_history_is_read_both_ways() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    let member = stage.at(&instance, room.member);
    for number in 2..=10 {
        assert_eq!(say(&member, &room, &number.to_string()).await.expect(201)["seq"], number);
    }
    let last = member.get(&room.path("/messages?limit=3")).await.expect(200);
    assert_eq!(seqs(&last), [8, 9, 10]);
    let cursor = last["next_cursor"].as_str().unwrap();
    let further = room.path(&format!("/messages?limit=3&cursor={cursor}"));
    assert_eq!(seqs(&member.get(&further).await.expect(200)), [5, 6, 7]);
    let before = member.get(&room.path("/messages?limit=3&before=3")).await.expect(200);
    assert_eq!((seqs(&before), &before["next_cursor"]), (vec![1, 2], &Value::Null));

    let after = member.get(&room.path("/messages?limit=4&after=0")).await.expect(200);
    assert_eq!(seqs(&after), [1, 2, 3, 4]);
    let cursor = after["next_cursor"].as_str().unwrap();
    let on = member.get(&room.path(&format!("/messages?limit=100&cursor={cursor}"))).await;
    let on = on.expect(200);
    assert_eq!((seqs(&on), &on["next_cursor"]), (vec![5, 6, 7, 8, 9, 10], &Value::Null));
    let at_the_end = member.get(&room.path("/messages?after=10")).await.expect(200);
    assert_eq!(at_the_end, json!({ "items": [], "next_cursor": null }));

    let wrong = room.path("/messages?before=-1&after=x&limit=101&cursor=y");
    member.get(&wrong).await.expect_invalid(&["before", "after", "limit", "cursor"]);
    let two = room.path("/messages?before=1&after=1");
    member.get(&two).await.expect_invalid(&["query"]);
    member.get(&room.path("/messages?offset=1")).await.expect_invalid(&["query"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_name_is_the_same_message() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    let member = stage.at(&instance, room.member);
    let said = json!({ "content": "한 번만", "client_message_id": "1" });
    let first = member.post(&room.path("/messages"), said.clone()).await.expect(201);
    stage.clock.advance(TimeDelta::seconds(5));
    let again = member.post(&room.path("/messages"), said.clone()).await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.expect(201), first);
    let other = json!({ "content": "다른 말", "client_message_id": "1" });
    let refused = member.post(&room.path("/messages"), other).await;
    refused.expect_problem(422, "message_id_reused");
    // A name is its sender's own.
    let leader = stage.at(&instance, room.leader);
    let by_another = leader.post(&room.path("/messages"), said).await.expect(201);
    assert_eq!(by_another["seq"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_names_a_message_too() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    let member = stage.at(&instance, room.member);
    let send = async |key: &str, content: &str| {
        let request = member.request(Method::POST, &room.path("/messages"));
        let body = json!({ "content": content });
        Client::send(request.header("Idempotency-Key", key).json(&body)).await
    };
    let first = send("k 1", "한 번만").await.expect(201);
    assert_eq!(send("k 1", "한 번만").await.expect(201), first);
    send("k 1", "다른 말").await.expect_problem(422, "message_id_reused");
    assert_eq!(send("k 2", "한 번만").await.expect(201)["seq"], 3);
    send(&"k".repeat(129), "길다").await.expect_invalid(&["Idempotency-Key"]);
    // What a client calls a message cannot be mistaken for a key.
    let named = json!({ "content": "따로", "client_message_id": "k" });
    member.post(&room.path("/messages"), named).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn d27_d28_nobody_sends_what_is_not_theirs_to_send() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    let member = stage.at(&instance, room.member);
    for (field, value) in
        [("type", json!("JOINED")), ("sender", json!({ "id": room.leader })), ("seq", json!(1))]
    {
        let mut body = json!({ "content": "나 누구게" });
        body[field] = value;
        let answer = member.post(&room.path("/messages"), body).await;
        assert_eq!(answer.status, 422, "{field}");
    }
    let long = "가".repeat(2001);
    for content in ["", "  \n", "\u{200b}", "a\u{0}b", &long] {
        say(&member, &room, content).await.expect_invalid(&["/content"]);
    }
    let nameless = json!({ "content": "a", "client_message_id": "이름" });
    let answer = member.post(&room.path("/messages"), nameless).await;
    answer.expect_invalid(&["/client_message_id"]);
    say(&member, &room, &"가".repeat(2000)).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn d28_nobody_sends_without_end() {
    let stage = Stage::set().await;
    let mut config = stage.config();
    (config.sending.burst, config.sending.per_second) = (3, 1);
    let (instance, room) = (stage.serve_with(&config), stage.room().await);
    let member = stage.at(&instance, room.member);
    for _ in 0..3 {
        say(&member, &room, "빨리빨리").await.expect(201);
    }
    let refused = say(&member, &room, "빨리빨리").await;
    refused.expect_problem(429, "sending_too_fast");
    assert_eq!(refused.headers["retry-after"], "1");
    say(&stage.at(&instance, room.leader), &room, "천천히").await.expect(201);
    stage.clock.advance(TimeDelta::seconds(1));
    say(&member, &room, "네").await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_banned_reads_and_does_not_write() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    let member = stage.at(&instance, room.member);
    let mut ban = BanSnapshot {
        ban_id: BanId::new(),
        user_id: room.member,
        scope: contracts::ban::BanScope::Chat,
        ends_at: Some(stage.clock.now() + TimeDelta::minutes(1)),
    };
    let conn = &mut stage.database.conn().await;
    bans::store(conn, &ban, false).await.unwrap();
    say(&member, &room, "왜요").await.expect_problem(403, "banned_from_chat");
    member.get(&room.path("/messages")).await.expect(200);
    say(&stage.at(&instance, room.leader), &room, "쉿").await.expect(201);
    stage.clock.advance(TimeDelta::minutes(1));
    say(&member, &room, "이제 됐죠").await.expect(201);

    (ban.ban_id, ban.ends_at) = (BanId::new(), None);
    bans::store(conn, &ban, true).await.unwrap();
    // The news that it was given comes after the news that it was lifted.
    bans::store(conn, &ban, false).await.unwrap();
    say(&member, &room, "아무 일 없었어요").await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn p10_unread_messages_are_counted_not_remembered() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    let (leader, member) = (stage.at(&instance, room.leader), stage.at(&instance, room.member));
    for number in 0..3 {
        say(&member, &room, &number.to_string()).await.expect(201);
        say(&leader, &room, &number.to_string()).await.expect(201);
    }
    let unread = async |client: &Client| {
        client.get(&room.path("")).await.expect(200)["unread"].as_u64().unwrap()
    };
    let mark = async |client: &Client, seq: u64| {
        client.put(&room.path("/read-marker"), json!({ "seq": seq })).await
    };
    assert_eq!((unread(&leader).await, unread(&member).await), (3, 3));
    assert_eq!(mark(&member, 5).await.expect(200), json!({ "read_seq": 5, "unread": 1 }));
    // The marker does not move back, and one's own words are not unread.
    assert_eq!(mark(&member, 2).await.expect(200), json!({ "read_seq": 5, "unread": 1 }));
    assert_eq!(mark(&member, 7).await.expect(200), json!({ "read_seq": 7, "unread": 0 }));
    mark(&member, 8).await.expect_invalid(&["/seq"]);
    say(&member, &room, "끝").await.expect(201);
    assert_eq!((unread(&leader).await, unread(&member).await), (4, 0));
    let listed = leader.get("/v1/chat-rooms").await.expect(200);
    assert_eq!(listed["items"][0]["unread"], 4);
    assert_eq!(listed["items"][0]["last_message"]["content"], "끝");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_joins_late_reads_what_was_said_and_has_nothing_unread() {
    let stage = Stage::set().await;
    let (instance, room) = (stage.serve(), stage.room().await);
    say(&stage.at(&instance, room.leader), &room, "먼저 온 사람").await.expect(201);
    let late: UserId = stage.person("늦은이").await;
    let mut party = crate::helpers::next(&room.party);
    party.members = crate::helpers::refs(&[room.member, late]);
    stage.hear(&party).await;
    let client = stage.at(&instance, late);
    assert_eq!(client.get(&room.path("")).await.expect(200)["unread"], 0);
    assert_eq!(seqs(&client.get(&room.path("/messages")).await.expect(200)), [1, 2, 3]);
}
