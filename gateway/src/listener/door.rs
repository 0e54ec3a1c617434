//! What happens to a connection before the first request: whose it is, whether there is a place for
//! it, and TLS.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use actix_http::Protocol;
use actix_http::error::DispatchError;
use actix_web::rt::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::connection::Connection;
use super::places::Places;
use super::stream::Stream;
use super::{proxy_protocol, tls};
use crate::config::ClientsConfig;
use crate::network::Network;

/// What goes on to be served.
pub(super) type Entered = (Connection, Protocol, SocketAddr);

/// Lets connections in.
#[derive(Clone)]
pub(super) struct Door {
    /// How long all may take that comes before the first request.
    entry_timeout: Duration,
    stall_timeout: Duration,
    places: Places,
    trusted_proxies: Vec<Network>,
    expects_proxy_protocol: bool,
    tls: Option<TlsAcceptor>,
}

impl Door {
    /// The door that `config` describes.
    pub(super) fn new(
        config: &ClientsConfig,
        trusted_proxies: Vec<Network>,
    ) -> anyhow::Result<Self> {
        let files = config.tls_certificate.as_ref().zip(config.tls_key.as_ref());
        Ok(Self {
            entry_timeout: config.head_timeout,
            stall_timeout: config.stall_timeout,
            places: Places::new(config.max_connections_per_address),
            trusted_proxies,
            expects_proxy_protocol: config.proxy_protocol,
            tls: files.map(|(certificate, key)| tls::acceptor(certificate, key)).transpose()?,
        })
    }

    /// Whether clients come in through TLS.
    pub(super) const fn is_secure(&self) -> bool {
        self.tls.is_some()
    }

    /// Makes a connection ready for HTTP. Who is not let in is cut off without a word.
    pub(super) async fn enter(self, stream: TcpStream) -> Result<Entered, DispatchError> {
        let entered = timeout(self.entry_timeout, self.prepare(stream)).await;
        let entered = entered.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        entered.map_err(|error| {
            tracing::debug!("a connection was not let in: {error}");
            metrics::counter!("connections_refused_total").increment(1);
            DispatchError::Io(error)
        })
    }

    async fn prepare(self, mut stream: TcpStream) -> io::Result<Entered> {
        stream.set_nodelay(true)?;
        let neighbour = stream.peer_addr()?;
        let is_trusted = |network: &Network| network.contains(neighbour.ip().to_canonical());
        let is_proxy = self.trusted_proxies.iter().any(is_trusted);
        let mut client = neighbour;
        if self.expects_proxy_protocol {
            if !is_proxy {
                return Err(io::Error::other("it comes from no trusted proxy"));
            }
            client = proxy_protocol::read(&mut stream).await?.unwrap_or(neighbour);
        }
        // Behind a proxy that says nothing, all connections are from one address.
        let counted = if is_proxy && client == neighbour { &Places::new(0) } else { &self.places };
        let place = counted.enter(client.ip().to_canonical());
        let place = place.ok_or_else(|| io::Error::other("the address has too many"))?;
        let Some(acceptor) = self.tls else {
            let connection = Connection::new(Stream::Plain(stream), self.stall_timeout, place);
            return Ok((connection, Protocol::Http1, client));
        };
        let stream = acceptor.accept(stream).await?;
        let is_h2 = stream.get_ref().1.alpn_protocol() == Some(tls::H2);
        let stream = Stream::Tls(Box::new(stream));
        let connection = Connection::new(stream, self.stall_timeout, place);
        let protocol = if is_h2 { Protocol::Http2 } else { Protocol::Http1 };
        Ok((connection, protocol, client))
    }
}
