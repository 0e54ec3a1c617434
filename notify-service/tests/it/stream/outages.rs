//! The cache and the database go away and come back, and the stream goes on.

use std::sync::Arc;

use contracts::UserId;
use secrecy::{ExposeSecret as _, SecretString};
use testkit::{EventStream, FaultProxy, TestDatabase};

use super::writer::Writer;
use crate::helpers::{Platform, Service};

#[tokio::test(flavor = "multi_thread")]
async fn while_the_cache_is_away_notifications_come_all_the_same() {
    let platform = Arc::new(Platform::new().await);
    let mut config = platform.config.clone();
    let (line, through) = FaultProxy::before_url(config.redis.url.expose_secret()).await;
    config.redis.url = SecretString::from(through);
    let service = Service::with(&platform, &config);
    let (writer, person) = (Writer::new(&platform), UserId::new());
    let mut stream = EventStream::live(&service.client_of(person)).await;
    writer.tell(&[person]).await;
    assert_eq!(stream.seqs(1).await, [1]);

    line.go_down();
    writer.tell(&[person]).await;
    writer.tell(&[person]).await;
    assert_eq!(stream.seqs(2).await, [2, 3]);
    // Who comes now is served too.
    let mut late = EventStream::open(&service.client_of(person), Some("1")).await;
    assert_eq!(late.seqs(2).await, [2, 3]);

    line.come_up();
    for seq in 4..8 {
        writer.tell(&[person]).await;
        assert_eq!(stream.seqs(1).await, [seq]);
        assert_eq!(late.seqs(1).await, [seq]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_opened_without_the_database_begins_when_it_is_back() {
    let platform = Arc::new(Platform::new().await);
    let (writer, person) = (Writer::new(&platform), UserId::new());
    for _ in 0..3 {
        writer.tell(&[person]).await;
    }
    let mut config = platform.config.clone();
    let (line, through) = FaultProxy::before_url(&platform.database.url()).await;
    config.database = TestDatabase::config_at(through);
    let service = Service::with(&platform, &config);
    line.go_down();
    let mut stream = EventStream::open(&service.client_of(person), Some("1")).await;
    while stream.comments == 0 {
        assert!(stream.read().await, "it waits");
    }
    // What is told meanwhile waits for what comes before it.
    writer.tell(&[person]).await;
    line.come_up();
    assert_eq!(stream.seqs(3).await, [2, 3, 4]);
}
