//! A TCP proxy that can be cut: what a service sees when a server dies or the network does.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// Stands between a service and one of its servers.
pub struct FaultProxy {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

struct State {
    refusing: bool,
    connections: CancellationToken,
}

impl FaultProxy {
    /// A proxy before `host:port`.
    pub async fn before(target: impl Into<String>) -> Self {
        let target = target.into();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let state =
            Arc::new(Mutex::new(State { refusing: false, connections: CancellationToken::new() }));
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (refusing, cut) = {
                    let state = shared.lock().expect("no test panicked holding it");
                    (state.refusing, state.connections.clone())
                };
                if !refusing {
                    tokio::spawn(carry(client, target.clone(), cut));
                }
            }
        });
        Self { address, state }
    }

    /// A proxy before the server of a URL, and the URL that leads through it.
    pub async fn before_url(url: &str) -> (Self, String) {
        let parsed = reqwest::Url::parse(url).expect("the URL is one");
        let target = format!(
            "{}:{}",
            parsed.host_str().expect("the URL has a host"),
            parsed.port().expect("the URL has a port")
        );
        let proxy = Self::before(target.clone()).await;
        let through = url.replacen(&target, &proxy.address.to_string(), 1);
        assert_ne!(through, url, "the URL leads through the proxy");
        (proxy, through)
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts every connection; new ones are still carried.
    pub fn cut(&self) {
        let mut state = self.state.lock().expect("no test panicked holding it");
        state.connections.cancel();
        state.connections = CancellationToken::new();
    }

    /// Cuts every connection and refuses new ones.
    pub fn go_down(&self) {
        self.state.lock().expect("no test panicked holding it").refusing = true;
        self.cut();
    }

    /// Carries connections again.
    pub fn come_up(&self) {
        self.state.lock().expect("no test panicked holding it").refusing = false;
    }
}

async fn carry(mut client: TcpStream, target: String, cut: CancellationToken) {
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    tokio::select! {
        () = cut.cancelled() => {}
        _ = copy_bidirectional(&mut client, &mut server) => {}
    }
}
