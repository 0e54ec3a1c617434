//! Somebody who listens to the stream, and comes back whenever it ends.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use contracts::UserId;
use testkit::{Client, EventStream};
use tokio::task::JoinHandle;

use super::circle::Circle;

/// How long what is missing may take to come when nothing dies any more.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);

/// One stream of somebody.
pub(super) struct Listener {
    user_id: UserId,
    seen: Arc<Mutex<Vec<u64>>>,
    listening: JoinHandle<()>,
}

impl Listener {
    /// Two tabs of the leader and one of the first friend.
    pub(super) fn among(circle: &Circle) -> [Self; 3] {
        let [leader, friend, ..] = circle.clients();
        [Self::of(leader), Self::of(leader), Self::of(friend)]
    }

    fn of((user_id, client): (UserId, &Client)) -> Self {
        let seen = Arc::default();
        let listening = tokio::spawn(listen(client.clone(), Arc::clone(&seen)));
        Self { user_id, seen, listening }
    }

    /// Waits until it has seen the last one; fails unless it has seen each once, in order.
    pub(super) async fn require_all_up_to(self, last_seqs: &BTreeMap<UserId, u64>) {
        let last_seq = last_seqs[&self.user_id];
        let deadline = Instant::now() + PATIENCE;
        while self.seen.lock().unwrap().last() < Some(&last_seq) && Instant::now() < deadline {
            tokio::time::sleep(PAUSE).await;
        }
        self.listening.abort();
        assert_eq!(*self.seen.lock().unwrap(), (1..=last_seq).collect::<Vec<_>>());
    }
}

async fn listen(client: Client, seen: Arc<Mutex<Vec<u64>>>) {
    let mut last_id = "0".to_owned();
    loop {
        if let Some(mut stream) = EventStream::try_open(&client, &last_id).await {
            while let Some(event) = stream.next().await {
                seen.lock().unwrap().push(event.seq());
            }
            last_id = stream.last_id;
        }
        tokio::time::sleep(PAUSE).await;
    }
}
