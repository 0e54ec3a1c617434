//! A session that is over is over everywhere, also for those who were not listening.

use crate::things::noon;
use chassis::clock::{Clock, ManualClock};
use chassis::config::RedisConfig;
use chassis::identity::{RevokedSessions, announce};
use chassis::redis::Cache;
use chrono::TimeDelta;
use contracts::SessionId;
use secrecy::{ExposeSecret as _, SecretString};
use testkit::{FaultProxy, redis_config, until};
use tokio_util::sync::CancellationToken;

fn follow(cache: &Cache) -> (RevokedSessions, CancellationToken) {
    let revoked = RevokedSessions::default();
    let stop = CancellationToken::new();
    let clock = Clock::Manual(ManualClock::at(noon()));
    tokio::spawn(revoked.clone().follow(cache.clone(), clock, stop.clone()));
    (revoked, stop)
}

async fn revoke(cache: &Cache, session: SessionId) {
    announce(cache, &[session], noon() + TimeDelta::minutes(10), noon()).await.unwrap();
}

async fn heard(revoked: &RevokedSessions, session: SessionId) {
    until("the revocation is heard of", async || revoked.contains(session).then_some(())).await;
}

#[tokio::test]
async fn every_instance_hears_of_it() {
    let cache = Cache::new(&redis_config()).unwrap();
    let instances = [follow(&cache), follow(&cache)];
    let (first, second) = (SessionId::new(), SessionId::new());
    for session in [first, second] {
        revoke(&cache, session).await;
        for (revoked, _) in &instances {
            heard(revoked, session).await;
        }
    }
    assert!(!instances[0].0.contains(SessionId::new()));
}

#[tokio::test]
async fn what_stays_open_hears_of_each_end_once() {
    let cache = Cache::new(&redis_config()).unwrap();
    let (revoked, _stop) = follow(&cache);
    let mut ended = revoked.ended();
    let (first, second) = (SessionId::new(), SessionId::new());
    for session in [first, first, second] {
        revoke(&cache, session).await;
        heard(&revoked, session).await;
    }
    assert_eq!(ended.recv().await, Ok(first));
    assert_eq!(ended.recv().await, Ok(second));
}

#[tokio::test]
async fn whoever_starts_later_catches_up() {
    let cache = Cache::new(&redis_config()).unwrap();
    let session = SessionId::new();
    revoke(&cache, session).await;
    heard(&follow(&cache).0, session).await;
}

#[tokio::test]
async fn whoever_was_cut_off_catches_up() {
    let config = redis_config();
    let (line, through) = FaultProxy::before_url(config.url.expose_secret()).await;
    let announcer = Cache::new(&config).unwrap();
    let cut_off = Cache::new(&RedisConfig { url: SecretString::from(through), ..config }).unwrap();
    let (revoked, _stop) = follow(&cut_off);
    let before = SessionId::new();
    revoke(&announcer, before).await;
    heard(&revoked, before).await;

    line.go_down();
    let meanwhile = SessionId::new();
    revoke(&announcer, meanwhile).await;
    assert!(!revoked.contains(meanwhile));
    line.come_up();
    heard(&revoked, meanwhile).await;
}

#[tokio::test]
async fn announcements_do_not_pile_up() {
    let cache = Cache::new(&redis_config()).unwrap();
    let old = SessionId::new();
    announce(&cache, &[old], noon() + TimeDelta::minutes(10), noon()).await.unwrap();
    let later = noon() + TimeDelta::hours(1);
    announce(&cache, &[SessionId::new()], later + TimeDelta::minutes(10), later).await.unwrap();
    let key = cache.key("revoked-sessions");
    let kept: Vec<String> = cache
        .run(async |conn| {
            use chassis::redis::redis::AsyncCommands as _;
            conn.zrange(&key, 0, -1).await
        })
        .await
        .unwrap();
    assert_eq!(kept.len(), 1);
    assert!(!kept.contains(&old.to_string()));
}
