//! A Redis cluster of a test's own: three primaries with a replica each.

use std::time::Duration;

use chassis::config::RedisConfig;
use chassis::redis::redis::aio::MultiplexedConnection;
use chassis::redis::redis::{self, Cmd, FromRedisValue, RedisResult};
use xtask::packages::Need;
use xtask::ports;
use xtask::ready;
use xtask::servers::redis::{Node, start_node};

use crate::keeper::Keeper;
use crate::{redis_config_at, until};

const PRIMARIES: u16 = 3;
const NODES: u16 = 2 * PRIMARIES;
const SLOTS: u16 = 16_384;
/// A node that is silent for so long is taken for dead, and its replica takes its place.
const NODE_TIMEOUT_MS: u32 = 1000;
/// How long a node may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// The cluster. Its nodes can be killed, and its slots moved.
pub struct RedisCluster {
    keeper: Keeper,
    password: String,
    nodes: Vec<ClusterNode>,
}

/// A node of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterNode {
    name: String,
    id: String,
    port: u16,
}

impl RedisCluster {
    /// Starts it and waits until all slots are served and all replicas follow.
    pub async fn start() -> Self {
        let keeper = Keeper::start(&[Need::Redis]);
        let (password, ports) = keeper
            .run(|workshop| {
                let password = workshop.secrets.get("redis")?;
                let first = ports::free_in_a_row(2 * NODES)?;
                let ports: Vec<u16> = (first..first + NODES).collect();
                for port in &ports {
                    let name = name(*port);
                    let node = Node { name: &name, port: *port, password: &password };
                    let folder = workshop.scratch.path().join(&name);
                    let (fleet, tools) = (&mut workshop.fleet, &workshop.tools);
                    start_node(fleet, tools, node, &folder, port + NODES, NODE_TIMEOUT_MS)?;
                }
                for port in &ports {
                    let answers = || ready::redis(*port, &password);
                    workshop.fleet.wait_for(&name(*port), PATIENCE, answers)?;
                }
                Ok((password, ports))
            })
            .await;
        let mut cluster = Self { keeper, password, nodes: Vec::new() };
        for port in ports {
            let mut node = ClusterNode { name: name(port), id: String::new(), port };
            let id = cluster.ask(&node, &cluster_command("MYID", &[])).await;
            node.id = id.expect("a node knows its name");
            cluster.nodes.push(node);
        }
        cluster.join().await;
        cluster
    }

    /// How to reach it: by any of its nodes, under a key prefix of its own.
    #[must_use]
    pub fn config(&self) -> RedisConfig {
        let urls: Vec<String> = self.nodes.iter().map(|node| self.url(node)).collect();
        redis_config_at(urls.join(" "))
    }

    /// Its nodes that are alive.
    #[must_use]
    pub fn nodes(&self) -> &[ClusterNode] {
        &self.nodes
    }

    /// Lets a node do something.
    pub async fn ask<T: FromRedisValue>(
        &self,
        node: &ClusterNode,
        command: &Cmd,
    ) -> RedisResult<T> {
        command.query_async(&mut self.connect(node).await?).await
    }

    /// The slot of a key or channel.
    pub async fn slot_of(&self, key: &str) -> u16 {
        let command = cluster_command("KEYSLOT", &[key]);
        self.ask(self.first(), &command).await.expect("a node can count")
    }

    /// The primary that serves a slot, as it says itself; none while nobody does.
    pub async fn owner_of(&self, slot: u16) -> Option<ClusterNode> {
        for node in &self.nodes {
            let nodes: RedisResult<String> = self.ask(node, &cluster_command("NODES", &[])).await;
            let lines = nodes.unwrap_or_default();
            let mine = lines.lines().find(|line| line.contains("myself,master"));
            // id address flags primary ping pong epoch link slot slot …
            if mine.is_some_and(|line| line.split(' ').skip(8).any(|range| has(range, slot))) {
                return Some(node.clone());
            }
        }
        None
    }

    /// Whether a node is a primary, as it says itself.
    pub async fn is_primary(&self, node: &ClusterNode) -> bool {
        let nodes: RedisResult<String> = self.ask(node, &cluster_command("NODES", &[])).await;
        nodes.unwrap_or_default().contains("myself,master")
    }

