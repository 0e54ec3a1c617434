//! The services together.

use std::path::{Path, PathBuf};

use chassis::config::RedisConfig;
use tempfile::TempDir;
use testkit::{Client, TestBus, TestDatabase, TestServers};

use crate::Service;

/// The whole platform. It ends with the test.
pub struct Platform {
    /// What clients talk to.
    pub gateway: Service,
    /// Accounts, addresses, markets, parties.
    pub party: Service,
    /// Items.
    pub catalog: Service,
    /// Chat rooms.
    pub chat: Service,
    /// Favourites and notifications.
    pub notify: Service,
    /// The database of the party-service.
    pub party_database: TestDatabase,
    /// The database of the catalog-service.
    pub catalog_database: TestDatabase,
    /// The database of the chat-service.
    pub chat_database: TestDatabase,
    /// The database of the notify-service.
    pub notify_database: TestDatabase,
    folder: TempDir,
    redis: RedisConfig,
    /// Dropped last: who still runs would declare its queues again.
    bus: TestBus,
}

/// What a test wants otherwise than usual.
#[derive(Default)]
pub struct Settings {
    /// Another way to the party database, such as through a proxy, made from the usual URL.
    pub party_database_url: Option<String>,
    /// Other servers than those that all tests share.
    pub servers: Option<TestServers>,
}

impl Platform {
    /// Starts everything on the sample of items and markets.
    pub async fn start() -> Self {
        let (party_database, catalog_database) =
            tokio::join!(TestDatabase::empty(), TestDatabase::empty());
        Self::start_with(party_database, catalog_database, Settings::default()).await
    }

    /// Starts everything on servers of the test's own.
    pub async fn start_on(servers: TestServers) -> Self {
        let (party_database, catalog_database) =
            tokio::join!(TestDatabase::empty_on(&servers), TestDatabase::empty_on(&servers));
        let settings = Settings { servers: Some(servers), ..Settings::default() };
        Self::start_with(party_database, catalog_database, settings).await
    }

    /// Starts everything on these databases.
    pub async fn start_with(
        party_database: TestDatabase,
        catalog_database: TestDatabase,
        settings: Settings,
    ) -> Self {
        let folder = TempDir::new().expect("a folder can be made");
        let mut catalog = Service::new("catalog-service", "CATALOG", folder.path());
        let mut chat = Service::new("chat-service", "CHAT", folder.path());
        let mut notify = Service::new("notify-service", "NOTIFY", folder.path());
        let mut party = Service::new("party-service", "PARTY", folder.path());
        let mut gateway = Service::new("gateway", "GATEWAY", folder.path());
        let servers = settings.servers.unwrap_or_else(TestServers::shared);
        let (redis, bus) = (testkit::redis_config_on(&servers), TestBus::on(&servers));
        let jwks = format!("{}/.well-known/jwks.json", party.url());
        let (chat_database, notify_database) =
            tokio::join!(TestDatabase::empty_on(&servers), TestDatabase::empty_on(&servers));
        for (service, prefix) in [
            (&mut catalog, "CATALOG"),
            (&mut chat, "CHAT"),
            (&mut notify, "NOTIFY"),
            (&mut party, "PARTY"),
            (&mut gateway, "GATEWAY"),
        ] {
            service.set(&format!("{prefix}__REDIS__URL"), &servers.redis);
            service.set(&format!("{prefix}__REDIS__KEY_PREFIX"), &redis.key_prefix);
        }
        catalog.set("CATALOG__DATABASE__URL", catalog_database.url());
        catalog.set("CATALOG__IDENTITY__JWKS_URL", &jwks);
        chat.set("CHAT__DATABASE__URL", chat_database.url());
        chat.set("CHAT__IDENTITY__JWKS_URL", &jwks);
        notify.set("NOTIFY__DATABASE__URL", notify_database.url());
        notify.set("NOTIFY__IDENTITY__JWKS_URL", &jwks);
        notify.set("NOTIFY__DIRECTORY__CATALOG_URL", catalog.url());
        notify.set("NOTIFY__DIRECTORY__PARTY_URL", party.url());
        party.set("PARTY__DATABASE__URL", party_database.url());
        party.set("PARTY__CATALOG__URL", catalog.url());
        party.set("PARTY__CHAT__URL", chat.url());
        party.set("PARTY__EXPORT__NOTIFY_URL", notify.url());
        party.set("PARTY__EXPORT__PER_MINUTE", "1000");
        for (service, prefix) in [
            (&mut catalog, "CATALOG"),
            (&mut chat, "CHAT"),
            (&mut notify, "NOTIFY"),
            (&mut party, "PARTY"),
        ] {
            service.set(&format!("{prefix}__BROKER__URL"), bus.url());
            service.set(&format!("{prefix}__BROKER__NAME_PREFIX"), bus.config().name_prefix);
        }
        party.set("PARTY__TOKENS__KEYS_DIR", folder.path().join("keys").to_string_lossy());
        // A password costs as much as it must in production; a test signs up hundreds.
        party.set("PARTY__PASSWORDS__MEMORY_KIB", "64");
        gateway.set("GATEWAY__IDENTITY__JWKS_URL", &jwks);
        // Everyone in a test comes from one address, and in a hurry.
        for limit in ["ADDRESS", "USER", "GLOBAL__SIGN_IN", "GLOBAL__SIGN_UP"] {
            gateway.set(&format!("GATEWAY__LIMITS__{limit}__PER_MINUTE"), "0");
        }
        chat.set("CHAT__SENDING__PER_SECOND", "1000");
        gateway.set("GATEWAY__UPSTREAMS__PARTY", party.url());
        gateway.set("GATEWAY__UPSTREAMS__CATALOG", catalog.url());
        gateway.set("GATEWAY__UPSTREAMS__CHAT", chat.url());
        gateway.set("GATEWAY__UPSTREAMS__NOTIFY", notify.url());

        party.command(&["keys", "generate"]).await;
        tokio::join!(
            party.command(&["migrate"]),
            catalog.command(&["migrate"]),
            chat.command(&["migrate"]),
            notify.command(&["migrate"])
        );
        let sample = sample_folder();
        party
            .command(&[
                "markets".as_ref(),
                "import".as_ref(),
                sample.join("markets.csv").as_os_str(),
            ])
            .await;
        catalog
            .command(&[
                "import".as_ref(),
                "--source".as_ref(),
                sample.join("items.csv").as_os_str(),
            ])
            .await;
        if let Some(url) = settings.party_database_url {
            party.set("PARTY__DATABASE__URL", url);
        }
        party.start().await;
        tokio::join!(catalog.start(), chat.start(), notify.start(), gateway.start());
        Self {
            gateway,
            party,
            catalog,
            chat,
            notify,
            party_database,
            catalog_database,
            chat_database,
            notify_database,
            folder,
            redis,
            bus,
        }
    }

    /// Starts a second instance of the notify-service, which the gateway knows of.
    pub async fn second_notify(&mut self) -> Service {
        let mut other = self.notify.twin();
        other.start().await;
        let both = format!("{},{}", self.notify.url(), other.url());
        self.gateway.set("GATEWAY__UPSTREAMS__NOTIFY", both);
        self.gateway.kill().await;
        self.gateway.start().await;
        other
    }

    /// A folder that goes with the test.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The broker of this platform, to do what no service would.
    #[must_use]
    pub const fn bus(&self) -> &TestBus {
        &self.bus
    }

    /// Where its cache is.
    #[must_use]
    pub const fn redis(&self) -> &RedisConfig {
        &self.redis
    }

    /// A client of the gateway, without a token.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(self.gateway.url())
    }
}

fn sample_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../sample")
}
