//! One worker's connections to one service.
//!
//! A connection carries one exchange at a time and is kept for the next one. Everything here lives
//! on the worker's own thread, so there is no lock, and the requests of one worker never wait for
//! those of another.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use actix_web::rt;
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, Connection, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::progress::within;
use super::{ForwardError, Origin, Terms, Upload};

/// Shorter than the services keep an idle connection, so that none is used just as it is closed.
const KEEP_IDLE: Duration = Duration::from_mins(1);
/// The longest head of an answer, and the most of a body that is read ahead.
const MAX_BUFFER_BYTES: usize = 64 * 1024;

/// The connections.
pub struct Pool {
    origin: Origin,
    terms: Terms,
    idle: RefCell<VecDeque<Idle>>,
    in_use: Cell<usize>,
}

struct Idle {
    connection: SendRequest<Upload>,
    since: Instant,
}

/// A connection in use. Dropped early it is closed, which tells the service to stop.
pub struct Lease {
    pool: Rc<Pool>,
    connection: Option<SendRequest<Upload>>,
}

impl Pool {
    /// No connection yet.
    #[must_use]
    pub fn new(origin: Origin, terms: Terms) -> Self {
        Self { origin, terms, idle: RefCell::default(), in_use: Cell::new(0) }
    }

    /// Where the service is.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Sends a request and waits for the head of the answer, which must begin within `first_byte`.
    ///
    /// A kept connection may turn out closed. Then the request goes out once more on a fresh one, if
    /// none of it was sent or if `again` says that it may be repeated.
    pub async fn send(
        self: &Rc<Self>,
        request: http::Request<Upload>,
        first_byte: Duration,
        again: impl FnOnce() -> Option<http::Request<Upload>>,
    ) -> Result<(http::Response<Incoming>, Lease), ForwardError> {
        let mut lease = self.lease()?;
        let progress = request.body().progress();
        let answer = lease.exchange(request, again);
        let answer = within(first_byte, progress.as_deref(), answer).await?;
        match answer {
            Ok(answer) => Ok((answer, lease)),
            Err(error) => Err(progress.and_then(|progress| progress.failure()).unwrap_or(error)),
        }
    }

    /// Sends a request to switch protocols, on a connection of its own.
    pub async fn switch(
        self: &Rc<Self>,
        request: http::Request<Upload>,
        first_byte: Duration,
    ) -> Result<(http::Response<Incoming>, Lease), ForwardError> {
        let mut lease = self.lease()?;
        let answer = async {
            let (mut connection, driver) = self.dial().await?;
            let driver = driver.with_upgrades();
            rt::spawn(async move {
                // Whoever uses the connection hears of its end; nobody else needs to.
                let _ = driver.await;
            });
            let answer = connection.send_request(request).await?;
            lease.connection = Some(connection);
            Ok((answer, lease))
        };
        within(first_byte, None, answer).await?
    }

    fn lease(self: &Rc<Self>) -> Result<Lease, ForwardError> {
        if self.in_use.get() >= self.terms.max_connections {
            return Err(ForwardError::Busy);
        }
        self.in_use.set(self.in_use.get() + 1);
        Ok(Lease { pool: self.clone(), connection: None })
    }

    /// The connection used last, so that those not needed grow old.
    fn take_idle(&self) -> Option<SendRequest<Upload>> {
        let mut idle = self.idle.borrow_mut();
        std::iter::from_fn(|| idle.pop_back())
            .find(|kept| kept.since.elapsed() < KEEP_IDLE && kept.connection.is_ready())
            .map(|kept| kept.connection)
    }

    fn keep(&self, connection: SendRequest<Upload>) {
        let mut idle = self.idle.borrow_mut();
        let is_stale =
            |kept: &Idle| kept.since.elapsed() >= KEEP_IDLE || kept.connection.is_closed();
        while idle.front().is_some_and(is_stale) {
            idle.pop_front();
        }
        idle.push_back(Idle { connection, since: Instant::now() });
    }

    async fn connect(&self) -> Result<SendRequest<Upload>, ForwardError> {
        let (connection, driver) = self.dial().await?;
        rt::spawn(async move {
            // Whoever uses the connection hears of its end; nobody else needs to.
            let _ = driver.await;
        });
        Ok(connection)
    }

    async fn dial(
        &self,
    ) -> Result<(SendRequest<Upload>, Connection<TokioIo<TcpStream>, Upload>), ForwardError> {
        let address = (self.origin.host(), self.origin.port());
        let stream = timeout(self.terms.connect_timeout, TcpStream::connect(address))
            .await
            .map_err(|_| ForwardError::ConnectTimeout)?
            .map_err(ForwardError::Connect)?;
        stream.set_nodelay(true).map_err(ForwardError::Connect)?;
        let mut builder = http1::Builder::new();
        builder.max_buf_size(MAX_BUFFER_BYTES);
        Ok(builder.handshake(TokioIo::new(stream)).await?)
    }
}

impl Lease {
    async fn exchange(
        &mut self,
        request: http::Request<Upload>,
        again: impl FnOnce() -> Option<http::Request<Upload>>,
    ) -> Result<http::Response<Incoming>, ForwardError> {
        let mut request = request;
        if let Some(mut kept) = self.pool.take_idle() {
            match kept.try_send_request(request).await {
                Ok(answer) => {
                    self.connection = Some(kept);
                    return Ok(answer);
                }
                Err(mut failure) => match failure.take_message().or_else(again) {
                    Some(same) => request = same,
                    None => return Err(failure.into_error().into()),
                },
            }
        }
        let mut fresh = self.pool.connect().await?;
        let answer = fresh.send_request(request).await?;
        self.connection = Some(fresh);
        Ok(answer)
    }

    /// The answer is complete: the connection can serve the next request.
    pub fn give_back(mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        if connection.is_ready() {
            self.pool.keep(connection);
            return;
        }
        // The rest of the request may still be on its way, or the service may be closing.
        rt::spawn(async move {
            if connection.ready().await.is_ok() {
                self.pool.keep(connection);
            }
        });
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.pool.in_use.set(self.pool.in_use.get().saturating_sub(1));
    }
}
