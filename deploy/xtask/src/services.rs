//! The services of the platform: one table.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use crate::servers::Servers;
use crate::url::Url;

/// A service: what it is called, and what it has to be told.
#[derive(Debug)]
pub struct Service {
    /// Its short name; in capitals, the prefix of its variables.
    pub name: &'static str,
    /// Its crate and its program.
    pub package: &'static str,
    /// Its variables, without the prefix.
    pub settings: &'static [(&'static str, Setting)],
}

/// What the launcher tells a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// The address and port to listen on.
    Bind,
    /// Its own database.
    Database,
    /// Redis.
    Redis,
    /// RabbitMQ.
    Broker,
    /// The folder with the keys that sign tokens.
    Keys,
    /// Where the service of that name is.
    UrlOf(&'static str),
    /// Where the keys are published that tokens are checked with.
    PublicKeys,
    /// Always the same.
    Fixed(&'static str),
}

use Setting::{Bind, Broker, Database, Fixed, Keys, PublicKeys, Redis, UrlOf};

/// The one who signs tokens.
pub const IDENTITY: &str = "party";

/// What clients talk to; it has no data of its own and starts on a port of its own.
pub const GATEWAY: &str = "gateway";

/// All services, in the order of starting: the signer of tokens first, what clients talk to last.
pub const SERVICES: [Service; 5] = [
    Service {
        name: IDENTITY,
        package: "party-service",
        settings: &[
            ("HTTP__BIND", Bind),
            ("DATABASE__URL", Database),
            ("REDIS__URL", Redis),
            ("BROKER__URL", Broker),
            ("TOKENS__KEYS_DIR", Keys),
            ("CATALOG__URL", UrlOf("catalog")),
            ("CHAT__URL", UrlOf("chat")),
            ("EXPORT__NOTIFY_URL", UrlOf("notify")),
            ("LOG__FORMAT", Fixed("text")),
        ],
    },
    Service {
        name: "catalog",
        package: "catalog-service",
        settings: &[
            ("HTTP__BIND", Bind),
            ("DATABASE__URL", Database),
            ("REDIS__URL", Redis),
            ("BROKER__URL", Broker),
            ("IDENTITY__JWKS_URL", PublicKeys),
            ("LOG__FORMAT", Fixed("text")),
        ],
    },
    Service {
        name: "chat",
        package: "chat-service",
        settings: &[
            ("HTTP__BIND", Bind),
            ("DATABASE__URL", Database),
            ("REDIS__URL", Redis),
            ("BROKER__URL", Broker),
            ("IDENTITY__JWKS_URL", PublicKeys),
            ("LOG__FORMAT", Fixed("text")),
        ],
    },
    Service {
        name: "notify",
        package: "notify-service",
        settings: &[
            ("HTTP__BIND", Bind),
            ("DATABASE__URL", Database),
            ("REDIS__URL", Redis),
            ("BROKER__URL", Broker),
            ("IDENTITY__JWKS_URL", PublicKeys),
            ("DIRECTORY__CATALOG_URL", UrlOf("catalog")),
            ("DIRECTORY__PARTY_URL", UrlOf(IDENTITY)),
            ("LOG__FORMAT", Fixed("text")),
        ],
    },
    Service {
        name: GATEWAY,
        package: "gateway",
        settings: &[
            ("HTTP__BIND", Bind),
            ("REDIS__URL", Redis),
            ("IDENTITY__JWKS_URL", PublicKeys),
            ("UPSTREAMS__CATALOG", UrlOf("catalog")),
            ("UPSTREAMS__CHAT", UrlOf("chat")),
            ("UPSTREAMS__NOTIFY", UrlOf("notify")),
            ("UPSTREAMS__PARTY", UrlOf(IDENTITY)),
            ("LOG__FORMAT", Fixed("text")),
        ],
    },
];

impl Service {
    /// Whether it has a database of its own.
    #[must_use]
    pub fn has_database(&self) -> bool {
        self.settings.iter().any(|(_, setting)| *setting == Database)
    }
}

/// Where everything is, for filling in the table.
#[derive(Debug)]
pub struct Surroundings {
    /// The servers.
    pub servers: Servers,
    /// The port of each service.
    pub ports: BTreeMap<&'static str, u16>,
    /// The folder of the signing keys.
    pub keys: String,
}

impl Surroundings {
    /// Where a service is.
    pub fn url_of(&self, name: &str) -> Result<Url> {
        let port = *self.ports.get(name).with_context(|| format!("no port for {name}"))?;
        format!("http://127.0.0.1:{port}").parse()
    }

    /// The variables of a service, which is to use this URL for its database.
    pub fn variables(&self, service: &Service, database: &str) -> Result<Vec<(String, String)>> {
        let prefix = service.name.to_uppercase();
        let value = |setting| -> Result<String> {
            Ok(match setting {
                Bind => format!("127.0.0.1:{}", self.ports.get(service.name).context("no port")?),
                Database => database.to_owned(),
                Redis => self.servers.redis.parse::<Url>()?.with_default_path("/0").to_string(),
                Broker => self.servers.broker.parse::<Url>()?.with_default_path("/%2f").to_string(),
                Keys => self.keys.clone(),
                UrlOf(name) => self.url_of(name)?.to_string(),
                Fixed(value) => value.to_owned(),
                PublicKeys => format!("{}/.well-known/jwks.json", self.url_of(IDENTITY)?),
            })
        };
        let named = service
            .settings
            .iter()
            .map(|(name, setting)| Ok((format!("{prefix}__{name}"), value(*setting)?)));
        named.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_is_told_where_the_others_are() {
        let surroundings = Surroundings {
            servers: Servers {
                database: "mysql://root:pw@127.0.0.1:1".to_owned(),
                redis: "redis://:pw@127.0.0.1:2".to_owned(),
                broker: "amqp://user:pw@127.0.0.1:3".to_owned(),
            },
            ports: SERVICES.iter().map(|service| service.name).zip(5000..).collect(),
            keys: "/keys".to_owned(),
        };
        let [party, catalog, .., gateway] = &SERVICES;
        let told = |service, line: (&str, &str)| {
            let variables = surroundings.variables(service, "mysql://own").unwrap();
            assert!(variables.contains(&(line.0.to_owned(), line.1.to_owned())), "{variables:?}");
        };
        told(catalog, ("CATALOG__DATABASE__URL", "mysql://own"));
        told(
            catalog,
            ("CATALOG__IDENTITY__JWKS_URL", "http://127.0.0.1:5000/.well-known/jwks.json"),
        );
        told(party, ("PARTY__HTTP__BIND", "127.0.0.1:5000"));
        told(party, ("PARTY__BROKER__URL", "amqp://user:pw@127.0.0.1:3/%2f"));
        told(party, ("PARTY__CATALOG__URL", "http://127.0.0.1:5001"));
        told(gateway, ("GATEWAY__REDIS__URL", "redis://:pw@127.0.0.1:2/0"));
        told(gateway, ("GATEWAY__UPSTREAMS__PARTY", "http://127.0.0.1:5000"));
        assert!(party.has_database() && !gateway.has_database());
    }
    #[test]
    fn no_variable_is_set_twice() {
        for service in &SERVICES {
            let mut names: Vec<_> = service.settings.iter().map(|(name, _)| name).collect();
            names.sort_unstable();
            assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        }
    }
}
