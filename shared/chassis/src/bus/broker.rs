//! The way to the broker: who connects, and who is connected.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lapin::options::ConfirmSelectOptions;
use lapin::uri::AMQPUri;
use lapin::{Channel, Connection, ConnectionProperties};
use secrecy::ExposeSecret as _;

use super::error::{BusError, answer, within};
use super::topology::Topology;
use crate::config::BrokerConfig;

/// How long connecting, and declaring the topology, may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// A peer that is silent for twice as long is gone (negotiated: the lower of both sides).
const HEARTBEAT_S: u16 = 10;

/// RabbitMQ, as every part of a service that needs it is given it.
///
/// Each part has a connection of its own and makes a new one when it breaks, for ever. They live
/// on the runtime that spawned the part: the main one, never that of a worker of the server.
#[derive(Clone)]
pub struct Broker {
    uri: AMQPUri,
    topology: Topology,
    /// The parts that want a connection, and whether they have one.
    parts: Arc<Mutex<BTreeMap<&'static str, bool>>>,
}

impl Broker {
    /// Reads where it is. Connects to nothing yet.
    pub fn new(config: &BrokerConfig) -> Result<Self, BusError> {
        // The parser's own message may quote the URL, password and all.
        let mut uri: AMQPUri = config.url.expose_secret().parse().map_err(|_| BusError::Config)?;
        uri.query.heartbeat.get_or_insert(HEARTBEAT_S);
        Ok(Self { uri, topology: Topology::new(config), parts: Arc::default() })
    }

    /// The names of its exchanges and queues.
    #[must_use]
    pub const fn topology(&self) -> &Topology {
        &self.topology
    }

    /// The same for whoever comes and goes: that they are not connected is nobody's trouble.
    pub(super) fn for_visitors(&self) -> Self {
        Self { parts: Arc::default(), ..self.clone() }
    }

    /// Whether every part of this service that needs the broker is connected to it.
    pub fn check(&self) -> Result<(), String> {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        match parts.iter().find(|(_, connected)| !**connected) {
            Some((part, _)) => Err(format!("{part} is not connected")),
            None if parts.is_empty() => Err("nobody has tried to connect yet".into()),
            None => Ok(()),
        }
    }

    /// Connects, and makes sure that all exchanges and queues are there.
    pub(super) async fn connect(&self, part: &'static str) -> Result<Link, BusError> {
        let up = Up { part, parts: self.parts.clone() };
        up.set(false);
        let properties = ConnectionProperties::default().with_connection_name(part.into());
        let connect = async {
            let connection = Connection::connect_uri(self.uri.clone(), properties).await?;
            let channel = connection.create_channel().await?;
            self.topology.declare(&channel).await?;
            Ok::<_, lapin::Error>(connection)
        };
        let connection = within(CONNECT_PATIENCE, "the broker", connect).await?;
        up.set(true);
        tracing::info!(part, "{part} is connected to the broker");
        Ok(Link { connection, _up: up })
    }
}

/// A connection in use.
pub(super) struct Link {
    connection: Connection,
    _up: Up,
}

impl Link {
    /// A channel of the connection.
    pub(super) async fn channel(&self) -> Result<Channel, BusError> {
        answer(self.connection.create_channel()).await
    }

    /// A channel on which the broker says what it has taken.
    pub(super) async fn confirming_channel(&self) -> Result<Channel, BusError> {
        let channel = self.channel().await?;
        answer(channel.confirm_select(ConfirmSelectOptions::default())).await?;
        Ok(channel)
    }

    /// Fails when the connection is gone.
    pub(super) fn require_connected(&self) -> Result<(), BusError> {
        if self.connection.status().connected() { Ok(()) } else { Err(BusError::Disconnected) }
    }

    /// Says goodbye, so that what was not settled is delivered to others at once.
    pub(super) async fn close(self) {
        if let Err(error) = answer(self.connection.close(200, "OK".into())).await {
            tracing::debug!(%error, "the broker did not say goodbye");
        }
    }
}

/// Keeps the record of who is connected true, however the connection ends.
struct Up {
    part: &'static str,
    parts: Arc<Mutex<BTreeMap<&'static str, bool>>>,
}

impl Up {
    fn set(&self, connected: bool) {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.insert(self.part, connected);
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        self.set(false);
    }
}
