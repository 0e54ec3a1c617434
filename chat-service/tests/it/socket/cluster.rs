//! Several instances with a Redis cluster between them.

use std::time::Duration;

use chassis::identity::{self, Role};
use chassis::redis::redis;
use chrono::TimeDelta;
use contracts::RoomId;
use serde_json::json;
use testkit::{RedisCluster, TestIssuer, until};

use crate::helpers::{Instance, Scene, Stage, database};
use crate::stomp_client::Stomp;

/// Longer than any test: what is looked up this often is not looked up.
const NEVER: Duration = Duration::from_hours(1);

/// Two instances that only hear of each other through the cluster.
struct Pair {
    stage: Stage,
    one: Instance,
    two: Instance,
}

impl Pair {
    /// Between these looks the database tells nobody what happens elsewhere.
    async fn start(cluster: &RedisCluster, look_every_without_redis: Duration) -> Self {
        let mut redis = cluster.config();
        redis.timeout = Duration::from_secs(1);
        let stage = Stage::set_with(database().await, redis);
        let mut config = stage.config();
        config.bridge.look_every = NEVER;
        config.bridge.look_every_without_redis = look_every_without_redis;
        let (one, two) = (stage.serve_with(&config), stage.serve_with(&config));
        Self { stage, one, two }
    }

    /// Where the cluster has the channel of a room.
    fn channel(&self, room: RoomId) -> String {
        self.stage.cache().key(&format!("chat:room:{room}"))
    }
}

/// Waits until somebody listens to a room at the node that serves it.
async fn heard(cluster: &RedisCluster, channel: &str) {
    let slot = cluster.slot_of(channel).await;
    let mut command = redis::cmd("PUBSUB");
    command.arg("SHARDNUMSUB").arg(channel);
    until("the room is listened to", async || {
        let owner = cluster.owner_of(slot).await?;
        let (_, listeners): (String, u32) = cluster.ask(&owner, &command).await.ok()?;
        (listeners > 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_goes_to_the_node_of_its_room_and_to_no_other() {
    let cluster = RedisCluster::start().await;
    let Pair { stage, one, two } = &Pair::start(&cluster, NEVER).await;
    for _ in 0..4 {
        let scene = stage.room().await;
        let mut reader = Stomp::connect(two, &stage.token(scene.member)).await;
        reader.subscribe(scene.id, "0", "").await;
        heard(&cluster, &stage.cache().key(&format!("chat:room:{}", scene.id))).await;
        let mut sender = Stomp::connect(one, &stage.token(scene.leader)).await;
        sender.tell(scene.id, "모두에게").await;
        assert_eq!(reader.message().await.json()["content"], "모두에게");
    }
    // Plain channels would go to every node of the cluster.
    let mut command = redis::cmd("PUBSUB");
    command.arg("CHANNELS").arg("*chat:*");
    for node in cluster.nodes() {
        assert_eq!(cluster.ask::<Vec<String>>(node, &command).await.unwrap(), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn presence_and_the_end_of_sessions_go_through_the_cluster_too() {
    let cluster = RedisCluster::start().await;
    let Pair { stage, one, two } = &Pair::start(&cluster, NEVER).await;
    let scene = stage.room().await;
    let claims = TestIssuer::claims(scene.member, Role::User, crate::helpers::noon());
    let mut here = Stomp::connect(one, &stage.token(scene.leader)).await;
    let mut there = Stomp::connect(two, &stage.sign(&claims)).await;
    here.subscribe(scene.id, "0", "").await;
    there.subscribe(scene.id, "0", "").await;
    for instance in [one, two] {
        until("both are seen from everywhere", async || {
            let answer = stage.at(instance, scene.leader).get(&scene.path("/presence")).await;
            (answer.expect(200)["items"].as_array()?.len() == 2).then_some(())
        })
        .await;
    }
    let (now, cache) = (crate::helpers::noon(), stage.cache());
    let until = now + TimeDelta::minutes(10);
    identity::announce(&cache, &[claims.sid], until, now).await.unwrap();
    assert_eq!(there.end().await, ("session_revoked".into(), 1008));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_whose_slot_moves_is_heard_at_its_new_node() {
    let cluster = RedisCluster::start().await;
    let pair = Pair::start(&cluster, NEVER).await;
    let Pair { stage, one, two } = &pair;
    let scene = stage.room().await;
    let channel = pair.channel(scene.id);
    let slot = cluster.slot_of(&channel).await;
    let mut reader = Stomp::connect(two, &stage.token(scene.member)).await;
    reader.subscribe(scene.id, "0", "").await;
    let mut sender = Stomp::connect(one, &stage.token(scene.leader)).await;
    // The first message told that the member has come.
    let mut expected = 2;
    for _ in 0..3 {
        heard(&cluster, &channel).await;
        sender.tell(scene.id, "여기").await;
        assert_eq!(reader.message().await.seq(), expected);
        expected += 1;
        let from = cluster.owner_of(slot).await.unwrap();
        let mut to = None;
        for node in cluster.nodes() {
            // Only primaries serve slots.
            if *node != from && cluster.is_primary(node).await {
                to = Some(node);
            }
        }
        cluster.move_slot(slot, to.unwrap()).await;
        // Said while nobody may be listening yet: whoever listens again looks for it.
        sender.tell(scene.id, "옮기는 중").await;
        assert_eq!(reader.message().await.seq(), expected);
        expected += 1;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_dies_costs_no_message() {
    let mut cluster = RedisCluster::start().await;
    let pair = Pair::start(&cluster, Duration::from_millis(50)).await;
    let Pair { stage, one, two } = &pair;
    let mut scenes: Vec<(Scene, Stomp)> = Vec::new();
    for _ in 0..6 {
        let scene = stage.room().await;
        let mut reader = Stomp::connect(two, &stage.token(scene.member)).await;
        reader.subscribe(scene.id, "0", "").await;
        heard(&cluster, &pair.channel(scene.id)).await;
        scenes.push((scene, reader));
    }
    let mut sender = Stomp::connect(one, &stage.token(scenes[0].0.leader)).await;
    sender.tell(scenes[0].0.id, "하나").await;
    assert_eq!(scenes[0].1.message().await.seq(), 2);

    let slot = cluster.slot_of(&pair.channel(scenes[0].0.id)).await;
    let owner = cluster.owner_of(slot).await.unwrap();
    cluster.kill(&owner).await;
    // Nobody serves the slot yet, and nobody is kept waiting for that.
    for seq in 3..=6 {
        sender.tell(scenes[0].0.id, "그래도").await;
        assert_eq!(scenes[0].1.message().await.seq(), seq);
    }
    // The replica takes its place, and everybody finds it.
    for (scene, reader) in &mut scenes {
        heard(&cluster, &pair.channel(scene.id)).await;
        let leader = stage.at(one, scene.leader);
        let body = json!({ "content": "다시" });
        let said = leader.post(&scene.path("/messages"), body).await.expect(201);
        assert_eq!(reader.message().await.seq(), said["seq"].as_u64().unwrap());
    }
}
