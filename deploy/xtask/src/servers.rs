//! Private MariaDB, Redis and RabbitMQ: one library for running and for testing.

mod mariadb;
mod rabbitmq;
pub mod redis;

use std::env;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::console::{Console, spoken};
use crate::fleet::Fleet;
use crate::folders;
use crate::packages::{Need, Toolbox};
use crate::ports::ServerPorts;
use crate::ready;
use crate::secrets::Secrets;

/// The user that RabbitMQ makes at its first start.
const BROKER_USER: &str = "platform";

/// A cold RabbitMQ on a busy machine takes its time; nothing else comes near.
const LIMIT: Duration = Duration::from_mins(2);

/// One of the servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// MariaDB.
    Database,
    /// Redis.
    Redis,
    /// RabbitMQ.
    Broker,
}

impl Server {
    /// What it is called in a fleet.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Database => "MariaDB",
            Self::Redis => "Redis",
            Self::Broker => "RabbitMQ",
        }
    }

    /// Waits until it answers. Redis does that only to who knows the password.
    pub fn wait_for(self, fleet: &mut Fleet, ports: &ServerPorts, password: &str) -> Result<()> {
        fleet.wait_for(self.name(), LIMIT, || match self {
            Self::Database => ready::database(ports.database),
            Self::Redis => ready::redis(ports.redis, password),
            Self::Broker => ready::broker(ports.broker),
        })
    }
}

/// What must survive the loss of power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Everything that was acknowledged.
    Full,
    /// Nothing: the data is thrown away after the run.
    None,
}

/// URLs of servers of one's own; those not given are started.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// A MySQL URL whose user may create databases and users.
    pub database: Option<String>,
    /// A Redis URL.
    pub redis: Option<String>,
    /// An AMQP URL.
    pub broker: Option<String>,
}

impl Own {
    /// Reads `<prefix>DATABASE_URL`, `<prefix>REDIS_URL` and `<prefix>AMQP_URL`.
    #[must_use]
    pub fn from_env(prefix: &str) -> Self {
        let read = |name| env::var(format!("{prefix}{name}")).ok().filter(|url| !url.is_empty());
        Self { database: read("DATABASE_URL"), redis: read("REDIS_URL"), broker: read("AMQP_URL") }
    }

    /// The programs needed for the servers that are to be started.
    #[must_use]
    pub fn needs(&self) -> Vec<Need> {
        let mut needs = Vec::new();
        if self.database.is_none() {
            needs.extend([Need::Database, Need::DatabaseClient]);
        }
        if self.redis.is_none() {
            needs.push(Need::Redis);
        }
        if self.broker.is_none() {
            needs.push(Need::Broker);
        }
        needs
    }
}

/// How the private servers are to run.
#[derive(Debug)]
pub struct Plan {
    /// Where their data is.
    pub data: PathBuf,
    /// Where their logs are.
    pub logs: PathBuf,
    /// Where they listen, on the loopback interface.
    pub ports: ServerPorts,
    /// What they may lose.
    pub durability: Durability,
    /// Which of them are not needed.
    pub own: Own,
}

/// Where the servers are, as URLs with a user and a password that may do everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Servers {
    /// `mysql://…`, without a database.
    pub database: String,
    /// `redis://…`, without a database number.
    pub redis: String,
    /// `amqp://…`, without a virtual host.
    pub broker: String,
}

/// Starts the servers that are not there and waits until each is ready.
pub fn start(
    fleet: &mut Fleet,
    console: Console,
    tools: &Toolbox,
    plan: &Plan,
    secrets: &mut Secrets,
) -> Result<Servers> {
    folders::create(&plan.data)?;
    folders::create(&plan.logs)?;
    let began = Instant::now();
    // The slowest goes first; they get ready side by side.
    if plan.own.broker.is_none() {
        rabbitmq::start(fleet, tools, plan, &secrets.get("broker")?)?;
    }
    if plan.own.redis.is_none() {
        redis::start(fleet, tools, plan, &secrets.get("redis")?)?;
    }
    if plan.own.database.is_none() {
        mariadb::start(fleet, tools, plan, &secrets.get("database")?)?;
    }
    let mut wait_for = |server: Server, password: &str| {
        server.wait_for(fleet, &plan.ports, password)?;
        console.done(format!("{} ready after {}", server.name(), spoken(began.elapsed())));
        anyhow::Ok(())
    };
    let ServerPorts { database, redis, broker, .. } = plan.ports;
    Ok(Servers {
        redis: if let Some(url) = &plan.own.redis {
            url.clone()
        } else {
            let password = secrets.get("redis")?;
            wait_for(Server::Redis, &password)?;
            format!("redis://:{password}@127.0.0.1:{redis}")
        },
        database: if let Some(url) = &plan.own.database {
            url.clone()
        } else {
            let password = secrets.get("database")?;
            wait_for(Server::Database, &password)?;
            format!("mysql://root:{password}@127.0.0.1:{database}")
        },
        broker: if let Some(url) = &plan.own.broker {
            url.clone()
        } else {
            let password = secrets.get("broker")?;
            wait_for(Server::Broker, &password)?;
            format!("amqp://{BROKER_USER}:{password}@127.0.0.1:{broker}")
        },
    })
}
