//! A proxy before the database that lets one commit through and holds back its answer: the moment
//! at which a process can die without knowing what it has done.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// `COM_QUERY` with the text `COMMIT`, as the MySQL protocol sends it.
const COMMIT: &[u8] = b"\x03COMMIT";

/// Catches the next commit of a transaction that ran a certain statement.
pub struct CommitTrap {
    address: SocketAddr,
    state: Arc<State>,
}

struct State {
    /// What the transaction to catch says, for example ``INSERT INTO `parties` ``.
    statement: &'static str,
    armed: AtomicBool,
    committed: Notify,
}

impl CommitTrap {
    /// A trap before `host:port`, armed.
    pub async fn before(target: String, statement: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let state =
            Arc::new(State { statement, armed: AtomicBool::new(true), committed: Notify::new() });
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, target.clone(), shared.clone()));
            }
        });
        Self { address, state }
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the database has committed and the answer is held back. From then on the trap
    /// is open.
    pub async fn committed(&self) {
        self.state.committed.notified().await;
    }
}

async fn carry(client: TcpStream, target: String, state: Arc<State>) {
    let Ok(server) = TcpStream::connect(target).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let caught = AtomicBool::new(false);
    // Either direction ending ends both.
    tokio::select! {
        () = requests(from_client, to_server, &state, &caught) => {}
        () = answers(from_server, to_client, &state, &caught) => {}
    }
}

async fn requests(
    mut client: OwnedReadHalf,
    mut server: OwnedWriteHalf,
    state: &State,
    caught: &AtomicBool,
) {
    let mut buffer = vec![0; 64 * 1024];
    let mut of_interest = false;
    while let Ok(length @ 1..) = client.read(&mut buffer).await {
        let sent = buffer.get(..length).unwrap_or_default();
        of_interest |= contains(sent, state.statement.as_bytes());
        if of_interest && contains(sent, COMMIT) && state.armed.swap(false, Ordering::SeqCst) {
            caught.store(true, Ordering::SeqCst);
        }
        if server.write_all(sent).await.is_err() {
            return;
        }
    }
}

async fn answers(
    mut server: OwnedReadHalf,
    mut client: OwnedWriteHalf,
    state: &State,
    caught: &AtomicBool,
) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = server.read(&mut buffer).await {
        if caught.load(Ordering::SeqCst) {
            // This is the answer to the commit. The client waits for it in vain.
            state.committed.notify_one();
            std::future::pending::<()>().await;
        }
        let answer = buffer.get(..length).unwrap_or_default();
        if client.write_all(answer).await.is_err() {
            return;
        }
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
