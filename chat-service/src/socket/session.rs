//! One client, from its first frame to its last.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::poll_fn;
use std::io::ErrorKind;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use bytes::BytesMut;
use chassis::http::trace::Trace;
use chassis::identity::Identity;
use chassis::text::Locale;
use tokio::io::Interest;

use super::connection::Connection;
use super::end::End;
use super::handshake::Accepted;
use super::outlet::Outlet;
use super::seats::Seat;
use super::sockjs;
use super::transport::Transport;
use super::websocket::{self, Piece, Unframer};
use super::worker::Worker;
use crate::stomp::{Decoder, Frame, Limits, Order, Request, Version, Violation, encode};

mod connect;
mod receipts;
mod refuse;
mod say;
mod subscribe;
mod transactions;

use self::receipts::InFlight;
use self::subscribe::Subscriptions;
use self::transactions::Transactions;

/// So many messages of one client may be on their way into the database; then it is not read from
/// until some have arrived.
const MAX_IN_FLIGHT: usize = 1024;
/// How long a client may take to read our last words, and to say its own.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// One client.
struct Session {
    worker: Rc<Worker>,
    connection: Rc<Connection>,
    number: u64,
    unframer: Unframer,
    /// What has come of a SockJS message.
    sockjs_message: Vec<u8>,
    decoder: Decoder,
    /// Whether the client has closed its side of the WebSocket.
    has_said_farewell: bool,
    /// Agreed on in `CONNECT`.
    version: Option<Version>,
    seat: Option<Seat>,
    locale: Locale,
    trace: Trace,
    subscriptions: Subscriptions,
    transactions: Transactions,
    /// What is on its way into the database, in the order in which it was sent.
    in_flight: VecDeque<InFlight>,
}

/// What there is to do next.
enum Step {
    /// The socket takes or has something.
    Socket { readable: bool },
    /// Somebody else has something for this connection.
    Woken,
    /// A message has arrived in the database, or will not.
    Settled,
}

/// Serves a client until the end.
pub(super) async fn run(
    worker: Rc<Worker>,
    accepted: Accepted,
    stream: TcpStream,
    mut early: BytesMut,
) {
    // Frames are small and wanted at once. A socket that cannot do that still works.
    drop(stream.set_nodelay(true));
    let outlet = Outlet::new(stream, accepted.transport, worker.config.max_waiting_bytes);
    let connection = Rc::new(Connection::new(outlet, accepted.identity, worker.now()));
    let mut session = Session {
        number: worker.admit(&connection),
        worker,
        connection,
        unframer: Unframer::default(),
        sockjs_message: Vec::new(),
        decoder: Decoder::new(Limits::default()),
        has_said_farewell: false,
        version: None,
        seat: accepted.seat,
        locale: accepted.locale,
        trace: accepted.trace,
        subscriptions: Subscriptions::default(),
        transactions: Transactions::default(),
        in_flight: VecDeque::new(),
    };
    let end = match session.serve(&mut early).await {
        Ok(never) => match never {},
        Err(end) => end,
    };
    Box::pin(session.finish(end)).await;
}

impl Session {
    async fn serve(&mut self, early: &mut BytesMut) -> Result<Infallible, End> {
        self.take(early)?;
        drop(std::mem::take(early));
        Box::pin(self.handle_frames()).await?;
        loop {
            if let Some(end) = self.outlet().why() {
                return Err(end);
            }
            self.drop_ended_subscriptions();
            match self.next_step().await? {
                Step::Socket { readable } => {
                    if self.outlet().has_waiting() {
                        self.outlet().flush().map_err(|_| End::Gone)?;
                    }
                    if readable && self.read()? {
                        Box::pin(self.handle_frames()).await?;
                    }
                }
                Step::Woken => {}
                Step::Settled => self.settle()?,
            }
        }
    }

    async fn next_step(&mut self) -> Result<Step, End> {
        let outlet = self.connection.outlet.clone();
        let may_read = self.in_flight.len() < MAX_IN_FLIGHT;
        let may_write = outlet.has_waiting();
        let interest = match (may_read, may_write) {
            (true, true) => Interest::READABLE | Interest::WRITABLE,
            (false, true) => Interest::WRITABLE,
            _ => Interest::READABLE,
        };
        let in_flight = &mut self.in_flight;
        tokio::select! {
            ready = outlet.stream().ready(interest), if may_read || may_write => {
                let ready = ready.map_err(|_| End::Gone)?;
                Ok(Step::Socket { readable: may_read && ready.is_readable() })
            }
            () = outlet.woken() => Ok(Step::Woken),
            () = poll_fn(|context| receipts::poll_first(in_flight, context)),
                if !in_flight.is_empty() => Ok(Step::Settled),
        }
    }

    /// Reads what has come; says whether anything has.
    fn read(&mut self) -> Result<bool, End> {
        let worker = self.worker.clone();
        let mut buffer = worker.read_buffer.borrow_mut();
        let count = match self.outlet().stream().try_read(&mut buffer) {
            Ok(0) => return Err(End::Gone),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
            Err(_) => return Err(End::Gone),
        };
        self.connection.heard_at.set(worker.now());
        self.take(buffer.get_mut(..count).unwrap_or_default())?;
        Ok(true)
    }

