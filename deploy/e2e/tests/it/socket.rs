//! A client of the chat as small as it can be: STOMP over a WebSocket (RFC 6455).

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// A connection.
pub(crate) struct Socket(BufReader<TcpStream>);

/// How a connection ended: the code of the closing frame, and its text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) code: u16,
    pub(crate) reason: String,
}

impl Socket {
    /// Opens one.
    pub(crate) async fn open(address: SocketAddr, token: &str) -> Self {
        let opened = Self::try_open(address, Some(token)).await;
        opened.unwrap_or_else(|status| panic!("answered {status}"))
    }

    /// Opens one, or says with which status that was refused.
    pub(crate) async fn try_open(address: SocketAddr, token: Option<&str>) -> Result<Self, u16> {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let token = token.map(|token| format!("authorization: Bearer {token}\r\n"));
        let ask = format!(
            "GET /ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             sec-websocket-protocol: v12.stomp\r\n{}\r\n",
            token.unwrap_or_default()
        );
        stream.write_all(ask.as_bytes()).await.unwrap();
        let mut stream = BufReader::new(stream);
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        match head.split(' ').nth(1).unwrap().parse().unwrap() {
            101 => Ok(Self(stream)),
            status => Err(status),
        }
    }

    /// Sends a text, masked with nothing.
    pub(crate) async fn send(&mut self, text: &str) {
        let length = u16::try_from(text.len()).unwrap().to_be_bytes();
        let frame =
            [&[0x81, 0x80 | 0x7e, length[0], length[1], 0, 0, 0, 0], text.as_bytes()].concat();
        self.0.write_all(&frame).await.unwrap();
    }

    /// The next text, or how it ended.
    pub(crate) async fn next(&mut self) -> Result<String, Closed> {
        loop {
            let kind = self.0.read_u8().await.unwrap() & 0x0f;
            let length = match self.0.read_u8().await.unwrap() {
                126 => u64::from(self.0.read_u16().await.unwrap()),
                127 => self.0.read_u64().await.unwrap(),
                length => u64::from(length),
            };
            let mut payload = vec![0; usize::try_from(length).unwrap()];
            self.0.read_exact(&mut payload).await.unwrap();
            match kind {
                1 => return Ok(String::from_utf8(payload).unwrap()),
                8 => {
                    let code = u16::from_be_bytes([payload[0], payload[1]]);
                    let reason = String::from_utf8(payload.split_off(2)).unwrap();
                    return Err(Closed { code, reason });
                }
                9 => self.0.write_all(&[0x8a, 0x80, 0, 0, 0, 0]).await.unwrap(),
                _ => {}
            }
        }
    }

    /// How it ends; what comes before that is passed over.
    pub(crate) async fn end(&mut self) -> Closed {
        loop {
            if let Err(closed) = self.next().await {
                return closed;
            }
        }
    }

    /// Speaks STOMP from here on.
    pub(crate) async fn connect(&mut self) {
        self.send("CONNECT\naccept-version:1.2\nhost:x\nheart-beat:0,0\n\n\0").await;
        assert!(self.frame().await.starts_with("CONNECTED"));
    }

    /// The next frame that says anything.
    pub(crate) async fn frame(&mut self) -> String {
        loop {
            let text = self.next().await.unwrap();
            if !text.trim().is_empty() {
                return text;
            }
        }
    }

    /// The body of the next frame.
    pub(crate) async fn body(&mut self) -> Value {
        let frame = self.frame().await;
        let (_, body) = frame.split_once("\n\n").unwrap();
        serde_json::from_str(body.trim_end_matches('\0')).unwrap()
    }
}
