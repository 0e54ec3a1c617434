//! The service behind the proxies: the same JSON for everyone, at as little cost as can be.

use std::net::SocketAddr;
use std::sync::{Arc, mpsc};

use anyhow::{Context as _, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The long answer.
const LARGE_BYTES: usize = 100 * 1024;

/// The answers, as they go over the wire.
struct Answers {
    small: Vec<u8>,
    large: Vec<u8>,
    keys: Vec<u8>,
    /// No session is over.
    revoked: Vec<u8>,
}

/// Starts it on a thread of its own.
pub(crate) fn start(jwks: &str) -> Result<SocketAddr> {
    let (sender, receiver) = mpsc::channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (small, large) = (answer(&one_kilobyte()), answer(&"x".repeat(LARGE_BYTES)));
    let (keys, revoked) = (answer(jwks), answer(r#"{"sessions":[]}"#));
    let answers = Arc::new(Answers { small, large, keys, revoked });
    std::thread::spawn(move || {
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            // Nobody waits for the address any more if the benchmark has ended.
            let _ = sender.send(listener.local_addr()?);
            loop {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                tokio::spawn(serve(stream, answers.clone()));
            }
            #[expect(unreachable_code, reason = "names the type of the error")]
            std::io::Result::Ok(())
        })
    });
    receiver.recv().context("the service did not start")
}

async fn serve(mut stream: TcpStream, answers: Arc<Answers>) -> std::io::Result<()> {
    let mut read = Vec::with_capacity(4096);
    loop {
        if stream.read_buf(&mut read).await? == 0 {
            return Ok(());
        }
        // Requests do not come one behind the other, and a body comes with its head.
        let is_whole = if read.starts_with(b"POST ") {
            read.ends_with(b"\"}")
        } else {
            read.ends_with(b"\r\n\r\n")
        };
        if is_whole {
            let answer = match read.get(..16) {
                Some(b"GET /jwks.json H") => &answers.keys,
                Some(b"GET /revoked-ses") => &answers.revoked,
                Some(b"GET /v1/parties/") => &answers.large,
                _ => &answers.small,
            };
            stream.write_all(answer).await?;
            read.clear();
        }
    }
}

fn answer(body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         date: Mon, 23 Nov 2026 00:00:00 GMT\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A document of 1 KB.
pub(super) fn one_kilobyte() -> String {
    let frame = r#"{"items":""}"#;
    format!(r#"{{"items":"{}"}}"#, "x".repeat(1024 - frame.len()))
}