    /// Takes bytes out of their frames and passes them on to the decoder.
    fn take(&mut self, bytes: &mut [u8]) -> Result<(), End> {
        let outlet = self.connection.outlet.clone();
        let Self { unframer, decoder, sockjs_message, has_said_farewell, .. } = self;
        let transport = outlet.transport();
        let mut garbled = false;
        let outcome = unframer.feed(bytes, |piece| match (piece, transport) {
            (Piece::Data(bytes), Transport::WebSocket) => decoder.feed(bytes),
            (Piece::Data(bytes), Transport::SockJs) => sockjs_message.extend_from_slice(bytes),
            (Piece::MessageEnd, Transport::SockJs) => {
                match sockjs::unwrap(&std::mem::take(sockjs_message)) {
                    Some(texts) => texts.iter().for_each(|text| decoder.feed(text.as_bytes())),
                    None => garbled = true,
                }
            }
            (Piece::Ping(bytes), _) => {
                let mut pong = Vec::new();
                websocket::pong(bytes, &mut pong);
                outlet.send(&pong.into());
            }
            (Piece::Close, _) => *has_said_farewell = true,
            (Piece::MessageEnd | Piece::Pong, _) => {}
        });
        outcome.map_err(End::Framing)?;
        if garbled {
            return Err(End::Protocol(Violation::new("a SockJS message is an array of strings")));
        }
        Ok(())
    }

    /// Whoever awaits it keeps it in a box: what it needs to ask the database is many times what a
    /// connection needs that only waits, and most of them do nothing else.
    async fn handle_frames(&mut self) -> Result<(), End> {
        while let Some(frame) = self.decoder.next().map_err(End::Protocol)? {
            self.handle(frame).await?;
            while self.in_flight.len() >= MAX_IN_FLIGHT {
                self.settle_one().await?;
            }
        }
        // What was said before the farewell counts.
        if self.has_said_farewell { Err(End::Farewell) } else { Ok(()) }
    }

    async fn handle(&mut self, frame: Frame) -> Result<(), End> {
        let Order { request, receipt, token } =
            Order::parse(frame, self.version).map_err(End::Protocol)?;
        if let Some(token) = token {
            self.identify(&token, receipt.as_deref()).await?;
        }
        match request {
            Request::Connect(connect) => return self.connect(&connect),
            Request::Send(send) => return self.send(send, receipt).await,
            Request::Commit(name) => return self.commit(&name, receipt).await,
            Request::Subscribe(subscribe) => {
                if !self.subscribe(subscribe, receipt.as_deref()).await? {
                    return Ok(());
                }
            }
            Request::Unsubscribe { id } => self.unsubscribe(&id),
            Request::Acknowledge { transaction } => {
                self.acknowledge(transaction.as_deref(), receipt.as_deref())?;
            }
            Request::Begin(name) => self.begin(name, receipt.as_deref())?,
            Request::Abort(name) => self.abort(&name, receipt.as_deref())?,
            Request::Disconnect => return self.disconnect(receipt.as_deref()).await,
        }
        self.confirm(receipt.as_deref());
        Ok(())
    }

    /// All that was asked for is done first.
    async fn disconnect(&mut self, receipt: Option<&str>) -> Result<(), End> {
        while !self.in_flight.is_empty() {
            self.settle_one().await?;
        }
        self.confirm(receipt);
        Err(End::Farewell)
    }

    /// Says why, and waits a little for the client to have read it: a socket that is closed with
    /// something unread in it takes our last words along.
    async fn finish(&mut self, end: End) {
        metrics::counter!("chat_connections_ended_total", "why" => end.name()).increment(1);
        tracing::debug!(
            trace_id = self.trace.trace_id(),
            user.id = self.identity().map(|identity| identity.user_id.to_string()),
            "connection ended: {end:?}"
        );
        self.leave();
        let outlet = self.connection.outlet.clone();
        let Some(farewell) = end.farewell() else { return };
        let mut words = Vec::new();
        if let Some((code, violation)) = farewell.error {
            let error = encode::error(&violation, code, self.version);
            outlet.transport().wrap(&error, &mut words);
        }
        let (code, reason) = farewell.close;
        outlet.transport().close(code, reason, &mut words);
        outlet.last_words(words.into());
        // Whoever does not read them in time has missed them.
        drop(tokio::time::timeout(LAST_WORDS, self.part()).await);
    }

    async fn part(&self) -> std::io::Result<()> {
        let outlet = self.outlet();
        while !outlet.flush()? {
            outlet.stream().writable().await?;
        }
        loop {
            outlet.stream().readable().await?;
            match outlet.stream().try_read(&mut self.worker.read_buffer.borrow_mut()) {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn outlet(&self) -> &Outlet {
        &self.connection.outlet
    }

    fn identity(&self) -> Option<Identity> {
        self.connection.identity.get()
    }

    /// The version that is spoken; before `CONNECT` the one that all clients understand.
    fn spoken(&self) -> Version {
        self.version.unwrap_or(Version::V10)
    }

    /// Tells the client that what it asked for is done, if it wants to know.
    fn confirm(&self, receipt: Option<&str>) {
        if let Some(receipt) = receipt {
            self.outlet().send_frame(&encode::receipt(receipt, self.spoken()));
        }
    }

    fn leave(&mut self) {
        // Whoever waits to send something more need not wait any longer.
        self.outlet().end(End::Gone);
        self.drop_subscriptions();
        self.worker.dismiss(self.number);
        self.seat = None;
    }
}

/// Also when the server drops the connection.
impl Drop for Session {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Pinned nowhere: a message on its way is a channel.
fn poll_unpin<F: Future + Unpin>(
    future: &mut F,
    context: &mut std::task::Context<'_>,
) -> std::task::Poll<F::Output> {
    Pin::new(future).poll(context)
}
