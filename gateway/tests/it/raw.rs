//! Peers that speak in bytes: clients that send what no library would, and services that misbehave.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc;

/// A connection, with what was read and not yet used.
pub(crate) struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Wire {
    /// A connection to a server.
    pub(crate) async fn to(address: SocketAddr) -> Self {
        Self::new(TcpStream::connect(address).await.unwrap())
    }

    fn new(stream: TcpStream) -> Self {
        Self { stream, read: Vec::new() }
    }

    /// Sends bytes.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Sends bytes that the peer may no longer want.
    pub(crate) async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> std::io::Result<()> {
        self.stream.write_all(bytes.as_ref()).await
    }

    /// Reads up to and with `end`.
    pub(crate) async fn until(&mut self, end: &str) -> String {
        loop {
            let found = self.read.windows(end.len()).position(|window| window == end.as_bytes());
            if let Some(at) = found {
                let rest = self.read.split_off(at + end.len());
                return String::from_utf8(std::mem::replace(&mut self.read, rest)).unwrap();
            }
            let so_far = String::from_utf8_lossy(&self.read).into_owned();
            assert!(self.more().await, "the peer closed before {end:?}: {so_far}");
        }
    }

    /// Reads the head of a message.
    pub(crate) async fn head(&mut self) -> String {
        self.until("\r\n\r\n").await
    }

    /// Reads so many bytes.
    pub(crate) async fn exactly(&mut self, length: usize) -> Vec<u8> {
        while self.read.len() < length {
            assert!(self.more().await, "the peer closed early");
        }
        let rest = self.read.split_off(length);
        std::mem::replace(&mut self.read, rest)
    }

    /// Reads all there is until the peer closes.
    pub(crate) async fn rest(&mut self) -> String {
        while self.more().await {}
        String::from_utf8(std::mem::take(&mut self.read)).unwrap()
    }

    /// Whether something has come that was not read yet.
    pub(crate) fn has_answer(&self) -> bool {
        let mut byte = [0];
        futures_util::FutureExt::now_or_never(self.stream.peek(&mut byte)).is_some()
    }

    /// Whether an answer begins before the peer closes.
    pub(crate) async fn answers(&mut self) -> bool {
        self.more().await
    }

    /// Reads on, whatever it is, until the peer closes.
    pub(crate) async fn gone(&mut self) {
        while self.more().await {}
    }

    async fn more(&mut self) -> bool {
        // A reset says as well as an end that nothing more comes.
        self.stream.read_buf(&mut self.read).await.is_ok_and(|length| length > 0)
    }

    /// Ends the connection in a way that the peer sees as a reset.
    pub(crate) fn reset(self) {
        self.stream.set_zero_linger().unwrap();
    }
}

/// A server that does with each connection what the test says.
pub(crate) async fn serve<F>(behave: impl Fn(Wire) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(behave(Wire::new(stream)));
        }
    });
    address
}

/// A server whose connections the test handles itself, in the order in which they come.
pub(crate) async fn by_hand() -> (SocketAddr, mpsc::Receiver<Wire>) {
    let (sender, connections) = mpsc::channel(16);
    let address = serve(move |wire| {
        let sender = sender.clone();
        async move { sender.send(wire).await.unwrap() }
    })
    .await;
    (address, connections)
}

/// A port that is taken but where nobody listens, while the socket is held.
pub(crate) fn nobody() -> (SocketAddr, TcpSocket) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    (socket.local_addr().unwrap(), socket)
}

/// A server whose queue is full: it takes no more connections and refuses none. What is given
/// along keeps it so.
pub(crate) async fn full() -> (SocketAddr, impl Sized) {
    let (address, socket) = nobody();
    let listener = socket.listen(0).unwrap();
    let mut waiting = Vec::new();
    // A connection that is not made at once is the first that did not fit in.
    while let Ok(connected) =
        tokio::time::timeout(Duration::from_millis(500), TcpStream::connect(address)).await
    {
        waiting.push(connected.unwrap());
    }
    (address, (listener, waiting))
}
