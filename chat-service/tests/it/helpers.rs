//! Instances of the service on one database, and people in rooms.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::{App, HttpServer, web};
use chassis::clock::{Clock, ManualClock};
use chassis::config::{BrokerConfig, HttpConfig, LogConfig, LogFormat, RedisConfig};
use chassis::db::Db;
use chassis::identity::{Claims, Role};
use chassis::lifecycle::Lifecycle;
use chassis::redis::Cache;
use chat_service::app;
use chat_service::cli::MIGRATIONS;
use chat_service::commands::follow_party::follow_party;
use chat_service::config::{BridgeConfig, Config, SendingConfig, SocketConfig};
use chat_service::herald::Herald;
use chat_service::store::{people, rooms};
use chrono::{DateTime, Utc};
use contracts::party::{ItemRef, MarketRef, MemberRef, PartySnapshot, PartyStatus};
use contracts::{MarketId, PartyId, RoomId, UserId};
use testkit::{Client, TestDatabase, TestIssuer};

/// A database with nothing in it but tables.
pub(crate) async fn database() -> TestDatabase {
    TestDatabase::create(MIGRATIONS).await
}

/// What the instances of a test share.
pub(crate) struct Stage {
    pub(crate) database: TestDatabase,
    pub(crate) db: Db,
    pub(crate) clock: ManualClock,
    redis: RedisConfig,
    issuer: TestIssuer,
    jwks_url: String,
}

/// One instance. It stops when this is dropped.
pub(crate) struct Instance {
    /// Speaks to it without a token.
    pub(crate) client: Client,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    life: Lifecycle,
}

impl Instance {
    /// Tells it to stop.
    pub(crate) fn stop(&self) {
        self.life.stop();
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.life.stop();
    }
}

/// When tests begin.
pub(crate) fn noon() -> DateTime<Utc> {
    "2026-11-23T03:00:00Z".parse().unwrap()
}

impl Stage {
    pub(crate) async fn set() -> Self {
        Self::set_with(database().await, testkit::redis_config())
    }

    /// The same on other servers.
    pub(crate) fn set_with(database: TestDatabase, redis: RedisConfig) -> Self {
        let issuer = TestIssuer::new();
        Self {
            db: database.db(),
            database,
            clock: ManualClock::at(noon()),
            redis,
            jwks_url: publish_keys(&issuer),
            issuer,
        }
    }

    /// A configuration without a broker.
    pub(crate) fn config(&self) -> Config {
        self.config_with(testkit::no_broker())
    }

    pub(crate) fn config_with(&self, broker: BrokerConfig) -> Config {
        Config {
            http: HttpConfig {
                bind: "127.0.0.1:0".parse().unwrap(),
                workers: 1,
                shutdown_timeout: Duration::from_secs(5),
            },
            database: self.database.config(),
            redis: self.redis.clone(),
            broker,
            identity: TestIssuer::identity_config(self.jwks_url.clone()),
            sending: SendingConfig {
                burst: 100_000,
                per_second: 1000,
                queue: 1024,
                writers: 2,
                patience: Duration::from_secs(20),
            },
            bridge: BridgeConfig {
                look_every: Duration::from_millis(200),
                look_every_without_redis: Duration::from_millis(50),
            },
            socket: SocketConfig {
                allowed_origins: vec!["https://app.example".into()],
                heart_beat: Duration::from_secs(10),
                ping_every: Duration::from_secs(25),
                connect_timeout: Duration::from_secs(10),
                max_subscriptions: 20,
                max_connections: 20,
                max_waiting_bytes: 256 * 1024,
            },
            log: LogConfig { filter: "off".into(), format: LogFormat::Text },
        }
    }

    /// Starts an instance.
    pub(crate) fn serve(&self) -> Instance {
        self.serve_with(&self.config())
    }

