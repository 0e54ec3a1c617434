//! A client of the stream of notifications that follows the standard of server-sent events by the
//! letter, and remembers no more than a browser does.

use std::collections::VecDeque;
use std::time::Duration;

use reqwest::{Method, Response};
use tokio::time::timeout;

use crate::Client;

/// Who hears nothing for more than two heartbeats connects again.
const SILENCE: Duration = Duration::from_secs(35);

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamEvent {
    /// Its `id`.
    pub id: String,
    /// Its `event`, the type.
    pub name: String,
    /// Its `data`.
    pub data: String,
}

impl StreamEvent {
    /// The number of a notification.
    #[must_use]
    pub fn seq(&self) -> u64 {
        assert_eq!(self.name, "notification", "{self:?}");
        let json: serde_json::Value = serde_json::from_str(&self.data).expect("data is JSON");
        let seq = json.get("seq").and_then(serde_json::Value::as_u64);
        let seq = seq.expect("a notification has a number");
        assert_eq!(seq.to_string(), self.id);
        seq
    }
}

/// An open stream.
pub struct EventStream {
    response: Response,
    unread: Vec<u8>,
    events: VecDeque<StreamEvent>,
    /// What the client would send as `Last-Event-ID`.
    pub last_id: String,
    /// What the server last said to wait before connecting again.
    pub retry: Option<u64>,
    /// How many comments came.
    pub comments: usize,
    data: Vec<String>,
    name: String,
    id: String,
}

impl EventStream {
    /// Opens a stream, at the place where another ended.
    pub async fn open(client: &Client, last_id: Option<&str>) -> Self {
        let request = client.request(Method::GET, "/v1/notifications/stream");
        let mut request = request.timeout(Duration::from_mins(10));
        if let Some(id) = last_id {
            request = request.header("last-event-id", id);
        }
        let response = request.send().await.expect("the server answers");
        Self::of(response, last_id.unwrap_or_default())
    }

    /// Opens a stream, if there is anybody who keeps one.
    pub async fn try_open(client: &Client, last_id: &str) -> Option<Self> {
        let request = client.request(Method::GET, "/v1/notifications/stream");
        let request = request.timeout(Duration::from_mins(10)).header("last-event-id", last_id);
        let response = request.send().await.ok()?;
        response.status().is_success().then(|| Self::of(response, last_id))
    }

    /// Opens a stream and waits until it knows its place, so that nothing is missed from here on.
    pub async fn live(client: &Client) -> Self {
        let mut stream = Self::open(client, None).await;
        while stream.last_id.is_empty() {
            assert!(stream.read().await, "it goes on");
        }
        stream
    }

    /// The stream that somebody asked for who stopped at `last_id`.
    #[must_use]
    pub fn of(response: Response, last_id: &str) -> Self {
        assert_eq!(response.status(), 200);
        let content_type = response.headers().get("content-type");
        assert_eq!(content_type.expect("it has one"), "text/event-stream");
        Self {
            response,
            unread: Vec::new(),
            events: VecDeque::new(),
            last_id: last_id.to_owned(),
            retry: None,
            comments: 0,
            data: Vec::new(),
            name: String::new(),
            id: last_id.to_owned(),
        }
    }

    /// A header of the answer, which must be there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let value = self.response.headers().get(name).expect("the header is there");
        value.to_str().expect("the header is text")
    }

    /// The next event; `None` when the stream has ended, or is silent as if it had.
    pub async fn next(&mut self) -> Option<StreamEvent> {
        while self.events.is_empty() {
            if !self.read().await {
                return None;
            }
        }
        self.events.pop_front()
    }

    /// The next event, which must come.
    pub async fn event(&mut self) -> StreamEvent {
        self.next().await.expect("the stream goes on")
    }

    /// The numbers of the next so many notifications.
    pub async fn seqs(&mut self, count: usize) -> Vec<u64> {
        let mut seqs = Vec::new();
        while seqs.len() < count {
            seqs.push(self.event().await.seq());
        }
        seqs
    }

    /// Reads until the server ends the stream; gives the events that still came.
    pub async fn rest(&mut self) -> Vec<StreamEvent> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        events
    }

    /// Reads what comes next, whatever it is. Says whether the stream goes on.
    pub async fn read(&mut self) -> bool {
        let chunk = timeout(SILENCE, self.response.chunk()).await;
        let Ok(Ok(Some(chunk))) = chunk else { return false };
        self.unread.extend_from_slice(&chunk);
        while let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
            let mut line: Vec<u8> = self.unread.drain(..=end).collect();
            line.pop();
            self.line(std::str::from_utf8(&line).expect("a line is text"));
        }
        true
    }

    /// One line (9.2.6 of the standard); ours end with a line feed.
    fn line(&mut self, line: &str) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
        match field {
            "" if line.is_empty() => self.dispatch(),
            "" => self.comments += 1,
            "event" => self.name = value,
            "data" => self.data.push(value),
            "id" if !value.contains('\0') => self.id = value,
            "retry" => self.retry = Some(value.parse().expect("a number")),
            other => panic!("unknown field {other:?}"),
        }
    }

    fn dispatch(&mut self) {
        self.last_id.clone_from(&self.id);
        let (name, data) = (std::mem::take(&mut self.name), std::mem::take(&mut self.data));
        if !data.is_empty() {
            let id = self.last_id.clone();
            self.events.push_back(StreamEvent { id, name, data: data.join("\n") });
        }
    }
}
