//! A STOMP client that does exactly what a test says.

use std::time::Duration;

use contracts::RoomId;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::Response;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::helpers::Instance;

/// No answer of ours takes as long on any machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection.
pub(crate) struct Stomp {
    pub(crate) socket: WebSocketStream<TcpStream>,
    /// What has come of a frame.
    buffer: String,
    sockjs: bool,
}

/// A frame of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) command: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Reply {
    /// The value of a header as it stands there, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// All of it as it stood on the wire, but for the NUL.
    pub(crate) fn wire(&self) -> String {
        let headers = self.headers.iter().map(|(name, value)| format!("{name}:{value}\n"));
        format!("{}\n{}\n{}", self.command, headers.collect::<String>(), self.body)
    }

    /// The body.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The number of a message.
    pub(crate) fn seq(&self) -> u64 {
        self.json()["seq"].as_u64().unwrap_or_else(|| panic!("no message: {self:?}"))
    }
}

/// Shakes hands at `path`, with these headers.
pub(crate) async fn shake(
    instance: &Instance,
    path: &str,
    headers: &[(&'static str, &str)],
) -> Result<(WebSocketStream<TcpStream>, Response), Error> {
    let mut request = format!("ws://{}{path}", instance.address).into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().append(*name, value.parse().unwrap());
    }
    let stream = TcpStream::connect(instance.address).await.unwrap();
    tokio_tungstenite::client_async(request, stream).await
}

/// The status and the code of a handshake that is refused.
pub(crate) async fn refused(
    instance: &Instance,
    path: &str,
    headers: &[(&'static str, &str)],
) -> (u16, String) {
    match shake(instance, path, headers).await {
        Err(Error::Http(response)) => {
            let body: Value =
                serde_json::from_slice(response.body().as_deref().unwrap_or_default()).unwrap();
            let problem: contracts::Problem = serde_json::from_value(body).unwrap();
            (response.status().as_u16(), problem.code.into_owned())
        }
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("{path} was not refused"),
    }
}

impl Stomp {
    /// A connection whose handshake shows a token. Nothing is said yet.
    pub(crate) async fn open(instance: &Instance, token: &str) -> Self {
        let bearer = format!("Bearer {token}");
        let (socket, _) = shake(instance, "/ws", &[("authorization", &bearer)]).await.unwrap();
        Self::new(socket)
    }

    pub(crate) fn new(socket: WebSocketStream<TcpStream>) -> Self {
        Self { socket, buffer: String::new(), sockjs: false }
    }

    /// The same over SockJS.
    pub(crate) async fn open_sockjs(instance: &Instance, token: &str) -> Self {
        let path = format!("/ws/042/abcdefgh/websocket?token={token}");
        let (socket, _) = shake(instance, &path, &[]).await.unwrap();
        let mut client = Self { sockjs: true, ..Self::new(socket) };
        assert_eq!(client.next_message().await.unwrap(), Message::text("o"));
        client
    }

    /// A connection that speaks 1.2.
    pub(crate) async fn connect(instance: &Instance, token: &str) -> Self {
        let mut client = Self::open(instance, token).await;
        client.say_hello("1.2").await;
        client
    }

    pub(crate) async fn say_hello(&mut self, versions: &str) -> Reply {
        self.write(&format!("CONNECT\naccept-version:{versions}\nhost:localhost\n\n\0")).await;
        self.expect("CONNECTED").await
    }

    /// Sends text as it is.
    pub(crate) async fn write(&mut self, text: &str) {
        let message = if self.sockjs { json!([text]).to_string() } else { text.to_owned() };
        self.socket.send(Message::text(message)).await.unwrap();
    }

    /// Subscribes a room and waits until that is done.
    pub(crate) async fn subscribe(&mut self, room: RoomId, id: &str, headers: &str) {
        let frame = format!(
            "SUBSCRIBE\nid:{id}\ndestination:/topic/{room}\nreceipt:subscribed\n{headers}\n\0"
        );
        self.write(&frame).await;
        assert_eq!(self.expect("RECEIPT").await.header("receipt-id"), "subscribed");
    }

    /// Listens to refusals.
    pub(crate) async fn hear_errors(&mut self) {
        self.write("SUBSCRIBE\nid:errors\ndestination:/user/queue/errors\nreceipt:e\n\n\0").await;
        self.expect("RECEIPT").await;
    }

    /// Says something, and does not wait.
    pub(crate) async fn say(&mut self, room: RoomId, body: &Value, receipt: &str) {
        let frame = format!(
            "SEND\ndestination:/app/chat.sendMessage/{room}\nreceipt:{receipt}\n\n{body}\0"
        );
        self.write(&frame).await;
    }

    /// Says something, and waits until it is stored.
    pub(crate) async fn tell(&mut self, room: RoomId, content: &str) {
        self.say(room, &json!({ "content": content }), "told").await;
        loop {
            let reply = self.next().await;
            match reply.command.as_str() {
                "RECEIPT" => return,
                "MESSAGE" => {}
                other => panic!("{other}: {reply:?}"),
            }
        }
    }

    /// The next frame, which is of this kind. Presence is passed over.
    pub(crate) async fn expect(&mut self, command: &str) -> Reply {
        let reply = self.next().await;
        assert_eq!(reply.command, command, "{reply:?}");
        reply
    }

    /// The next stored message.
    pub(crate) async fn message(&mut self) -> Reply {
        self.expect("MESSAGE").await
    }

    /// The numbers of the next messages.
    pub(crate) async fn seqs(&mut self, count: usize) -> Vec<u64> {
        let mut seqs = Vec::new();
        while seqs.len() < count {
            let reply = self.next().await;
            if reply.command == "MESSAGE" {
                seqs.push(reply.seq());
            }
        }
        seqs
    }

    /// The next frame that is not about presence.
    pub(crate) async fn next(&mut self) -> Reply {
        self.next_or_end().await.unwrap_or_else(|why| panic!("closed: {why:?}"))
    }

    /// The same, or why there is none.
    pub(crate) async fn next_or_end(&mut self) -> Result<Reply, Option<CloseFrame>> {
        loop {
            let reply = self.next_frame().await?;
            let is_presence = |kind: &str| reply.body.contains(&format!("\"type\":\"{kind}\""));
            if !is_presence("JOIN") && !is_presence("LEAVE") {
                return Ok(reply);
            }
        }
    }

    /// Whatever comes next, or why nothing does.
    pub(crate) async fn next_frame(&mut self) -> Result<Reply, Option<CloseFrame>> {
        // Pings and heart-beats are signs of life, and no answer.
        tokio::time::timeout(PATIENCE, self.read_frame()).await.unwrap()
    }

    async fn read_frame(&mut self) -> Result<Reply, Option<CloseFrame>> {
        loop {
            let beats = self.buffer.len() - self.buffer.trim_start_matches('\n').len();
            self.buffer.drain(..beats);
            if let Some((frame, rest)) = self.buffer.split_once('\0') {
                let (frame, rest) = (parse(frame), rest.to_owned());
                self.buffer = rest;
                return Ok(frame);
            }
            match self.next_message().await {
                Some(Message::Close(frame)) => return Err(frame),
                None => return Err(None),
                Some(Message::Text(text)) => self.take(&text),
                Some(_) => {}
            }
        }
    }

    fn take(&mut self, text: &str) {
        match text.strip_prefix('a').filter(|_| self.sockjs) {
            Some(array) => {
                let texts: Vec<String> = serde_json::from_str(array).unwrap();
                self.buffer.extend(texts);
            }
            // `c[…]` says farewell; the close frame follows.
            None if self.sockjs => {}
            None => self.buffer.push_str(text),
        }
    }

    /// The next message of the WebSocket.
    pub(crate) async fn next_message(&mut self) -> Option<Message> {
        let next = tokio::time::timeout(PATIENCE, self.socket.next()).await;
        next.unwrap().and_then(Result::ok)
    }

    /// Waits for the end: the code of the ERROR, if one comes, and of the close frame.
    pub(crate) async fn end(&mut self) -> (String, u16) {
        let mut error = String::new();
        loop {
            match self.next_frame().await {
                Ok(reply) if reply.command == "ERROR" => {
                    reply.header("code").clone_into(&mut error);
                }
                Ok(_) => {}
                Err(close) => return (error, close.map_or(0, |frame| frame.code.into())),
            }
        }
    }
}

fn parse(frame: &str) -> Reply {
    let (head, body) = frame.split_once("\n\n").unwrap();
    let mut lines = head.lines();
    let command = lines.next().unwrap().to_owned();
    let header = |line: &str| {
        let (name, value) = line.split_once(':').unwrap();
        (name.to_owned(), value.to_owned())
    };
    Reply { command, headers: lines.map(header).collect(), body: body.to_owned() }
}
