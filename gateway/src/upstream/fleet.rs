//! The instances of one service, as all workers know them.

use std::collections::BTreeMap;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::health::Health;
use super::{Origin, Origins};

/// How often names are looked up again.
const RESOLVE_EVERY: Duration = Duration::from_secs(5);

/// One instance.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) origin: Origin,
    pub(super) address: SocketAddr,
    pub(super) health: Health,
}

type Instances = Arc<[Arc<Instance>]>;

/// The instances of one service. Their list changes when a name is looked up again.
pub struct Fleet {
    name: String,
    origins: Origins,
    instances: RwLock<Instances>,
    /// Counts the changes.
    version: AtomicU64,
}

impl Fleet {
    /// The instances behind these origins, as they are now. Names that cannot be looked up yet are
    /// tried again by [`follow`](Self::follow).
    #[must_use]
    pub fn new(name: &str, origins: &Origins) -> Self {
        let found = origins.iter().map(|origin| {
            let addresses = (origin.host(), origin.port()).to_socket_addrs();
            (origin, addresses.map(Iterator::collect).unwrap_or_default())
        });
        let instances = merge(&Instances::default(), found);
        if instances.is_empty() {
            tracing::warn!(upstream = name, "no address of {name} is known yet");
        }
        Self {
            name: name.to_owned(),
            origins: origins.clone(),
            instances: RwLock::new(instances),
            version: AtomicU64::new(1),
        }
    }

    /// What the service is called in the table.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    pub(super) fn instances(&self) -> Instances {
        self.instances.read().map(|instances| instances.clone()).unwrap_or_default()
    }

    /// The URL of a path on each instance.
    #[must_use]
    pub fn urls(&self, path: &str) -> Vec<String> {
        let url = |instance: &Arc<Instance>| format!("http://{}{path}", instance.address);
        self.instances().iter().map(url).collect()
    }

    /// Looks the names up again, again and again.
    pub async fn follow(self: Arc<Self>, stopping: CancellationToken) {
        let is_name = |origin: &Origin| origin.host().parse::<std::net::IpAddr>().is_err();
        if !self.origins.iter().any(is_name) {
            return;
        }
        while pause(RESOLVE_EVERY, &stopping).await {
            let asked = self.origins.iter().map(async |origin| {
                let found = tokio::net::lookup_host((origin.host(), origin.port())).await;
                Some((origin, found.ok()?.collect::<Vec<_>>()))
            });
            // While a name cannot be looked up, what it meant before stays.
            if let Some(found) = join_all(asked).await.into_iter().collect::<Option<Vec<_>>>() {
                self.replace(found);
            }
        }
    }

    fn replace(&self, found: Vec<(&Origin, Vec<SocketAddr>)>) {
        let known = self.instances();
        let instances = merge(&known, found.into_iter());
        let addresses = |list: &Instances| list.iter().map(|one| one.address).collect::<Vec<_>>();
        if instances.is_empty() || addresses(&instances) == addresses(&known) {
            return;
        }
        let (name, count) = (&self.name, instances.len());
        tracing::info!(upstream = name, count, "{name} has {count} instances now");
        if let Ok(mut current) = self.instances.write() {
            *current = instances;
            self.version.fetch_add(1, Ordering::Release);
        }
    }

    /// Asks each instance, again and again, whether it takes requests.
    pub async fn watch(
        self: Arc<Self>,
        every: Duration,
        client: reqwest::Client,
        stopping: CancellationToken,
    ) {
        while pause(every, &stopping).await {
            let instances = self.instances();
            join_all(instances.iter().map(|instance| self.ask(instance, &client))).await;
        }
    }

    async fn ask(&self, instance: &Instance, client: &reqwest::Client) {
        let answer = client.get(format!("http://{}/ready", instance.address)).send().await;
        let is_ready = answer.is_ok_and(|answer| answer.status().is_success());
        if instance.health.said(is_ready) {
            let (name, address) = (&self.name, instance.address);
            let state = if is_ready { "takes requests" } else { "takes no requests" };
            tracing::info!(upstream = name, %address, "{name} at {address} {state}");
        }
        metrics::gauge!(
            "upstream_instance_ready",
            "upstream" => self.name.clone(), "instance" => instance.address.to_string()
        )
        .set(if is_ready { 1.0 } else { 0.0 });
    }
}

/// Waits. Says whether to go on.
async fn pause(duration: Duration, stopping: &CancellationToken) -> bool {
    tokio::select! {
        () = stopping.cancelled() => false,
        () = tokio::time::sleep(duration) => true,
    }
}

/// The instances at these addresses, in order; who was known before is still the same.
fn merge<'a>(
    known: &Instances,
    found: impl Iterator<Item = (&'a Origin, Vec<SocketAddr>)>,
) -> Instances {
    let mut instances = BTreeMap::new();
    for (origin, addresses) in found {
        for address in addresses {
            let old = known.iter().find(|instance| instance.address == address);
            let instance = old.cloned().unwrap_or_else(|| {
                let health = Health::default();
                Arc::new(Instance { origin: origin.clone(), address, health })
            });
            instances.insert(address, instance);
        }
    }
    instances.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::Fleet;

    #[test]
    fn an_instance_that_stays_is_the_same() {
        let fleet = Fleet::new("x", &"http://127.0.0.1:1,http://127.0.0.1:2".parse().unwrap());
        let (before, origins) = (fleet.instances(), fleet.origins.clone());
        let at = |text: &str| text.parse::<std::net::SocketAddr>().unwrap();
        let origin = origins.iter().next().unwrap();
        fleet.replace(vec![(origin, vec![at("127.0.0.1:3"), at("127.0.0.1:2")])]);
        let after = fleet.instances();
        assert!(fleet.version() == 2 && after.len() == 2);
        assert!(std::sync::Arc::ptr_eq(&before[1], &after[0]));
        // A name that means nothing for a moment does not empty the list.
        fleet.replace(vec![(origin, vec![])]);
        assert_eq!(fleet.instances().len(), 2);
    }
}
