//! Redis is away: the same answers, slower.

use chassis::config::RedisConfig;
use secrecy::ExposeSecret as _;
use serde_json::json;
use testkit::{FaultProxy, until};

use super::cache::{Memory, metric};
use super::stage::Aftermath;
use crate::parties::stage::Stage;

/// An aftermath whose service reaches Redis through something that can be cut.
async fn behind_a_proxy() -> (Aftermath, FaultProxy) {
    let redis = testkit::redis_config();
    let (proxy, url) = FaultProxy::before_url(redis.url.expose_secret()).await;
    let stage = Stage::spawn_with(|config| config.redis.url = url.into());
    (Aftermath::on(stage.await), proxy)
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_everything_is_answered_as_with_it() {
    let (aftermath, proxy) = behind_a_proxy().await;
    let [leader, absent, reader] = aftermath.stage.people().await;
    let (first, second) = (
        aftermath.party(&leader, &[], &[&absent]).await,
        aftermath.party(&leader, &[], &[&absent]).await,
    );
    let seen = async || aftermath.profile(&reader, &absent).await["penalties"].clone();
    assert_eq!(seen().await, json!(0));
    leader.punish(&first, &absent).await.expect(201);
    assert_eq!(seen().await, json!(1));
    proxy.go_down();
    assert_eq!(seen().await, json!(1));
    leader.punish(&second, &absent).await.expect(201);
    assert_eq!(seen().await, json!(2));
    let members = reader.client.get(&format!("{first}/members")).await;
    members.expect_problem(403, "not_a_member");
    let members = leader.client.get(&format!("{first}/members")).await.expect(200);
    assert_eq!(members["items"][1]["penalties"], json!(2));
    proxy.come_up();
    // What Redis remembers from before is there again, and nobody is shown it.
    for _ in 0..20 {
        assert_eq!(seen().await, json!(2));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d47_what_could_not_be_forgotten_is_shown_to_nobody() {
    // Two instances; only one of them can be cut off from Redis.
    let memory = Memory::new().await;
    let (proxy, url) = FaultProxy::before_url(memory.redis.url.expose_secret()).await;
    let redis = RedisConfig { url: url.into(), ..memory.redis.clone() };
    let cut_off = Memory {
        redis,
        database: memory.database.clone(),
        db: memory.db.clone(),
        clock: memory.clock.clone(),
    };
    let (reader, writer, id) =
        (memory.instance().await, cut_off.instance().await, memory.person().await);
    for number in 0..3 {
        reader.keep().await.unwrap();
        reader.get(id).await.unwrap();
        proxy.go_down();
        let name = format!("이름 {number}");
        memory.rename(&writer, id, &name).await;
        let seen = reader.get(id).await.unwrap().unwrap();
        assert_eq!(seen.nickname, Some(name));
        proxy.come_up();
        // It heals by itself: another epoch is opened, by whoever comes first.
        until("the cache is relied on again", async || {
            writer.keep().await.unwrap();
            reader.keep().await.unwrap();
            let before = metric("profile_cache_reads_total{result=\"hit\"}");
            reader.get(id).await.unwrap();
            (metric("profile_cache_reads_total{result=\"hit\"}") > before).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn during_an_outage_only_the_first_writer_waits() {
    let memory = Memory::new().await;
    let (proxy, url) = FaultProxy::before_url(memory.redis.url.expose_secret()).await;
    let redis = RedisConfig { url: url.into(), ..memory.redis.clone() };
    let memory = Memory { redis, ..memory };
    let (profiles, id) = (memory.instance().await, memory.person().await);
    proxy.go_down();
    let [closed, waited] = ["profile_cache_closed_total", "profile_writers_waited_total"];
    let before = metric(closed);
    memory.rename(&profiles, id, "이름").await;
    assert_eq!(metric(waited), 1, "until nobody relies on what could not be removed");
    // From when an instance has seen that the epoch is closed it knows when that is.
    until("what is left of the second is over", async || {
        profiles.keep().await.unwrap();
        let waiting = metric(waited);
        memory.rename(&profiles, id, "다른 이름").await;
        (metric(waited) == waiting).then_some(())
    })
    .await;
    let before_them = metric(waited);
    for number in 0..20 {
        memory.rename(&profiles, id, &format!("이름 {number}")).await;
        profiles.keep().await.unwrap();
    }
    assert_eq!(metric(waited), before_them, "nobody waits after that");
    assert_eq!(metric(closed) - before, 1, "the epoch is closed once");
}
