//! An open tunnel, from the handshake to its end.

use std::cell::Cell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::pipe::Pipe;
use crate::listener::Connection;
use crate::phases::Worker;
use crate::upstream::{ForwardError, Idle};

/// A frame that says: this server goes, come again (1012, "service restart").
const GOODBYE: [u8; 4] = [0x88, 2, 0x03, 0xf4];
/// How long a client may take to read that.
const GOODBYE_PATIENCE: Duration = Duration::from_secs(3);
/// When the gateway stops, its tunnels end within this time one after the other, so that not all
/// clients come again at once.
const PARTING: Duration = Duration::from_secs(3);

/// The tunnels of one worker.
#[derive(Clone)]
pub struct Tunnels {
    open: Rc<Cell<usize>>,
    most: usize,
    /// How long nothing may move in one.
    pub idle_timeout: Duration,
}

/// A tunnel's place among those of its worker.
pub struct Place(Rc<Cell<usize>>);

impl Tunnels {
    /// None yet, and at most so many.
    #[must_use]
    pub fn new(most: usize, idle_timeout: Duration) -> Self {
        Self { open: Rc::default(), most, idle_timeout }
    }

    /// A place for one more.
    pub fn enter(&self) -> Result<Place, ForwardError> {
        if self.open.get() >= self.most {
            return Err(ForwardError::Busy);
        }
        self.open.set(self.open.get() + 1);
        metrics::gauge!("tunnels_open").increment(1.0);
        Ok(Place(self.open.clone()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
        metrics::gauge!("tunnels_open").decrement(1.0);
    }
}

/// Both connections of a tunnel, and what is on its way between them.
pub(super) struct Pump {
    client: Connection,
    service: TcpStream,
    to_service: Pipe,
    to_client: Pipe,
    _place: Place,
}

/// How a tunnel has ended.
pub(super) struct End {
    /// How much the client was sent.
    pub(super) bytes_to_client: u64,
    /// Whether nothing was cut off.
    pub(super) is_orderly: bool,
}

impl Pump {
    /// A tunnel between a client and a service, from whom this was read already.
    pub(super) fn new(
        client: Connection,
        from_client: BytesMut,
        service: TcpStream,
        from_service: BytesMut,
        place: Place,
    ) -> Self {
        let (to_service, to_client) = (Pipe::new(from_client), Pipe::new(from_service));
        Self { client, service, to_service, to_client, _place: place }
    }

    /// Moves bytes both ways until either side has enough, nothing has moved for too long, or the
    /// gateway stops.
    pub(super) async fn run(mut self, worker: &Worker) -> End {
        let stopping = worker.shared.life.stopping();
        let parting = async {
            stopping.cancelled().await;
            sleep(PARTING.mul_f64(rand::random())).await;
        };
        let mut idle = Idle::new(worker.tunnels.idle_timeout);
        let outcome = tokio::select! {
            outcome = poll_fn(|cx| self.poll_move(cx, &mut idle)) => outcome,
            () = parting => self.dismiss().await,
        };
        End { bytes_to_client: self.to_client.bytes(), is_orderly: outcome.is_ok() }
    }

    fn poll_move(&mut self, cx: &mut Context<'_>, idle: &mut Idle) -> Poll<io::Result<()>> {
        let before = self.bytes();
        let (mut client, mut service) = (Pin::new(&mut self.client), Pin::new(&mut self.service));
        if self.to_client.poll(cx, service.as_mut(), client.as_mut())?.is_ready() {
            return Poll::Ready(Ok(()));
        }
        // Nobody closes one half of a WebSocket: a client that sends no more is gone.
        if self.to_service.poll(cx, client, service)?.is_ready() {
            return Poll::Ready(Ok(()));
        }
        if self.bytes() > before {
            idle.moved();
        }
        ready!(idle.poll_over(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn bytes(&self) -> u64 {
        self.to_service.bytes() + self.to_client.bytes()
    }

    /// Tells the client to come again, and waits until it has read that: a connection closed while
    /// the client still sends would be reset, and the goodbye lost.
    async fn dismiss(&mut self) -> io::Result<()> {
        let goodbye = async {
            poll_fn(|cx| {
                let (client, service) = (Pin::new(&mut self.client), Pin::new(&mut self.service));
                self.to_client.poll_end_of_frame(cx, service, client)
            })
            .await?;
            self.client.write_all(&GOODBYE).await?;
            self.client.shutdown().await?;
            let mut unheard = [0; 1024];
            while self.client.read(&mut unheard).await? > 0 {}
            Ok(())
        };
        timeout(GOODBYE_PATIENCE, goodbye).await?
    }
}