    pub(crate) fn serve_with(&self, config: &Config) -> Instance {
        let listening = app::build(config, Clock::Manual(self.clock.clone())).unwrap();
        let address = listening.address();
        let client = Client::new(format!("http://{address}"));
        let life = listening.life().clone();
        tokio::spawn(listening.run());
        Instance { client, address, life }
    }

    /// A token of somebody.
    pub(crate) fn token(&self, user: UserId) -> String {
        self.token_at(user, self.clock.now())
    }

    /// A token of somebody from another time on.
    pub(crate) fn token_at(&self, user: UserId, now: DateTime<Utc>) -> String {
        self.issuer.token(user, Role::User, now)
    }

    /// A token that says this.
    pub(crate) fn sign(&self, claims: &Claims) -> String {
        self.issuer.sign(claims)
    }

    /// The Redis of the instances.
    pub(crate) fn cache(&self) -> Cache {
        Cache::new(&self.redis).unwrap()
    }

    /// Somebody at an instance.
    pub(crate) fn at(&self, instance: &Instance, user: UserId) -> Client {
        instance.client.with_token(self.token(user))
    }

    /// Somebody who goes by this name.
    pub(crate) async fn person(&self, nickname: &str) -> UserId {
        let id = UserId::new();
        let mut conn = self.database.conn().await;
        people::rename(&mut conn, id, 1, nickname).await.unwrap();
        id
    }

    /// The party is like this now; gives back its room.
    pub(crate) async fn hear(&self, party: &PartySnapshot) -> RoomId {
        let now = self.clock.now();
        let followed = self.db.transaction(async |conn| {
            follow_party(conn, party, now, &Herald::default(), now).await?;
            rooms::lock_of_party(conn, party.party_id).await
        });
        followed.await.unwrap().unwrap().id
    }

    /// A room of a leader and one member, with what their party was last.
    pub(crate) async fn room(&self) -> Scene {
        let leader = self.person("사과대장").await;
        let member = self.person("배나무").await;
        let party = party(leader, &[member]);
        Scene { id: self.hear(&party).await, leader, member, party }
    }
}

/// A room and those in it.
pub(crate) struct Scene {
    pub(crate) id: RoomId,
    pub(crate) leader: UserId,
    pub(crate) member: UserId,
    pub(crate) party: PartySnapshot,
}

impl Scene {
    /// The path of something in the room.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/v1/chat-rooms/{}{rest}", self.id)
    }
}

/// A party in its first version.
pub(crate) fn party(leader: UserId, members: &[UserId]) -> PartySnapshot {
    PartySnapshot {
        party_id: PartyId::new(),
        version: 1,
        status: PartyStatus::Open,
        market: MarketRef {
            market_id: MarketId::new(),
            name: "남대문시장".into(),
            latitude: 37.5592,
            longitude: 126.977,
        },
        item: ItemRef { code: "060101".into(), name: "사과 (후지)".into() },
        leader_id: leader,
        total_shares: 10,
        taken_shares: 2,
        members: refs(members),
        applicants: Vec::new(),
        starts_at: noon(),
        ends_at: noon(),
        join_deadline: noon(),
    }
}

/// Members with one share each.
pub(crate) fn refs(members: &[UserId]) -> Vec<MemberRef> {
    let member = |user_id: &UserId| MemberRef { user_id: *user_id, shares: 1, attended: None };
    members.iter().map(member).collect()
}

/// The next version of a party.
pub(crate) fn next(party: &PartySnapshot) -> PartySnapshot {
    PartySnapshot { version: party.version + 1, ..party.clone() }
}

/// Serves the public keys of an issuer; says where.
fn publish_keys(issuer: &TestIssuer) -> String {
    let keys = Arc::new(issuer.jwks());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = HttpServer::new(move || {
        let keys = keys.clone();
        let answer = move || std::future::ready(web::Json(keys.as_ref().clone()));
        App::new().route("/keys", web::get().to(answer))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)
    .unwrap()
    .run();
    tokio::spawn(server);
    format!("http://{address}/keys")
}
