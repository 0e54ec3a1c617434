//! Each event is acted on once, and one that cannot be handled is in nobody's way.

use std::sync::Arc;

use crate::bus::stage::{Act, Listener, SOURCE, Stage, user, wire};
use chassis::bus::{Consumer, Failure, Handle, outbox};
use chassis::db::Conn;
use chassis::http::trace::Trace;
use chrono::TimeDelta;
use contracts::routing::NOTIFY;
use contracts::session::SessionsRevoked;
use contracts::user::UserEvent;
use contracts::{Event, UserId};
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use testkit::until;
use tokio::sync::Notify;

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_acted_on_once_however_often_it_comes() {
    let stage = Stage::set().await;
    let listener = Listener::new();
    stage.consumer(&listener);
    let queue = stage.broker.topology().queue(NOTIFY);
    until("the queue is there", async || Some(stage.dead_letters().await)).await;
    let event = wire(1);
    for _ in 0..3 {
        stage.bus.send(&queue, &event).await;
    }
    stage.bus.send(&queue, &wire(2)).await;
    stage.until_stored(2).await;
    // Ids are kept for thirty days.
    stage.clock.advance(TimeDelta::days(29));
    stage.bus.send(&queue, &event).await;
    stage.bus.send(&queue, &wire(3)).await;
    stage.until_stored(3).await;
    let mut versions: Vec<u64> = listener.heard().iter().map(|(_, version)| *version).collect();
    versions.sort_unstable();
    assert_eq!(versions, [1, 2, 3]);
    assert!(stage.dead_letters().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_share_the_work() {
    let stage = Stage::set().await;
    let (here, there) = (Listener::new(), Listener::new());
    stage.relay();
    stage.consumer(&here);
    stage.consumer(&there);
    stage.say_many(300).await;
    stage.until_stored(300).await;
    assert_eq!(here.heard().len() + there.heard().len(), 300);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_a_dead_letter_at_once_and_in_nobodys_way() {
    let stage = Stage::set().await;
    let listener =
        Listener::acting(|version, _| if version == 1 { Act::Refuse } else { Act::Succeed });
    stage.consumer(&listener);
    let queue = stage.broker.topology().queue(NOTIFY);
    until("the queue is there", async || Some(stage.dead_letters().await)).await;
    let mut wrong_data: serde_json::Value = serde_json::from_slice(&wire(7)).unwrap();
    wrong_data["data"]["version"] = "seven".into();
    for body in [b"{".to_vec(), wrong_data.to_string().into_bytes(), wire(1), wire(2)] {
        stage.bus.send(&queue, &body).await;
    }
    stage.until_stored(1).await;
    let letters = stage.until_dead(3).await;
    assert!(letters.iter().all(|letter| letter.failures == 1), "{letters:?}");
    assert_eq!(letters.iter().filter(|letter| letter.kind.is_none()).count(), 1);
    assert!(letters.iter().any(|letter| letter.reason.contains("invalid type: string")));
    assert_eq!(listener.heard().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn d43_an_event_that_fails_is_tried_again_later_and_is_a_dead_letter_in_the_end() {
    let stage = Stage::set().await;
    let listener = Listener::acting(|version, nth| match version {
        1 => Act::Fail,
        2 if nth <= 2 => Act::Fail,
        _ => Act::Succeed,
    });
    stage.relay();
    stage.consumer(&listener);
    stage.say_many(3).await;
    // What was stored before the failure is undone with it, or it could not be stored again.
    stage.until_stored(2).await;
    let letters = stage.until_dead(1).await;
    assert_eq!(letters[0].failures, 3);
    assert_eq!(letters[0].reason, "as the test wants");
    let calls = |wanted| listener.heard().iter().filter(|(_, version)| *version == wanted).count();
    assert_eq!((calls(1), calls(2), calls(3)), (3, 3, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_panics_has_failed_and_the_consumer_goes_on() {
    let stage = Stage::set().await;
    let listener =
        Listener::acting(
            |version, nth| {
                if version == 1 && nth == 1 { Act::Panic } else { Act::Succeed }
            },
        );
    stage.relay();
    stage.consumer(&listener);
    stage.say_many(2).await;
    stage.until_stored(2).await;
    assert_eq!(listener.heard().len(), 3);
}

/// While versions change, an older instance may get what only a newer one understands.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_without_a_handler_is_passed_on_before_it_is_given_up() {
    struct Deaf;
    impl Handle<SessionsRevoked> for Deaf {
        async fn handle(&self, _: &mut Conn, _: Event<SessionsRevoked>) -> Result<(), Failure> {
            Ok(())
        }
    }
    let stage = Stage::set().await;
    let consumer = Consumer::new(&stage.broker, &stage.db, &stage.clock(), NOTIFY)
        .on::<SessionsRevoked, _>(&Arc::new(Deaf));
    stage.life.spawn("deaf", consumer.run(stage.life.stopping()));
    stage.relay();
    stage.say_many(1).await;
    let letters = stage.until_dead(1).await;
    assert_eq!(letters[0].reason, "no handler for user.updated.v1");
    assert_eq!(letters[0].failures, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trace_goes_on_through_events_and_what_follows_from_them() {
    #[derive(diesel::QueryableByName)]
    struct Payload {
        #[diesel(sql_type = Text)]
        payload: String,
    }
    struct Follower;
    impl Handle<UserEvent> for Follower {
        async fn handle(&self, conn: &mut Conn, event: Event<UserEvent>) -> Result<(), Failure> {
            let UserEvent::Updated(person) = event.data else { return Ok(()) };
            if person.version == 1 {
                let follows = user(person.user_id, 2);
                outbox::append(conn, SOURCE, event.time, follows).await?;
            }
            Ok(())
        }
    }
    let stage = Stage::set().await;
    let consumer = Consumer::new(&stage.broker, &stage.db, &stage.clock(), NOTIFY)
        .on::<UserEvent, _>(&Arc::new(Follower));
    stage.life.spawn("follower", consumer.run(stage.life.stopping()));
    stage.relay();
    let trace = Trace::begin();
    trace.scope(stage.say(UserId::new(), 1)).await;
    let all = "SELECT COUNT(*) AS n FROM outbox WHERE published_at IS NOT NULL";
    until("both are said", async || (stage.count(all).await == 2).then_some(())).await;

    let mut conn = stage.db.conn().await.unwrap();
    let rows: Vec<Payload> = diesel::sql_query("SELECT payload FROM outbox ORDER BY position")
        .load(&mut conn)
        .await
        .unwrap();
    let spans: Vec<String> = rows
        .iter()
        .map(|row| serde_json::from_str::<Event<UserEvent>>(&row.payload).unwrap())
        .map(|event| event.traceparent.unwrap())
        .collect();
    assert_eq!(spans[0], trace.traceparent());
    assert_eq!(Trace::parse(&spans[1]).unwrap().trace_id(), trace.trace_id());
    assert_ne!(spans[0], spans[1], "what follows is a span of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_that_stops_finishes_what_it_has_begun() {
    struct Slow {
        begun: Notify,
        end: Notify,
        listener: Arc<Listener>,
    }
    impl Handle<UserEvent> for Slow {
        async fn handle(&self, conn: &mut Conn, event: Event<UserEvent>) -> Result<(), Failure> {
            self.begun.notify_one();
            self.end.notified().await;
            self.listener.handle(conn, event).await
        }
    }
    let mut stage = Stage::set().await;
    let listener = Listener::new();
    let slow =
        Arc::new(Slow { begun: Notify::new(), end: Notify::new(), listener: listener.clone() });
    let consumer =
        Consumer::new(&stage.broker, &stage.db, &stage.clock(), NOTIFY).on::<UserEvent, _>(&slow);
    stage.life.spawn("slow", consumer.run(stage.life.stopping()));
    stage.relay();
    stage.say_many(1).await;
    slow.begun.notified().await;
    stage.life.stop();
    slow.end.notify_one();
    stage.restart().await;
    assert_eq!(stage.stored().await, 1);
    assert_eq!(stage.bus.waiting(&stage.broker.topology().queue(NOTIFY)).await, 0);
}
