//! A database server and a Redis of a test's own, to be killed and started again.

use xtask::packages::Need;
use xtask::ports::ServerPorts;
use xtask::servers::{self, Durability, Own, Plan, Server, Servers};

use crate::TestServers;
use crate::keeper::Keeper;

/// There is no broker among them.
const NO_BROKER: &str = "amqp://127.0.0.1:1";

/// Servers that keep what they have acknowledged, whoever kills them.
pub struct PrivateServers {
    keeper: Keeper,
    ports: ServerPorts,
    urls: TestServers,
}

impl PrivateServers {
    /// Starts both and waits until they are ready.
    pub async fn start() -> Self {
        let keeper = Keeper::start(&[Need::Database, Need::Redis]);
        let ports = ServerPorts::free().expect("ports are free");
        let Servers { database, redis, broker } = run(&keeper, ports, Own::default()).await;
        Self { keeper, ports, urls: TestServers { database, redis, broker } }
    }

    /// Where they are.
    #[must_use]
    pub const fn urls(&self) -> &TestServers {
        &self.urls
    }

    /// Ends one of them as a power cut would.
    pub async fn kill(&self, server: Server) {
        self.keeper.run(move |workshop| workshop.fleet.kill(server.name())).await;
    }

    /// Starts one that was killed, with the data that it left, and waits until it is ready.
    pub async fn start_again(&self, server: Server) {
        let TestServers { database, redis, .. } = self.urls.clone();
        let others = Own {
            database: Some(database).filter(|_| server != Server::Database),
            redis: Some(redis).filter(|_| server != Server::Redis),
            broker: None,
        };
        run(&self.keeper, self.ports, others).await;
    }
}

/// Starts those of the two that are not given.
async fn run(keeper: &Keeper, ports: ServerPorts, given: Own) -> Servers {
    keeper
        .run(move |workshop| {
            let data = workshop.scratch.path().to_owned();
            let plan = Plan {
                logs: data.join("log"),
                data,
                ports,
                durability: Durability::Full,
                own: Own { broker: Some(NO_BROKER.to_owned()), ..given },
            };
            servers::start(
                &mut workshop.fleet,
                workshop.console,
                &workshop.tools,
                &plan,
                &mut workshop.secrets,
            )
        })
        .await
}
