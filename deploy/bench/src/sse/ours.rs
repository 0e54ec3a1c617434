//! Two instances of the notify-service, and a third that writes into inboxes and tells of it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chassis::clock::Clock;
use chassis::config::{DatabaseConfig, RedisConfig};
use chassis::db::{Conn, Db, DbError, migrate};
use chassis::http::client;
use chassis::identity::RevokedSessions;
use chassis::lifecycle::Lifecycle;
use chassis::redis::Cache;
use chassis::text::Locale;
use contracts::{EventId, PartyId, UserId};
use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
use notify_service::cli::MIGRATIONS;
use notify_service::domain::{About, Announcement, Content, Kind, Receiver};
use notify_service::store::{inboxes, notices, notifications};
use notify_service::stream::{Announcer, Needs, StreamConfig, start};
use secrecy::SecretString;
use tokio::process::Child;

use super::servers::{Servers, variable};
use crate::gateway::{service, tokens::Tokens};
use crate::machine::{command_on, cpu_time, free_address, resident};

const DATABASE: &str = "bench_sse";
const PREFIX: &str = "bench-sse:";

/// Two running instances.
pub(super) struct Ours {
    pub(super) people: Vec<UserId>,
    db: Db,
    announcer: Announcer,
    life: Lifecycle,
    notices: Vec<(EventId, Arc<Content>)>,
    tokens: Tokens,
    instances: Vec<(SocketAddr, Child)>,
}

impl Ours {
    /// Starts them on a core, for so many people.
    pub(super) async fn start(servers: &Servers, people: usize, core: usize) -> Result<Self> {
        let server = servers.database.trim_end_matches('/');
        let create = format!(
            "DROP DATABASE IF EXISTS {DATABASE}; CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4"
        );
        Conn::establish(&format!("{server}/")).await?.batch_execute(&create).await?;
        let url = format!("{server}/{DATABASE}");
        migrate::run(&url, MIGRATIONS).await?;
        let (tokens, mut instances) = (Tokens::new()?, Vec::new());
        let keys = service::start(&tokens.jwks()?)?;
        for _ in 0..2 {
            instances.push(serve(&url, &servers.redis, keys, core).await?);
        }
        let (db, life) = (database(url)?, Lifecycle::new());
        let cache = Cache::new(&RedisConfig {
            url: SecretString::from(servers.redis.clone()),
            key_prefix: PREFIX.into(),
            timeout: Duration::from_secs(5),
        })?;
        let revoked = RevokedSessions::default();
        let needs = Needs { db: &db, cache: &cache, clock: &Clock::System, revoked: &revoked };
        let (_, announcer) = start(&no_streams(), &needs, &life)?;
        let people = std::iter::repeat_with(UserId::new).take(people).collect();
        let mut ours = Self { people, db, announcer, life, notices: Vec::new(), tokens, instances };
        ours.notices = ours.some_notices().await?;
        Ok(ours)
    }

    /// How the stream of a person is asked for.
    pub(super) fn request(&self, stream: usize) -> Result<(SocketAddr, Vec<u8>)> {
        let (address, _) = self.instances.get(stream % 2).context("no instance")?;
        let token = self.tokens.ed25519_of(*self.people.get(stream).context("nobody")?)?;
        let request = format!(
            "GET /v1/notifications/stream HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n"
        );
        Ok((*address, request.into_bytes()))
    }

    /// Puts one notification for each of these streams into the inboxes, in one transaction. Gives
    /// what there is to tell when that is committed.
    pub(super) async fn write(&self, streams: &[usize]) -> Result<Vec<(usize, Announcement)>> {
        let mut wanted = BTreeMap::<UserId, u32>::new();
        for person in streams.iter().filter_map(|stream| self.people.get(*stream)) {
            *wanted.entry(*person).or_default() += 1;
        }
        let wanted: Vec<_> = wanted.into_iter().collect();
        let told = self.db.transaction(async |conn| {
            let mut next = inboxes::make_room(conn, &wanted).await?;
            for (person, count) in &wanted {
                next.entry(*person).and_modify(|last| *last -= u64::from(*count));
            }
            let (mut rows, mut told) = (Vec::new(), Vec::new());
            for stream in streams {
                let found =
                    self.people.get(*stream).zip(self.notices.get(stream % self.notices.len()));
                let Some((&user_id, (notice_id, content))) = found else { continue };
                let seq = next.entry(user_id).or_default();
                *seq += 1;
                let (seq, held) = (*seq, false);
                rows.push(notifications::New { user_id, seq, notice_id: *notice_id, held });
                let receiver = Receiver { user_id, seq, locale: Locale::Ko, held };
                let content = content.clone();
                told.push((*stream, Announcement { content, receivers: vec![receiver] }));
            }
            notifications::insert(conn, &rows, Clock::System.now()).await?;
            Ok::<_, DbError>(told)
        });
        Ok(told.await?)
    }

