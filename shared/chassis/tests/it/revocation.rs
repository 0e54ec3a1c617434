//! A session that is over is over everywhere, also for those who were not listening.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::things::noon;
use actix_web::{App, HttpResponse, HttpServer, web};
use chassis::clock::{Clock, ManualClock};
use chassis::config::RedisConfig;
use chassis::http::client;
use chassis::identity::{Issuer, RevokedDocument, RevokedSession, RevokedSessions, announce};
use chassis::redis::Cache;
use chrono::TimeDelta;
use contracts::SessionId;
use secrecy::{ExposeSecret as _, SecretString};
use testkit::{FaultProxy, redis_config, until};
use tokio_util::sync::CancellationToken;

/// Where nothing listens.
const NOWHERE: &str = "redis://127.0.0.1:1";

fn follow(cache: &Cache) -> (RevokedSessions, CancellationToken) {
    follow_both(cache, None)
}

fn follow_both(cache: &Cache, issuer: Option<Issuer>) -> (RevokedSessions, CancellationToken) {
    let revoked = RevokedSessions::default();
    let stop = CancellationToken::new();
    let clock = Clock::Manual(ManualClock::at(noon()));
    tokio::spawn(revoked.clone().follow(cache.clone(), issuer, clock, stop.clone()));
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

/// An issuer that is asked which sessions are over.
#[derive(Clone, Default)]
struct Asked {
    answer: Arc<Mutex<String>>,
    times: Arc<AtomicUsize>,
}

fn issuer(asked: Asked) -> Issuer {
    let server = HttpServer::new(move || {
        let asked = asked.clone();
        let revoked = move || {
            asked.times.fetch_add(1, Ordering::SeqCst);
            let answer = asked.answer.lock().unwrap().clone();
            async { HttpResponse::Ok().content_type("application/json").body(answer) }
        };
        App::new().route("/.well-known/revoked-sessions.json", web::get().to(revoked))
    })
    .workers(1)
    .disable_signals()
    .bind("127.0.0.1:0")
    .unwrap();
    let keys = format!("http://{}/.well-known/jwks.json", server.addrs()[0]);
    tokio::spawn(server.run());
    Issuer::new(&keys, client::build(Duration::from_secs(2)).unwrap()).unwrap()
}

fn document(session_id: SessionId) -> String {
    let until = (noon() + TimeDelta::minutes(10)).timestamp();
    let sessions = vec![RevokedSession { session_id, until }];
    serde_json::to_string(&RevokedDocument { sessions }).unwrap()
}

#[tokio::test]
async fn without_redis_the_issuer_says_it() {
    let config = RedisConfig { url: SecretString::from(NOWHERE), ..redis_config() };
    let (first, second) = (SessionId::new(), SessionId::new());
    let asked = Asked::default();
    let cache = Cache::new(&config).unwrap();
    let (revoked, _stop) = follow_both(&cache, Some(issuer(asked.clone())));
    let mut ended = revoked.ended();
    until("it is asked, and has no answer", async || {
        (asked.times.load(Ordering::SeqCst) > 0).then_some(())
    })
    .await;
    for session in [first, second] {
        *asked.answer.lock().unwrap() = document(session);
        assert_eq!(ended.recv().await, Ok(session));
    }
    assert!(revoked.contains(first), "what was heard once is known");
}
