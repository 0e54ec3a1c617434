//! What can be configured; `config/default.toml` explains each key.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use actix_web::http::Method;
use chassis::config::{
    HttpConfig, IdentityConfig, LoadError, LogConfig, RedisConfig, Validate, load, millis, seconds,
};
use serde::{Deserialize, Deserializer};

use crate::limits::QuotaConfig;
use crate::network::Network;
use crate::table::Pattern;
use crate::upstream::Origins;

const DEFAULTS: &str = include_str!("../config/default.toml");

/// The whole configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How the gateway listens to clients.
    pub http: HttpConfig,
    /// What clients may do before they have asked for anything.
    pub clients: ClientsConfig,
    /// How it listens to those who run it.
    pub admin: AdminConfig,
    /// Who answers, by name.
    pub upstreams: BTreeMap<String, Origins>,
    /// How requests are passed on.
    pub forward: ForwardConfig,
    /// How many requests may come.
    pub limits: LimitsConfig,
    /// Which web pages may call.
    pub cors: CorsConfig,
    /// Whose tokens are believed.
    pub identity: IdentityConfig,
    /// Where ended sessions are announced.
    pub redis: RedisConfig,
    /// What is written down.
    pub log: LogConfig,
    /// The routing table.
    pub routes: Vec<RouteConfig>,
}

/// `[admin]`: the listener for those who run the platform.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdminConfig {
    /// The address and port to listen on; port 0 takes a free one.
    pub bind: SocketAddr,
}

/// `[clients]`: what clients may do before they have asked for anything.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientsConfig {
    /// The most connections of one thread.
    pub max_connections: usize,
    /// The most connections of one address; 0: as many as come.
    pub max_connections_per_address: usize,
    /// How long the head of a request may take, once it has begun.
    #[serde(with = "millis", rename = "head_timeout_ms")]
    pub head_timeout: Duration,
    /// How long a client may not read what it is sent.
    #[serde(with = "millis", rename = "stall_timeout_ms")]
    pub stall_timeout: Duration,
    /// How long the body of a request may take as a whole.
    #[serde(with = "millis", rename = "body_timeout_ms")]
    pub body_timeout: Duration,
    /// Whether the load balancer tells whose each connection is (PROXY protocol 1 or 2).
    pub proxy_protocol: bool,
    /// The certificates shown to clients (PEM); none: no TLS.
    #[serde(deserialize_with = "path")]
    pub tls_certificate: Option<PathBuf>,
    /// The key of the first of them (PEM).
    #[serde(deserialize_with = "path")]
    pub tls_key: Option<PathBuf>,
}

/// `[forward]`: how requests are passed on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForwardConfig {
    /// How long connecting to a service may take.
    #[serde(with = "millis", rename = "connect_timeout_ms")]
    pub connect_timeout: Duration,
    /// How often each instance of a service is asked whether it takes requests; never if 0.
    #[serde(with = "millis", rename = "check_every_ms")]
    pub check_every: Duration,
    /// How long a service may think before its answer begins.
    #[serde(with = "millis", rename = "first_byte_timeout_ms")]
    pub first_byte_timeout: Duration,
    /// How long either side may pause in the middle of a body.
    #[serde(with = "millis", rename = "between_chunks_timeout_ms")]
    pub between_chunks_timeout: Duration,
    /// The largest body of a request.
    pub max_body_bytes: u64,
    /// The most requests that one thread has under way at one instance of a service.
    pub max_connections: usize,
    /// How long nothing may come through a WebSocket before it is closed.
    #[serde(with = "millis", rename = "tunnel_idle_timeout_ms")]
    pub tunnel_idle_timeout: Duration,
    /// The most WebSockets that one thread keeps open, and streams at one instance of a service.
    pub max_tunnels: usize,
    /// Proxies whose word about the client is taken.
    #[serde(deserialize_with = "list")]
    pub trusted_proxies: Vec<Network>,
}

/// `[limits]`: how many requests may come.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsConfig {
    /// From one address, whoever is there.
    pub address: QuotaConfig,
    /// From one person.
    pub user: QuotaConfig,
    /// From one address to certain routes, counted over all gateways.
    pub global: BTreeMap<String, QuotaConfig>,
}

/// `[cors]`: which web pages may call.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorsConfig {
    /// The origins, or `*`.
    #[serde(deserialize_with = "list")]
    pub origins: Vec<String>,
    /// Whether they may send cookies.
    pub credentials: bool,
    /// How long a browser remembers the permission.
    #[serde(with = "seconds", rename = "max_age_s")]
    pub max_age: Duration,
}

/// `[[routes]]`: one rule of the routing table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteConfig {
    /// The paths it is about.
    pub path: Pattern,
    /// The methods it is about; all if there are none.
    #[serde(default, deserialize_with = "list")]
    pub methods: Vec<Method>,
    /// Who answers.
    pub upstream: String,
    /// Who may ask.
    pub auth: Auth,
    /// Whether its answers may have no end: streams, and WebSockets.
    #[serde(default)]
    pub live: bool,
    /// Whether the token may come as the parameter `token` of the query.
    #[serde(default)]
    pub token_in_query: bool,
    /// The limit of `[limits.global]` that holds for it.
    pub global_limit: Option<String>,
    /// Instead of the general one.
    pub first_byte_timeout_ms: Option<u64>,
    /// Instead of the general one.
    pub between_chunks_timeout_ms: Option<u64>,
    /// Instead of the general one.
    pub max_body_bytes: Option<u64>,
}

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Auth {
    /// Anyone, though a token that comes must be valid.
    Optional,
    /// Whoever has a valid token.
    Required,
    /// Whoever has the valid token of an administrator.
    Admin,
}