    /// Moves a slot, and the keys in it, to another primary.
    pub async fn move_slot(&self, slot: u16, to: &ClusterNode) {
        let from = self.owner_of(slot).await.expect("somebody serves the slot");
        let slot = slot.to_string();
        let set = |how: &str, whom: &ClusterNode| {
            cluster_command("SETSLOT", &[slot.as_str(), how, whom.id.as_str()])
        };
        let order = async |node: &ClusterNode, command: Cmd| {
            self.ask::<()>(node, &command).await.expect("the slot can be moved");
        };
        order(to, set("IMPORTING", &from)).await;
        order(&from, set("MIGRATING", to)).await;
        let keys = cluster_command("GETKEYSINSLOT", &[&slot, "1000"]);
        let keys: Vec<String> = self.ask(&from, &keys).await.expect("its keys are known");
        if !keys.is_empty() {
            let mut migrate = redis::cmd("MIGRATE");
            migrate.arg("127.0.0.1").arg(to.port).arg("").arg(0).arg(5000);
            migrate.arg("AUTH").arg(&self.password).arg("KEYS").arg(keys);
            order(&from, migrate).await;
        }
        order(to, set("NODE", to)).await;
        order(&from, set("NODE", to)).await;
    }

    /// Ends a node as a power cut would.
    pub async fn kill(&mut self, node: &ClusterNode) {
        self.nodes.retain(|other| other != node);
        let name = node.name.clone();
        self.keeper.run(move |workshop| workshop.fleet.kill(&name)).await;
    }

    /// Shares out the slots, lets the nodes meet, and makes half of them replicas.
    async fn join(&self) {
        let (primaries, replicas) = self.nodes.split_at(usize::from(PRIMARIES));
        for (number, node) in (0..PRIMARIES).zip(primaries) {
            let first = number * SLOTS / PRIMARIES;
            let last = (number + 1) * SLOTS / PRIMARIES - 1;
            let (first, last) = (first.to_string(), last.to_string());
            let range = cluster_command("ADDSLOTSRANGE", &[&first, &last]);
            self.ask::<()>(node, &range).await.expect("the slots are free");
            let epoch = cluster_command("SET-CONFIG-EPOCH", &[&(number + 1).to_string()]);
            self.ask::<()>(node, &epoch).await.expect("the node is new");
        }
        for node in self.nodes.iter().skip(1) {
            let (port, bus) = (node.port.to_string(), (node.port + NODES).to_string());
            let meet = cluster_command("MEET", &["127.0.0.1", &port, &bus]);
            self.ask::<()>(self.first(), &meet).await.expect("nodes can meet");
        }
        for (primary, replica) in primaries.iter().zip(replicas) {
            let follow = cluster_command("REPLICATE", &[&primary.id]);
            // It has to have heard of it first.
            until("a replica finds its primary", async || {
                self.ask::<()>(replica, &follow).await.ok()
            })
            .await;
        }
        for node in &self.nodes {
            until("all slots are served", async || {
                let info: String =
                    self.ask(node, &cluster_command("INFO", &[])).await.unwrap_or_default();
                let is_whole = info.contains(&format!("cluster_known_nodes:{NODES}"));
                (info.contains("cluster_state:ok") && is_whole).then_some(())
            })
            .await;
        }
        for replica in replicas {
            let mut command = redis::cmd("INFO");
            command.arg("replication");
            until("a replica follows", async || {
                let info: String = self.ask(replica, &command).await.unwrap_or_default();
                info.contains("master_link_status:up").then_some(())
            })
            .await;
        }
    }

    fn first(&self) -> &ClusterNode {
        self.nodes.first().expect("not all of them are dead")
    }

    async fn connect(&self, node: &ClusterNode) -> RedisResult<MultiplexedConnection> {
        redis::Client::open(self.url(node))?.get_multiplexed_async_connection().await
    }

    fn url(&self, node: &ClusterNode) -> String {
        format!("redis://:{}@127.0.0.1:{}", self.password, node.port)
    }
}

/// What the process of a node is called.
fn name(port: u16) -> String {
    format!("redis-{port}")
}

fn cluster_command(name: &str, arguments: &[&str]) -> Cmd {
    let mut command = redis::cmd("CLUSTER");
    command.arg(name).arg(arguments);
    command
}

/// Whether a range as `0-5460`, or `7`, has this slot in it.
fn has(range: &str, slot: u16) -> bool {
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let (Ok(first), Ok(last)) = (first.parse::<u16>(), last.parse::<u16>()) else { return false };
    (first..=last).contains(&slot)
}
