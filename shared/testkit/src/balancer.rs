//! A load balancer, as it stands before several instances of a gateway: it knows nothing of HTTP but
//! how to ask whether an instance takes requests.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How often each instance is asked, and how long it may take to answer.
const ASK_EVERY: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(2);

/// The balancer. It ends with the test.
pub struct Balancer {
    address: SocketAddr,
    backends: Arc<[Backend]>,
    _tasks: JoinSet<()>,
}

struct Backend {
    address: SocketAddr,
    is_ready: AtomicBool,
    connections: AtomicUsize,
}

impl Balancer {
    /// Leads new connections to those of these that say at `/ready` that they take requests, in turns,
    /// and to any where none says so, as load balancers do. What is open stays where it is.
    pub async fn before(backends: &[SocketAddr]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let backend = |address: &SocketAddr| Backend {
            address: *address,
            is_ready: AtomicBool::new(false),
            connections: AtomicUsize::new(0),
        };
        let backends: Arc<[Backend]> = backends.iter().map(backend).collect();
        let mut tasks = JoinSet::new();
        for index in 0..backends.len() {
            tasks.spawn(watch(backends.clone(), index));
        }
        tasks.spawn(lead(listener, backends.clone()));
        Self { address, backends, _tasks: tasks }
    }

    /// Where clients connect.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many of the instances take requests.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.backends.iter().filter(|one| one.is_ready.load(Ordering::SeqCst)).count()
    }

    /// How many connections an instance was given until now.
    #[must_use]
    pub fn connections_to(&self, address: SocketAddr) -> usize {
        let backend = self.backends.iter().find(|one| one.address == address);
        backend.map_or(0, |one| one.connections.load(Ordering::SeqCst))
    }
}

async fn watch(backends: Arc<[Backend]>, index: usize) {
    let Some(backend) = backends.get(index) else { return };
    loop {
        let is_ready = timeout(PATIENCE, ask(backend.address)).await.unwrap_or_default();
        backend.is_ready.store(is_ready, Ordering::SeqCst);
        sleep(ASK_EVERY).await;
    }
}

async fn ask(address: SocketAddr) -> bool {
    let asking = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"GET /ready HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await?;
        let mut status = [0; 12];
        stream.read_exact(&mut status).await?;
        std::io::Result::Ok(status.ends_with(b" 200"))
    };
    asking.await.unwrap_or_default()
}

async fn lead(listener: TcpListener, backends: Arc<[Backend]>) {
    let mut connections = JoinSet::new();
    for turn in 0_usize.. {
        let Ok((client, _)) = listener.accept().await else { return };
        connections.spawn(serve(client, backends.clone(), turn));
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(mut client: TcpStream, backends: Arc<[Backend]>, turn: usize) {
    let is_ready = |one: &&Backend| one.is_ready.load(Ordering::SeqCst);
    let (mut ready, others): (Vec<_>, Vec<_>) = backends.iter().partition(is_ready);
    let count = ready.len().max(1);
    ready.rotate_left(turn % count);
    // One that has just gone takes no connection; then the next one does.
    for backend in ready.into_iter().chain(others) {
        if let Ok(mut instance) = TcpStream::connect(backend.address).await {
            backend.connections.fetch_add(1, Ordering::SeqCst);
            // Either side may break off, which is for the other one to see.
            let _ = client.set_nodelay(true).and_then(|()| instance.set_nodelay(true));
            let _ = copy_bidirectional(&mut client, &mut instance).await;
            return;
        }
    }
}