impl Config {
    /// Loads it: defaults, then the file, then the environment.
    pub fn load() -> Result<Self, LoadError> {
        load("GATEWAY", DEFAULTS)
    }

    /// What is compiled in, not yet complete: it lacks the secrets.
    pub fn defaults() -> Result<Self, toml::de::Error> {
        toml::from_str(DEFAULTS)
    }
}

impl Validate for Config {
    fn validate(&self) -> Result<(), String> {
        self.redis.validate()?;
        self.cors.validate()?;
        if self.forward.max_connections == 0 {
            return Err("forward.max_connections must be at least 1".into());
        }
        if self.clients.tls_certificate.is_some() != self.clients.tls_key.is_some() {
            return Err("clients.tls_certificate and clients.tls_key belong together".into());
        }
        if self.clients.proxy_protocol && self.forward.trusted_proxies.is_empty() {
            return Err("clients.proxy_protocol needs forward.trusted_proxies".into());
        }
        for route in &self.routes {
            let has_lower_case =
                |method: &&Method| method.as_str().bytes().any(|b| b.is_ascii_lowercase());
            if let Some(method) = route.methods.iter().find(has_lower_case) {
                let path = &route.path;
                return Err(format!(
                    "the route {path}: {method} is no method, they are upper case"
                ));
            }
            let limit = route.global_limit.as_ref();
            if let Some(limit) = limit.filter(|limit| !self.limits.global.contains_key(*limit)) {
                let path = &route.path;
                return Err(format!("the route {path} has the limit {limit}, which is none"));
            }
            if !self.upstreams.contains_key(&route.upstream) {
                let (path, upstream) = (&route.path, &route.upstream);
                return Err(format!("the route {path} leads to {upstream}, which is no upstream"));
            }
        }
        Ok(())
    }
}

impl Validate for CorsConfig {
    fn validate(&self) -> Result<(), String> {
        for origin in &self.origins {
            // An origin as browsers send it: scheme, host and port, and nothing after them.
            let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            let is_origin = host.is_some_and(|host| !host.is_empty() && !host.contains('/'));
            if origin == "*" && self.credentials {
                return Err("cors.credentials must not be given to every origin".into());
            }
            if origin != "*" && !is_origin {
                return Err(format!("cors.origins: {origin} is no origin, like https://host:port"));
            }
        }
        Ok(())
    }
}

/// A path, or nothing where the text is empty.
fn path<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PathBuf>, D::Error> {
    let text = String::deserialize(from)?;
    Ok(Some(text).filter(|text| !text.is_empty()).map(PathBuf::from))
}

/// A list, or its elements in one text with commas between, as they come from the environment.
fn list<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum List {
        Text(String),
        Elements(Vec<String>),
    }
    let parse = |text: &str| text.parse().map_err(serde::de::Error::custom);
    match List::deserialize(from)? {
        List::Elements(elements) => elements.iter().map(|text| parse(text.trim())).collect(),
        List::Text(text) => {
            text.split(',').map(str::trim).filter(|text| !text.is_empty()).map(parse).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, DEFAULTS, Validate};

    /// The defaults with a text in them replaced by another.
    fn changed(from: &str, to: &str) -> Result<Config, String> {
        assert!(DEFAULTS.contains(from), "{from}");
        let text = DEFAULTS.replace("url = \"\"", "url = \"redis://x\"").replacen(from, to, 1);
        let config: Config = toml::from_str(&text).map_err(|error| error.to_string())?;
        config.validate()?;
        Ok(config)
    }

    #[test]
    fn lists_may_come_in_one_text() {
        let config =
            changed("origins = []", "origins = 'https://a.example, http://b:81 ,'").unwrap();
        assert_eq!(config.cors.origins, ["https://a.example", "http://b:81"]);
        let config = changed("trusted_proxies = []", "trusted_proxies = '10.0.0.0/8,::1'").unwrap();
        assert_eq!(config.forward.trusted_proxies.len(), 2);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (from, to, named) in [
            ("upstream = \"party\"", "upstream = \"nobody\"", "nobody"),
            ("auth = \"optional\"", "auth = \"maybe\"", "maybe"),
            ("methods = [\"GET\"]", "methods = [\"get\"]", "get"),
            ("path = \"/v1/items/**\"", "path = \"/v1/*/items\"", "/v1/*/items"),
            ("http://127.0.0.1:7001", "https://127.0.0.1:7001", "https://127.0.0.1:7001"),
            ("origins = []", "origins = ['app.example']", "app.example"),
            ("origins = []", "origins = ['https://app.example/']", "https://app.example/"),
            ("origins = []\n", "origins = ['*']\ncredentials = true\n#", "credentials"),
            ("trusted_proxies = []", "trusted_proxies = ['10.0.0.0/99']", "10.0.0.0/99"),
            ("global_limit = \"sign_up\"", "global_limit = \"sing_up\"", "sing_up"),
            ("tls_key = \"\"", "tls_key = \"x.pem\"", "tls_certificate"),
            ("proxy_protocol = false", "proxy_protocol = true", "trusted_proxies"),
            ("max_connections = 1024", "max_connections = 0", "max_connections"),
            ("connect_timeout_ms", "conect_timeout_ms", "conect_timeout_ms"),
        ] {
            let error = changed(from, to).unwrap_err();
            assert!(error.contains(named), "{to}: {error}");
        }
    }
}
