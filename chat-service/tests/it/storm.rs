//! Three instances under load while they, their Redis and their database are killed and cut off at
//! random.

mod chaos;
mod process;
mod reader;
mod sender;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chassis::clock::Clock;
use chat_service::cli::MIGRATIONS;
use chat_service::store::{messages, rooms};
use contracts::UserId;
use testkit::{PrivateServers, TestDatabase, until};
use tokio::sync::watch;

use self::chaos::Chaos;
use self::process::Process;
use crate::helpers::{Scene, Stage};

/// How often each thing is broken.
const BLOWS: usize = 5;

/// What all tasks of the storm know. The servers are there until all others are gone.
struct Storm {
    instances: Vec<Process>,
    stage: Stage,
    rooms: Vec<Scene>,
    tokens: HashMap<UserId, String>,
    servers: PrivateServers,
}

impl Storm {
    async fn gather() -> Self {
        let servers = PrivateServers::start().await;
        let database = TestDatabase::create_on(servers.urls(), MIGRATIONS).await;
        let stage = Stage::set_with(database, testkit::redis_config_on(servers.urls()));
        let mut rooms = Vec::new();
        for _ in 0..3 {
            rooms.push(stage.room().await);
        }
        let people = rooms.iter().flat_map(|room| [room.leader, room.member]);
        let now = Clock::System.now();
        let tokens = people.map(|user| (user, stage.token_at(user, now))).collect();
        let mut instances = Vec::new();
        for _ in 0..3 {
            instances.push(Process::start(&stage).await);
        }
        Self { instances, stage, rooms, tokens, servers }
    }
}

/// Every message whose receipt arrived is in the history once, nothing else is, the order has no
/// gaps, and every reader that came back with `after-seq` got each message once and in order.
#[tokio::test(flavor = "multi_thread")]
async fn d31_d32_nothing_is_lost_doubled_or_out_of_order() {
    let storm = Arc::new(Storm::gather().await);
    let (calm, raging) = watch::channel(false);
    let mut senders = Vec::new();
    let mut readers = Vec::new();
    for (number, room) in storm.rooms.iter().enumerate() {
        for user in [room.leader, room.member] {
            senders.push(tokio::spawn(sender::send(storm.clone(), number, user, raging.clone())));
        }
        for instance in 0..storm.instances.len() {
            readers.push(reader::Reader::start(storm.clone(), number, instance));
        }
    }
    Chaos::new(&storm).rage(BLOWS).await;
    calm.send(true).unwrap();

    let mut receipts: Vec<BTreeMap<u64, String>> = vec![BTreeMap::new(); storm.rooms.len()];
    for sender in senders {
        let (number, sent) = sender.await.unwrap();
        for (seq, name) in sent {
            let before = receipts[number].insert(seq, name);
            assert_eq!(before, None, "two messages have got one place");
        }
    }
    for (number, room) in storm.rooms.iter().enumerate() {
        let mut conn = storm.stage.database.conn().await;
        let said = messages::page_after(&mut conn, room.id, 0, 1_000_000).await.unwrap();
        let places: Vec<u64> = said.iter().map(|message| message.seq).collect();
        assert_eq!(places, (1..=u64::try_from(said.len()).unwrap()).collect::<Vec<_>>());
        let stored: BTreeMap<u64, String> = said
            .into_iter()
            .filter_map(|m| Some((m.seq, m.client_message_id?.as_str().to_owned())))
            .collect();
        assert!(stored.len() > 50, "the storm was no load: {}", stored.len());
        assert_eq!(stored, receipts[number]);
    }
    for reader in readers {
        let room = &storm.rooms[reader.room];
        let mut conn = storm.stage.database.conn().await;
        let last_seq = rooms::find(&mut conn, room.id).await.unwrap().unwrap().last_seq;
        until("the reader has read it all", async || {
            assert!(!reader.task.is_finished(), "the reader has read something wrong");
            (*reader.seen.borrow() == last_seq).then_some(())
        })
        .await;
    }
}
