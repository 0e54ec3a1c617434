//! Who comes back gets what was missed.

use contracts::UserId;
use diesel_async::RunQueryDsl;
use testkit::{Client, EventStream};

use super::writer::Writer;
use crate::helpers::Service;

/// A person who has missed so many notifications.
async fn missed(service: &Service, count: usize) -> (Writer, UserId, Client) {
    let (writer, person) = (Writer::new(&service.platform), UserId::new());
    for _ in 0..count {
        writer.tell(&[person]).await;
    }
    let client = service.client_of(person);
    (writer, person, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn d39_exactly_what_was_missed_is_sent_and_then_what_is_new() {
    let service = Service::start().await;
    // More than is read at once.
    let (writer, person, client) = missed(&service, 130).await;
    let mut stream = EventStream::open(&client, Some("9")).await;
    assert_eq!(stream.seqs(121).await, (10..=130).collect::<Vec<_>>());
    writer.tell(&[person]).await;
    assert_eq!(stream.seqs(1).await, [131]);
    // Ids are numbers: 9 comes before 10 and 100.
    assert_eq!(EventStream::open(&client, Some("129")).await.seqs(2).await, [130, 131]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_connection_may_say_in_the_query_where_it_stopped() {
    let service = Service::start().await;
    let (_, _, client) = missed(&service, 3).await;
    let path = "/v1/notifications/stream?last_event_id=1";
    let request = client.request(reqwest::Method::GET, path);
    let mut stream = EventStream::of(request.send().await.unwrap(), "1");
    assert_eq!(stream.seqs(2).await, [2, 3]);
    let request = client.request(reqwest::Method::GET, path).header("last-event-id", "2");
    let mut stream = EventStream::of(request.send().await.unwrap(), "2");
    assert_eq!(stream.seqs(1).await, [3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_cut_off_before_the_first_event_misses_nothing() {
    let service = Service::start().await;
    let (writer, person, client) = missed(&service, 2).await;
    let stream = EventStream::live(&client).await;
    let place = stream.last_id.clone();
    assert_eq!(place, "2");
    drop(stream);
    writer.tell(&[person]).await;
    assert_eq!(EventStream::open(&client, Some(&place)).await.seqs(1).await, [3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn p09_an_id_that_says_nothing_leads_to_one_resync() {
    let service = Service::start().await;
    // One more than is sent again.
    let (writer, person, client) = missed(&service, 151).await;
    let resyncs = [("0", "too_old"), ("999", "unknown"), ("garbage", "unknown"), ("-1", "unknown")];
    for (last, (id, reason)) in (151_u64..).zip(resyncs) {
        let mut stream = EventStream::open(&client, Some(id)).await;
        let event = stream.event().await;
        assert_eq!(event.name, "resync");
        assert_eq!(event.id, last.to_string());
        let data = serde_json::json!({ "reason": reason, "last_seq": last });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&event.data).unwrap(), data);
        // After it the stream is like any other.
        writer.tell(&[person]).await;
        assert_eq!(stream.seqs(1).await, [last + 1]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p09_what_is_forgotten_leads_to_one_resync() {
    let service = Service::start().await;
    let (_, _, client) = missed(&service, 20).await;
    diesel::sql_query("UPDATE inboxes SET forgotten_seq = 10")
        .execute(&mut service.platform.database.conn().await)
        .await
        .unwrap();
    assert_eq!(EventStream::open(&client, Some("9")).await.event().await.name, "resync");
    assert_eq!(
        EventStream::open(&client, Some("10")).await.seqs(10).await,
        (11..=20).collect::<Vec<_>>()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_person_deleted_is_no_gap() {
    let service = Service::start().await;
    let (writer, person, client) = missed(&service, 5).await;
    diesel::sql_query("DELETE FROM notifications WHERE seq IN (2, 3, 5)")
        .execute(&mut service.platform.database.conn().await)
        .await
        .unwrap();
    let mut stream = EventStream::open(&client, Some("1")).await;
    assert_eq!(stream.seqs(1).await, [4]);
    writer.tell(&[person]).await;
    assert_eq!(stream.seqs(1).await, [6]);
}
