//! The routing table: who answers a path, and who may ask.

mod path;
mod pattern;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::Method;

use crate::config::{Auth, Config, RouteConfig};

pub use path::is_normal;
pub use pattern::Pattern;

/// What a rule that names no methods takes, and others of their kind.
const ORDINARY_METHODS: [Method; 6] =
    [Method::DELETE, Method::GET, Method::OPTIONS, Method::PATCH, Method::POST, Method::PUT];

/// The rules in order. What none of them names does not exist.
#[derive(Debug)]
pub struct Table {
    routes: Vec<Route>,
}

/// One rule.
#[derive(Debug)]
pub struct Route {
    pattern: Pattern,
    methods: Vec<Method>,
    /// Its place in the table.
    pub index: usize,
    /// The pattern as logs and metrics show it.
    pub label: Arc<str>,
    /// The name of the upstream that answers.
    pub upstream: Arc<str>,
    /// Its place among the upstreams of the configuration.
    pub upstream_index: usize,
    /// Who may ask.
    pub auth: Auth,
    /// Whether its answers may have no end: streams, and WebSockets.
    pub is_live: bool,
    /// Whether a token may come in the query.
    pub token_in_query: bool,
    /// The limit that it shares with other routes and that all gateways count together.
    pub global_limit: Option<Arc<str>>,
    /// How long and how much.
    pub limits: Limits,
}

/// How long and how much one request may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long the upstream may think before its answer begins.
    pub first_byte: Duration,
    /// How long either side may pause in the middle of a body.
    pub between_chunks: Duration,
    /// How long the body of a request may take as a whole.
    pub whole_body: Duration,
    /// The largest body of a request.
    pub max_body_bytes: u64,
}

/// No rule is about the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoRoute {
    /// Nothing has this path.
    Path,
    /// Something has, but takes these methods only.
    Method(Vec<Method>),
}

impl Table {
    /// The table that `config` describes. A rule that leads nowhere is none; the configuration is
    /// refused before it comes here.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let place = |name: &String| config.upstreams.keys().position(|other| other == name);
        let route = |(index, route): (usize, &RouteConfig)| {
            Some(Route::new(index, route, place(&route.upstream)?, config))
        };
        Self { routes: config.routes.iter().enumerate().filter_map(route).collect() }
    }

    /// The names of those who answer, each once.
    #[must_use]
    pub fn upstreams(&self) -> BTreeSet<&str> {
        self.routes.iter().map(|route| &*route.upstream).collect()
    }

    /// The first rule about a path, which must be [normal](is_normal), and a method.
    pub fn find(&self, method: &Method, path: &str) -> Result<&Route, NoRoute> {
        let named = || self.routes.iter().filter(|route| route.pattern.matches(path));
        if let Some(route) = named().find(|route| route.takes(method)) {
            return Ok(route);
        }
        let methods: Vec<Method> = named().flat_map(Route::methods).collect();
        Err(if methods.is_empty() { NoRoute::Path } else { NoRoute::Method(methods) })
    }
}

impl Route {
    fn new(index: usize, rule: &RouteConfig, upstream_index: usize, config: &Config) -> Self {
        let general = &config.forward;
        let millis = |special: Option<u64>, general| special.map_or(general, Duration::from_millis);
        Self {
            pattern: rule.path.clone(),
            methods: rule.methods.clone(),
            index,
            label: rule.path.to_string().into(),
            upstream: rule.upstream.as_str().into(),
            upstream_index,
            auth: rule.auth,
            is_live: rule.live,
            token_in_query: rule.token_in_query,
            global_limit: rule.global_limit.as_deref().map(Into::into),
            limits: Limits {
                first_byte: millis(rule.first_byte_timeout_ms, general.first_byte_timeout),
                between_chunks: millis(
                    rule.between_chunks_timeout_ms,
                    general.between_chunks_timeout,
                ),
                whole_body: config.clients.body_timeout,
                max_body_bytes: rule.max_body_bytes.unwrap_or(general.max_body_bytes),
            },
        }
    }

    fn takes(&self, method: &Method) -> bool {
        match *method {
            // The one asks for a tunnel, the other for its own headers back: no service has them.
            Method::CONNECT | Method::TRACE => false,
            _ if self.methods.is_empty() => true,
            // A HEAD is a GET whose answer has no body.
            Method::HEAD => self.methods.contains(&Method::GET),
            _ => self.methods.contains(method),
        }
    }

    /// The methods to name to someone who came with another one.
    fn methods(&self) -> Vec<Method> {
        if self.methods.is_empty() { ORDINARY_METHODS.to_vec() } else { self.methods.clone() }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::Method;

    use super::{NoRoute, Table};
    use crate::config::{Auth, Config};

    #[test]
    fn the_default_table_leads_where_it_should() {
        let table = Table::new(&Config::defaults().unwrap());
        let lead = |method: &str, path: &str| {
            let route = table.find(&method.parse().unwrap(), path).unwrap();
            (route.upstream.to_string(), route.auth)
        };
        for (method, path, upstream, auth) in [
            ("POST", "/v1/users", "party", Auth::Optional),
            ("GET", "/v1/users/me", "party", Auth::Required),
            ("POST", "/v1/users/me", "party", Auth::Required),
            ("POST", "/v1/sessions", "party", Auth::Optional),
            ("POST", "/v1/sessions/refresh", "party", Auth::Optional),
            ("DELETE", "/v1/sessions", "party", Auth::Required),
            ("GET", "/v1/markets", "party", Auth::Optional),
            ("GET", "/v1/markets/0198", "party", Auth::Optional),
            ("PUT", "/v1/markets/0198", "party", Auth::Required),
            ("GET", "/v1/parties", "party", Auth::Required),
            ("GET", "/v1/addresses", "party", Auth::Required),
            ("GET", "/v1/items", "catalog", Auth::Optional),
            ("HEAD", "/v1/items/apple", "catalog", Auth::Optional),
            ("POST", "/v1/items", "catalog", Auth::Required),
            ("GET", "/v1/categories", "catalog", Auth::Optional),
            ("GET", "/.well-known/jwks.json", "party", Auth::Optional),
        ] {
            assert_eq!(lead(method, path), (upstream.into(), auth), "{method} {path}");
        }
    }

    #[test]
    fn what_no_rule_names_does_not_exist() {
        let table = Table::new(&Config::defaults().unwrap());
        for path in [
            "/",
            "/v1",
            "/v1/",
            "/v2/users",
            "/metrics",
            "/health",
            "/ready",
            "/openapi.json",
            "/v1/usersx",
            "/v1/users/",
            "/V1/users",
            "/v1/Users",
            "/.well-known",
            "*",
            "",
        ] {
            assert_eq!(table.find(&Method::GET, path).unwrap_err(), NoRoute::Path, "{path}");
        }
        assert_eq!(
            table.find(&Method::DELETE, "/.well-known/jwks.json").unwrap_err(),
            NoRoute::Method(vec![Method::GET])
        );
    }
}
