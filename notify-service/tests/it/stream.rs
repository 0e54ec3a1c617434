//! The stream of notifications, as clients and other instances see it.

mod ends;
mod exactly_once;
mod kills;
mod outages;
mod replay;
mod slow;
mod writer;

use std::sync::Arc;

use chassis::text::Locale;
use contracts::UserId;
use notify_service::notification_view::NotificationView;
use notify_service::store::notifications::Stored;
use testkit::{Answer, Client, EventStream};

use self::writer::Writer;
use crate::helpers::{Platform, Service};

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_comes_as_the_inbox_lists_it() {
    let service = Service::start().await;
    let (writer, person) = (Writer::new(&service.platform), UserId::new());
    let mut stream = EventStream::live(&service.client_of(person)).await;
    assert_eq!(stream.header("cache-control"), "no-store, no-transform");
    assert_eq!(stream.header("x-accel-buffering"), "no");
    assert_eq!(stream.header("x-trace-id").len(), 32);
    assert_eq!((stream.last_id.as_str(), stream.retry), ("0", Some(2000)));

    let told = writer.tell(&[person]).await;
    let event = stream.event().await;
    let content = (*told.content).clone();
    let stored = Stored { seq: 1, held: false, content, read_at: None };
    let listed = NotificationView::of(&stored, Locale::Ko);
    assert_eq!(event.data, serde_json::to_string(&listed).unwrap());
    assert_eq!((event.id.as_str(), event.name.as_str()), ("1", "notification"));
}

#[tokio::test(flavor = "multi_thread")]
async fn d40_every_tab_on_every_instance_gets_it() {
    let platform = Arc::new(Platform::new().await);
    let (one, other) = (Service::on(&platform), Service::on(&platform));
    let (writer, person) = (Writer::new(&platform), UserId::new());
    let mut tabs = Vec::new();
    for service in [&one, &one, &other] {
        tabs.push(EventStream::live(&service.client_of(person)).await);
    }
    for _ in 0..3 {
        writer.tell(&[person]).await;
    }
    for tab in &mut tabs {
        assert_eq!(tab.seqs(3).await, [1, 2, 3]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d38_a_stream_is_for_exactly_one_person() {
    let service = Service::start().await;
    let writer = Writer::new(&service.platform);
    let people: Vec<UserId> = std::iter::repeat_with(UserId::new).take(3).collect();
    let mut streams = Vec::new();
    for person in &people {
        streams.push(EventStream::live(&service.client_of(*person)).await);
    }
    writer.tell(&people[..1]).await;
    let second = writer.tell(&people[1..2]).await;
    writer.tell(&people).await;
    assert_eq!(streams[0].seqs(2).await, [1, 2]);
    let event = streams[1].event().await;
    assert!(event.data.contains(&second.content.about.party_id.to_string()), "{}", event.data);
    assert_eq!(streams[2].seqs(1).await, [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_in_quiet_hours_is_on_no_stream() {
    let service = Service::start().await;
    let (writer, person) = (Writer::new(&service.platform), UserId::new());
    let client = service.client_of(person);
    let mut stream = EventStream::live(&client).await;
    writer.tell(&[person]).await;
    let held = writer.write(&[person], true).await;
    writer.announce(&held);
    writer.tell(&[person]).await;
    assert_eq!(stream.seqs(2).await, [1, 3]);
    assert_eq!(EventStream::open(&client, Some("1")).await.seqs(1).await, [3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_signed_in_listens() {
    let service = Service::start().await;
    let path = "/v1/notifications/stream";
    refused(&service.client, path).await.expect_problem(401, "unauthenticated");
    refused(&service.client.with_token("e30.e30.e30"), path)
        .await
        .expect_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_all_the_seats() {
    let service = Service::start().await;
    let (client, path) = (service.client_of(UserId::new()), "/v1/notifications/stream");
    let mut streams = Vec::new();
    for _ in 0..3 {
        streams.push(EventStream::live(&client).await);
    }
    refused(&client, path).await.expect_problem(429, "too_many_requests");
    EventStream::live(&service.client_of(UserId::new())).await;

    streams.pop();
    testkit::until("a closed stream gives its seat back", async || {
        let response = client.request(reqwest::Method::GET, path).send().await.unwrap();
        response.status().is_success().then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_stream_says_now_and_then_that_it_is_there() {
    let service = Service::start().await;
    let mut stream = EventStream::live(&service.client_of(UserId::new())).await;
    while stream.comments < 3 {
        assert!(stream.read().await);
    }
}

/// Asks for a stream that is refused.
async fn refused(client: &Client, path: &str) -> Answer {
    Client::send(client.request(reqwest::Method::GET, path)).await
}
