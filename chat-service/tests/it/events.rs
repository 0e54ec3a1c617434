//! What others tell us over the bus, and what we tell them.

use std::time::Duration;

use chat_service::commands::erase_person::erase_person;
use chat_service::commands::follow_party::follow_party;
use chat_service::herald::Herald;
use chat_service::store::members;
use contracts::ban::{BanEvent, BanScope, BanSnapshot};
use contracts::chat::{MessageRemoved, RoomOpened};
use contracts::event::{Event, EventData};
use contracts::party::{PartyChange, PartyEvent, PartySnapshot, PartyStatus};
use contracts::user::{UserEvent, UserSnapshot};
use contracts::{BanId, UserId};
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use testkit::{Client, TestBus, until};

use crate::helpers::{Instance, Stage, next, noon, party, refs};
use crate::stomp_client::Stomp;

/// A stage with a bus, and an instance that listens to it.
struct Wired {
    stage: Stage,
    bus: TestBus,
    instance: Instance,
}

impl Wired {
    async fn set() -> Self {
        let (stage, bus) = (Stage::set().await, TestBus::new());
        let instance = stage.serve_with(&stage.config_with(bus.config()));
        let wired = Self { stage, bus, instance };
        until("the service is ready", async || {
            let ready = wired.instance.client.get("/ready").await;
            let checks = ready.body["checks"].as_array().cloned().unwrap_or_default();
            checks.iter().all(|check| check["up"] == true).then_some(())
        })
        .await;
        wired
    }

    async fn tell<T: EventData>(&self, data: T) {
        let event = Event::new("/party-service", noon(), None, data);
        let queue = self.bus.broker().topology().queue(contracts::routing::CHAT);
        self.bus.send(&queue, &serde_json::to_vec(&event).unwrap()).await;
    }

    async fn tell_of(&self, party: &PartySnapshot) {
        let party = party.clone();
        let change = PartyChange::MemberChanged;
        let event =
            PartyEvent { change, actor_id: None, member_id: None, member_status: None, party };
        self.tell(event).await;
    }

    fn client(&self, user: UserId) -> Client {
        self.stage.at(&self.instance, user)
    }

    /// The only room somebody is in, once it is like this.
    async fn room(&self, user: UserId, wanted: impl Fn(&Value) -> bool) -> Value {
        let client = self.client(user);
        until("the room is as wanted", async || {
            let rooms = client.get("/v1/chat-rooms").await.expect(200);
            rooms["items"].get(0).filter(|room| wanted(room)).cloned()
        })
        .await
    }

    /// The leader of a party, its member 배나무, and where their messages are.
    async fn talk(&self) -> (UserId, UserId, String) {
        let (leader, member) = (UserId::new(), UserId::new());
        self.name(member, 1, "배나무").await;
        self.tell_of(&party(leader, &[member])).await;
        let room = self.room(member, |_| true).await;
        (leader, member, format!("/v1/chat-rooms/{}/messages", room["id"].as_str().unwrap()))
    }

    async fn name(&self, user_id: UserId, version: u64, nickname: &str) {
        let user = UserSnapshot {
            user_id,
            version,
            nickname: nickname.into(),
            latitude: None,
            longitude: None,
            locale: "ko".into(),
        };
        self.tell(UserEvent::Updated(user)).await;
    }
}

