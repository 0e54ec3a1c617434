//! What must hold before any work starts, so that it fails at once and with the way out.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};

use crate::console::Console;
use crate::ports::{ServerPorts, is_free};
use crate::ready;
use crate::servers::Own;
use crate::services::GATEWAY;
use crate::url::Url;

/// No other program listens where servers and services are to listen.
pub(super) fn ports(
    own: &Own,
    servers: ServerPorts,
    services: &BTreeMap<&'static str, u16>,
) -> Result<()> {
    let needed = |name: &str| match name {
        "MariaDB" => own.database.is_none(),
        "Redis" => own.redis.is_none(),
        _ => own.broker.is_none(),
    };
    let servers = servers.named().into_iter().filter(|(name, _)| needed(name));
    for (name, port) in servers.chain(services.iter().map(|(name, port)| (*name, *port))) {
        if is_free(port) {
            continue;
        }
        let other = match name {
            GATEWAY => format!("--gateway-port {}", port.saturating_add(1)),
            _ if port < 20_000 => "--port-base 21000".to_owned(),
            _ => "--port-base 11000".to_owned(),
        };
        bail!(
            "port {port}, for {name}, is taken by another program: stop that, or choose another \
             port with `cargo xtask up {other}`"
        );
    }
    Ok(())
}

/// Servers of one's own are of the right kind and answer.
pub(super) fn own_servers(console: Console, own: &Own) -> Result<()> {
    for (name, url, scheme, usual) in [
        ("DATABASE_URL", &own.database, "mysql", 3306),
        ("REDIS_URL", &own.redis, "redis", 6379),
        ("AMQP_URL", &own.broker, "amqp", 5672),
    ] {
        let Some(url) = url else { continue };
        let url: Url = url.parse().with_context(|| format!("{name} cannot be read"))?;
        let port = url.port.unwrap_or(usual);
        let place = format!("{}:{port}", url.host);
        let otherwise = format!("unset {name} to get a private server");
        ensure!(
            url.scheme == scheme,
            "{name} begins with {}://, not with {scheme}://: set another one, or {otherwise}",
            url.scheme,
        );
        ensure!(
            ready::reachable(&url.host, port),
            "nobody answers at {place}: start that server, or {otherwise}"
        );
        console.note(format!("using the server at {place} ({name})"));
    }
    Ok(())
}