    /// Tells the instances.
    pub(super) fn announce(&self, announcements: &[Announcement]) {
        self.announcer.announce(announcements);
    }

    pub(super) fn cpu(&self) -> Result<Duration> {
        self.pids()?.into_iter().map(cpu_time).sum()
    }

    pub(super) fn resident(&self) -> Result<u64> {
        self.pids()?.into_iter().map(resident).sum()
    }

    fn pids(&self) -> Result<Vec<u32>> {
        let pid = |(_, child): &(_, Child)| child.id().context("an instance has ended");
        self.instances.iter().map(pid).collect()
    }

    /// A hundred notices; which of them somebody gets does not matter.
    async fn some_notices(&self) -> Result<Vec<(EventId, Arc<Content>)>> {
        let now = Clock::System.now();
        let notices: Vec<_> = (0..100)
            .map(|number| {
                let about = About {
                    party_id: PartyId::new(),
                    item: format!("사과 (후지) {number}"),
                    market: Some("남대문시장".into()),
                    starts_at: Some(now),
                    room_id: None,
                    hours_before: None,
                    penalty: None,
                };
                (
                    EventId::new(),
                    Arc::new(Content { kind: Kind::PartyCreated, about, created_at: now }),
                )
            })
            .collect();
        self.db
            .transaction(async |conn| {
                for (id, content) in &notices {
                    notices::insert(conn, *id, content).await?;
                }
                Ok::<_, DbError>(())
            })
            .await?;
        Ok(notices)
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        self.life.stop();
    }
}

/// The writer keeps no streams of its own.
const fn no_streams() -> StreamConfig {
    StreamConfig {
        threads: 1,
        max_streams: 1,
        max_streams_per_person: 1,
        heartbeat: Duration::from_secs(15),
        max_replay: 1,
        sweep_every: Duration::from_hours(1),
        sweep_without_cache_every: Duration::from_hours(1),
    }
}

fn database(url: String) -> Result<Db> {
    Ok(Db::new(&DatabaseConfig {
        url: SecretString::from(url),
        max_connections: 8,
        acquire_timeout: Duration::from_mins(1),
        statement_timeout: Duration::from_mins(1),
    })?)
}

async fn serve(
    database: &str,
    redis: &str,
    keys: SocketAddr,
    core: usize,
) -> Result<(SocketAddr, Child)> {
    let folder = std::env::var("SERVICES_DIR").context("run it with `cargo xtask bench`")?;
    let program = Path::new(&folder).join("notify-service");
    ensure!(program.is_file(), "{} is not there", program.display());
    let address = free_address()?;
    let mut command = command_on(core, &program);
    command
        .arg("serve")
        .env("NOTIFY__HTTP__BIND", address.to_string())
        .env("NOTIFY__HTTP__WORKERS", "1")
        .env("NOTIFY__DATABASE__URL", database)
        .env("NOTIFY__REDIS__URL", redis)
        .env("NOTIFY__REDIS__KEY_PREFIX", PREFIX)
        .env("NOTIFY__BROKER__URL", variable("TEST_AMQP_URL")?)
        .env("NOTIFY__BROKER__NAME_PREFIX", "bench-sse.")
        .env("NOTIFY__IDENTITY__JWKS_URL", format!("http://{keys}/jwks.json"))
        // What is written before it is to be told would be found, and told at once.
        .env("NOTIFY__STREAM__SWEEP_EVERY_MS", "3600000")
        .env("NOTIFY__LOG__FILTER", "warn")
        .stdin(Stdio::null());
    let child = command.spawn()?;
    let (http, deadline) =
        (client::build(Duration::from_secs(1))?, Instant::now() + Duration::from_secs(30));
    loop {
        let ready = http.get(format!("http://{address}/ready")).send().await;
        if ready.is_ok_and(|answer| answer.status().is_success()) {
            return Ok((address, child));
        }
        ensure!(Instant::now() < deadline, "the notify-service was not ready in time");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
