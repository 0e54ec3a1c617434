//! The cache in a Redis cluster, whose nodes come and go.

use chassis::redis::Cache;
use chassis::redis::redis;
use contracts::UserId;
use party_service::profiles::Profiles;
use testkit::{ClusterNode, RedisCluster, until};

use super::cache::{Memory, metric};

const HITS: &str = "profile_cache_reads_total{result=\"hit\"}";

/// Reads until somebody has come out of the cache; whoever is shown is called so.
async fn remembered(profiles: &Profiles, id: UserId, name: &str) {
    until("the cache is relied on", async || {
        profiles.keep().await.unwrap();
        let before = metric(HITS);
        let seen = profiles.get(id).await.unwrap().unwrap();
        assert_eq!(seen.nickname.as_deref(), Some(name));
        (metric(HITS) > before).then_some(())
    })
    .await;
}

/// The node that has the entries, once there is one.
async fn home(cluster: &RedisCluster, slot: u16, other_than: Option<&ClusterNode>) -> ClusterNode {
    until("somebody has the entries", async || {
        cluster.owner_of(slot).await.filter(|node| Some(node) != other_than)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn d47_in_a_cluster_whoever_takes_over_is_not_believed() {
    let mut cluster = RedisCluster::start().await;
    let memory = Memory::at(cluster.config()).await;
    let cache = Cache::new(&memory.redis).unwrap();
    let (profiles, id) = (memory.instance().await, memory.person().await);
    memory.rename(&profiles, id, "첫 이름").await;
    remembered(&profiles, id, "첫 이름").await;
    let mut ids = Vec::new();
    for _ in 0..50 {
        ids.push(memory.person().await);
    }
    profiles.get_many(&ids).await.unwrap();
    let before = metric(HITS);
    assert_eq!(profiles.get_many(&ids).await.unwrap().len(), 50);
    assert_eq!(metric(HITS) - before, 50, "all are at one node");

    // The entries move to another node, and with them what was remembered.
    let slot = cluster.slot_of(&cache.key("{profile}:")).await;
    let first = home(&cluster, slot, None).await;
    for node in cluster.nodes().to_vec() {
        if node != first && cluster.is_primary(&node).await {
            cluster.move_slot(slot, &node).await;
            break;
        }
    }
    memory.rename(&profiles, id, "새 이름").await;
    remembered(&profiles, id, "새 이름").await;

    // Their node dies, and its replica has missed the last removal.
    let second = home(&cluster, slot, Some(&first)).await;
    let key = cache.key(&format!("{{profile}}:{}", id.as_uuid().simple()));
    let old: Vec<u8> = cluster.ask(&second, redis::cmd("GET").arg(&key)).await.unwrap();
    memory.rename(&profiles, id, "다른 이름").await;
    cluster.kill(&second).await;
    let third = home(&cluster, slot, None).await;
    until("it takes what it is given", async || {
        cluster.ask::<()>(&third, redis::cmd("SET").arg(&key).arg(&old)).await.ok()
    })
    .await;
    remembered(&profiles, id, "다른 이름").await;
}
