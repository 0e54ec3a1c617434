//! When a stream ends.

use chassis::identity::{Role, announce};
use chassis::redis::Cache;
use chrono::TimeDelta;
use contracts::UserId;
use testkit::{EventStream, TestIssuer};

use super::refused;
use super::writer::Writer;
use crate::helpers::Service;

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_token() {
    let service = Service::start().await;
    let person = UserId::new();
    let client = service.client_of(person);
    let mut stream = EventStream::live(&client).await;
    let mut other = {
        service.platform.clock.advance(TimeDelta::minutes(5));
        EventStream::live(&service.client_of(person)).await
    };
    service.platform.clock.advance(TimeDelta::minutes(5));
    assert_eq!(stream.rest().await, []);
    refused(&client, "/v1/notifications/stream").await.expect_problem(401, "token_expired");
    // The one with the younger token goes on.
    Writer::new(&service.platform).tell(&[person]).await;
    assert_eq!(other.seqs(1).await, [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_session() {
    let service = Service::start().await;
    let (platform, person) = (&service.platform, UserId::new());
    let now = platform.clock.now();
    let claims = TestIssuer::claims(person, Role::User, now);
    let (session, token) = (claims.sid, platform.issuer.sign(&claims));
    let mut stream = EventStream::live(&service.client.with_token(token)).await;
    let mut other = EventStream::live(&service.client_of(person)).await;

    let cache = Cache::new(&platform.config.redis).unwrap();
    announce(&cache, &[session], now + TimeDelta::minutes(10), now).await.unwrap();
    assert_eq!(stream.rest().await, []);
    Writer::new(platform).tell(&[person]).await;
    assert_eq!(other.seqs(1).await, [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_stops_sends_everyone_elsewhere() {
    let service = Service::start().await;
    let mut stream = EventStream::live(&service.client_of(UserId::new())).await;
    service.stop();
    assert_eq!(stream.rest().await, []);
    let retry = stream.retry.unwrap();
    assert!((500..1500).contains(&retry), "{retry}: soon, and not all at once");
}