#[derive(diesel::QueryableByName)]
struct Payload {
    #[diesel(sql_type = Text)]
    payload: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn d34_the_first_accepted_member_opens_the_room_and_everyone_is_told_once() {
    let wired = Wired::set().await;
    let (leader, member) = (UserId::new(), UserId::new());
    let mut asked = party(leader, &[]);
    asked.applicants = refs(&[member]);
    wired.tell_of(&asked).await;
    let mut accepted = next(&asked);
    (accepted.members, accepted.applicants) = (refs(&[member]), Vec::new());
    for _ in 0..2 {
        wired.tell_of(&accepted).await;
    }
    let room = wired.room(leader, |_| true).await;
    wired.room(member, |_| true).await;
    // Older news is no news.
    wired.tell_of(&asked).await;
    wired.tell_of(&next(&accepted)).await;
    until("all is consumed", async || {
        let room_id = room["id"].as_str().unwrap().parse().unwrap();
        let mut conn = wired.stage.database.conn().await;
        let room = chat_service::store::rooms::find(&mut conn, room_id).await.unwrap().unwrap();
        (room.party_version == 3).then_some(())
    })
    .await;
    let payloads: Vec<Payload> = diesel::sql_query("SELECT payload FROM outbox")
        .load(&mut wired.stage.database.conn().await)
        .await
        .unwrap();
    let [opened] = payloads.as_slice() else { panic!("told {} times", payloads.len()) };
    let opened: Event<RoomOpened> = serde_json::from_str(&opened.payload).unwrap();
    assert_eq!(opened.data.room_id.to_string(), room["id"]);
    assert_eq!((opened.data.leader_id, opened.data.member_ids), (leader, vec![member]));
    wired.room(member, |_| true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_tells_what_becomes_of_its_party() {
    let wired = Wired::set().await;
    let (leader, member) = (UserId::new(), UserId::new());
    wired.name(member, 1, "배나무").await;
    let open = party(leader, &[member]);
    wired.tell_of(&open).await;
    let mut locked = next(&open);
    locked.status = PartyStatus::Locked;
    wired.tell_of(&locked).await;
    let mut cancelled = next(&locked);
    cancelled.status = PartyStatus::Cancelled;
    wired.tell_of(&cancelled).await;
    let room = wired.room(leader, |room| room["last_message"]["type"] == "CANCELLED").await;
    assert_eq!(room["party_status"], "cancelled");
    let path = format!("/v1/chat-rooms/{}/messages", room["id"].as_str().unwrap());
    let history = wired.client(leader).get(&path).await.expect(200);
    let types: Vec<_> = history["items"].as_array().unwrap().iter().map(|m| &m["type"]).collect();
    assert_eq!(types, ["JOINED", "LOCKED", "CANCELLED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_removed_is_cut_off_at_once_wherever_they_are_connected() {
    let wired = Wired::set().await;
    let room = wired.stage.room().await;
    // Elsewhere, nobody looks into the database: Redis alone brings the news.
    let mut config = wired.stage.config();
    config.bridge.look_every = Duration::from_hours(1);
    let elsewhere = wired.stage.serve_with(&config);
    let mut removed = Stomp::connect(&elsewhere, &wired.stage.token(room.member)).await;
    removed.hear_errors().await;
    removed.subscribe(room.id, "0", "").await;
    let mut leader = Stomp::connect(&elsewhere, &wired.stage.token(room.leader)).await;
    leader.subscribe(room.id, "0", "").await;

    let mut without = next(&room.party);
    without.members.clear();
    wired.tell_of(&without).await;
    assert_eq!(leader.message().await.json()["type"], "LEFT");
    assert_eq!(removed.message().await.json()["type"], "LEFT");
    assert_eq!(removed.message().await.json()["code"], "subscription_ended");
    leader.tell(room.id, "이제 우리끼리").await;
    removed.say(room.id, &serde_json::json!({ "content": "나도" }), "r").await;
    assert_eq!(removed.message().await.json()["code"], "room_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_follow_their_owners_and_go_with_them() {
    let wired = Wired::set().await;
    let (leader, member) = (UserId::new(), UserId::new());
    wired.tell_of(&party(leader, &[member])).await;
    let room =
        wired.room(member, |room| room["last_message"]["sender"]["nickname"] == "이웃").await;
    let path = format!("/v1/chat-rooms/{}/messages", room["id"].as_str().unwrap());
    wired.name(member, 2, "새 이름").await;
    wired.name(member, 1, "헌 이름").await;
    wired.room(leader, |room| room["last_message"]["sender"]["nickname"] == "새 이름").await;
    let said = serde_json::json!({ "content": "저는 이만" });
    wired.client(member).post(&path, said).await.expect(201);

    wired.tell(UserEvent::Withdrawn { user_id: member, version: 3 }).await;
    let room = wired.room(leader, |room| room["last_message"]["type"] == "LEFT").await;
    assert_eq!(room["last_message"]["sender"]["nickname"], "탈퇴한 사용자");
    wired.name(member, 2, "새 이름").await;
    // News of the party that is as old as that does not bring them back.
    let mut late = party(leader, &[member]);
    (late.party_id, late.version) = (room["party_id"].as_str().unwrap().parse().unwrap(), 2);
    wired.tell_of(&late).await;
    let another = party(leader, &[UserId::new()]);
    wired.tell_of(&another).await;
    until("the last event is handled", async || {
        let rooms = wired.client(leader).get("/v1/chat-rooms").await.expect(200);
        (rooms["items"].as_array().unwrap().len() == 2).then_some(())
    })
    .await;
    wired.client(member).get(&path).await.expect_problem(404, "room_not_found");
    let history = wired.client(leader).get(&path).await.expect(200);
    for message in history["items"].as_array().unwrap() {
        assert_eq!(message["sender"]["nickname"], "탈퇴한 사용자");
    }
    assert_eq!(history["items"][1]["content"], "저는 이만");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_administrator_removes_is_gone_from_every_screen() {
    let wired = Wired::set().await;
    let scene = wired.stage.room().await;
    let member = wired.client(scene.member);
    member.post(&scene.path("/messages"), json!({ "content": "나쁜 말" })).await.expect(201);
    let mut live = Stomp::connect(&wired.instance, &wired.stage.token(scene.leader)).await;
    live.subscribe(scene.id, "0", "after-seq:1\n").await;
    assert_eq!(live.message().await.json()["content"], "나쁜 말");
    // What happened has no words: nothing is told of the first.
    for seq in [1, 2, 2] {
        wired.tell(MessageRemoved { room_id: scene.id, seq }).await;
    }
    let told = live.message().await.json();
    assert_eq!(
        (&told["type"], &told["seq"], &told["removes"]),
        (&json!("REMOVED"), &json!(3), &json!(2))
    );
    assert_eq!(told["texts"]["en"], "An administrator has removed a message");
    member.post(&scene.path("/messages"), json!({ "content": "네" })).await.expect(201);
    assert_eq!(live.message().await.seq(), 4, "it is told once");
    let history = member.get(&scene.path("/messages?after=1")).await.expect(200);
    assert_eq!(history["items"][0]["removed"], json!(true));
    assert_eq!(history["items"][1], told);
}

#[tokio::test(flavor = "multi_thread")]
async fn bans_are_heard_of_and_those_from_other_things_leave_the_chat_alone() {
    let wired = Wired::set().await;
    let scene = wired.stage.room().await;
    let member = wired.client(scene.member);
    let say = async || member.post(&scene.path("/messages"), json!({ "content": "네" })).await;
    let ban =
        |scope| BanSnapshot { ban_id: BanId::new(), user_id: scene.member, scope, ends_at: None };
    for scope in [BanScope::Lead, BanScope::Join] {
        wired.tell(BanEvent::Given(ban(scope))).await;
    }
    for scope in [BanScope::Chat, BanScope::All] {
        let ban = ban(scope);
        say().await.expect(201);
        wired.tell(BanEvent::Given(ban.clone())).await;
        let refused = until("the ban is known", async || {
            let answer = say().await;
            (answer.status != 201).then_some(answer)
        });
        refused.await.expect_problem(403, "banned_from_chat");
        wired.tell(BanEvent::Lifted(ban)).await;
        until("the ban is over", async || (say().await.status == 201).then_some(())).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_said_stays_for_the_stated_days_and_no_longer() {
    let wired = Wired::set().await;
    let (leader, member, path) = wired.talk().await;
    for content in ["저는 이만", "제 번호는 010-0000-0000"] {
        let said = serde_json::json!({ "content": content });
        wired.client(member).post(&path, said).await.expect(201);
    }
    wired.tell(UserEvent::Withdrawn { user_id: member, version: 2 }).await;
    wired.room(leader, |room| room["last_message"]["type"] == "LEFT").await;
    let history = wired.client(leader).get(&path).await.expect(200);
    assert_eq!(history["items"][1]["content"], "저는 이만");
    assert_eq!(history["items"][1]["sender"]["nickname"], "탈퇴한 사용자");

    // Twice: the second finds nothing to do.
    for _ in 0..2 {
        wired.tell(UserEvent::Erased { user_id: member, version: 2 }).await;
    }
    let history = until("the words to be removed", async || {
        let history = wired.client(leader).get(&path).await.expect(200);
        (history["items"][2]["removed"] == true).then_some(history)
    })
    .await;
    let seqs: Vec<_> = history["items"].as_array().unwrap().iter().map(|m| &m["seq"]).collect();
    assert_eq!(seqs, [1, 2, 3, 4]);
    for place in [1, 2] {
        assert_eq!(history["items"][place]["content"], "");
        assert_eq!(history["items"][place]["removed"], true);
    }
    assert_eq!(history["items"][3]["type"], "LEFT");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_never_heard_to_leave_is_erased_all_the_same() {
    let wired = Wired::set().await;
    let (leader, member, path) = wired.talk().await;
    let said = serde_json::json!({ "content": "저는 이만" });
    wired.client(member).post(&path, said).await.expect(201);
    wired.tell(UserEvent::Erased { user_id: member, version: 2 }).await;
    until("the words to be removed", async || {
        let history = wired.client(leader).get(&path).await.expect(200);
        (history["items"][1]["removed"] == true).then_some(())
    })
    .await;
    wired.client(member).get(&path).await.expect_problem(404, "room_not_found");
    let history = wired.client(leader).get(&path).await.expect(200);
    assert_eq!(history["items"][1]["sender"]["nickname"], "탈퇴한 사용자");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_the_platform_while_a_party_lets_them_in_is_not_in_the_room() {
    for known in [false, true] {
        let stage = Stage::set().await;
        let member = if known { stage.person("배나무").await } else { UserId::new() };
        let party = party(stage.person("사과대장").await, &[member]);
        let herald = Herald::default();
        let mut following = stage.db.begin().await.unwrap();
        let conn = following.conn();
        follow_party(conn, &party, noon(), &herald, noon()).await.unwrap();
        let leaving =
            stage.db.transaction(async |conn| erase_person(conn, member, 2, &herald, noon()).await);
        let mut leaving = std::pin::pin!(leaving);
        // Time enough for somebody who waits for nothing.
        let outcome = tokio::time::timeout(Duration::from_millis(500), &mut leaving).await;
        following.commit().await.unwrap();
        match outcome {
            Ok(left) => left.unwrap(),
            Err(_) => leaving.await.unwrap(),
        }
        let conn = &mut stage.database.conn().await;
        assert!(members::rooms_of(conn, member).await.unwrap().is_empty(), "known: {known}");
    }
}
