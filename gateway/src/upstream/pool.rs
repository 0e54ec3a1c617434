//! One worker's connections to one instance of a service.
//!
//! A connection carries one exchange at a time and is kept for the next one. Everything here lives
//! on the worker's own thread, so there is no lock, and the requests of one worker never wait for
//! those of another.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt;
use hyper::client::conn::http1::{self, Connection, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::cluster::{Outgoing, Reply};
use super::fleet::Instance;
use super::health::{FULL_SHARE, Health};
use super::progress::within;
use super::{ForwardError, Terms, Upload};

/// Shorter than the services keep an idle connection, so that none is used just as it is closed.
const KEEP_IDLE: Duration = Duration::from_mins(1);
/// The longest head of an answer, and the most of a body that is read ahead.
const MAX_BUFFER_BYTES: usize = 64 * 1024;

/// The connections.
pub(super) struct Pool {
    instance: Arc<Instance>,
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

/// A request that was not answered.
pub(super) enum Attempt {
    /// The instance has seen nothing of it, so it can go elsewhere, with its body untouched.
    Unseen(ForwardError, Upload),
    /// The instance may have seen it.
    Ended(ForwardError),
}

impl Pool {
    /// No connection yet.
    pub(super) fn new(instance: Arc<Instance>, terms: Terms) -> Self {
        Self { instance, terms, idle: RefCell::default(), in_use: Cell::new(0) }
    }

    pub(super) fn is_of(&self, instance: &Arc<Instance>) -> bool {
        Arc::ptr_eq(&self.instance, instance)
    }

    pub(super) fn health(&self) -> &Health {
        &self.instance.health
    }

    /// How much it has to do, one more request included, for its share.
    pub(super) fn load(&self) -> u64 {
        let in_use = u64::try_from(self.in_use.get()).unwrap_or(u64::MAX);
        in_use.saturating_add(1).saturating_mul(FULL_SHARE * FULL_SHARE) / self.health().share()
    }

    /// Sends a request and waits for the head of the answer, which must begin within `first_byte`.
    ///
    /// A kept connection may turn out closed. Then the request goes out once more on a fresh one, if
    /// none of it was sent or if it may be repeated.
    pub(super) async fn send(
        self: &Rc<Self>,
        outgoing: &impl Outgoing,
        upload: Upload,
        first_byte: Duration,
    ) -> Result<Reply, Attempt> {
        let mut lease = match self.lease() {
            Ok(lease) => lease,
            Err(error) => return Err(Attempt::Unseen(error, upload)),
        };
        let compose = |upload| self.compose(outgoing, upload);
        let progress = upload.progress();
        let waiting = async {
            let request = match self.take_idle() {
                None => compose(upload)?,
                Some(mut kept) => match kept.try_send_request(compose(upload)?).await {
                    Ok(answer) => return Ok((answer, kept)),
                    Err(mut failure) => match failure.take_message() {
                        Some(unsent) => unsent,
                        None if outgoing.is_repeatable() => compose(Upload::none())?,
                        None => return Err(Attempt::Ended(failure.into_error().into())),
                    },
                },
            };
            let (mut fresh, driver) = match self.dial().await {
                Ok(made) => made,
                Err(error) => return Err(Attempt::Unseen(error, request.into_body())),
            };
            rt::spawn(async move {
                // Whoever uses the connection hears of its end; nobody else needs to.
                let _ = driver.await;
            });
            Ok((fresh.send_request(request).await.map_err(ForwardError::from)?, fresh))
        };
        let outcome = within(first_byte, progress.as_deref(), waiting).await;
        let outcome = outcome.unwrap_or_else(|silent| Err(silent.into()));
        let is_clients_fault = || progress.and_then(|progress| progress.failure());
        let outcome = outcome.map_err(|attempt| match attempt {
            Attempt::Ended(error) => Attempt::Ended(is_clients_fault().unwrap_or(error)),
            unseen @ Attempt::Unseen(..) => unseen,
        });
        self.judge(&outcome);
        let (answer, connection) = outcome?;
        lease.connection = Some(connection);
        Ok((answer, lease))
    }

    /// Sends a request to switch protocols, on a connection of its own.
    pub(super) async fn switch(
        self: &Rc<Self>,
        outgoing: &impl Outgoing,
        first_byte: Duration,
    ) -> Result<Reply, Attempt> {
        let mut lease = self.lease().map_err(Attempt::Ended)?;
        let waiting = async {
            let unseen = |error| Attempt::Unseen(error, Upload::none());
            let (mut connection, driver) = self.dial().await.map_err(unseen)?;
            let driver = driver.with_upgrades();
            rt::spawn(async move {
                let _ = driver.await;
            });
            let request = self.compose(outgoing, Upload::none())?;
            Ok((connection.send_request(request).await.map_err(ForwardError::from)?, connection))
        };
        let outcome = within(first_byte, None, waiting).await;
        let outcome = outcome.unwrap_or_else(|silent| Err(silent.into()));
        self.judge(&outcome);
        let (answer, connection) = outcome?;
        lease.connection = Some(connection);
        Ok((answer, lease))
    }

    fn compose(
        &self,
        outgoing: &impl Outgoing,
        upload: Upload,
    ) -> Result<http::Request<Upload>, ForwardError> {
        Ok(outgoing.compose(self.instance.origin.authority(), upload)?)
    }

    /// Remembers how the instance did.
    fn judge<T>(&self, outcome: &Result<T, Attempt>) {
        let error = match outcome {
            Ok(_) => return self.health().succeeded(),
            Err(Attempt::Unseen(error, _) | Attempt::Ended(error)) => error,
        };
        if error.is_of_instance() && self.health().failed() {
            let address = self.instance.address;
            tracing::warn!(%address, "{address} is left alone for a while: {error}");
        }
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

    async fn dial(
        &self,
    ) -> Result<(SendRequest<Upload>, Connection<TokioIo<TcpStream>, Upload>), ForwardError> {
        let stream = timeout(self.terms.connect_timeout, TcpStream::connect(self.instance.address))
            .await
            .map_err(|_| ForwardError::ConnectTimeout)?
            .map_err(ForwardError::Connect)?;
        stream.set_nodelay(true).map_err(ForwardError::Connect)?;
        let mut builder = http1::Builder::new();
        builder.max_buf_size(MAX_BUFFER_BYTES);
        Ok(builder.handshake(TokioIo::new(stream)).await?)
    }
}

impl From<ForwardError> for Attempt {
    fn from(error: ForwardError) -> Self {
        Self::Ended(error)
    }
}

impl Lease {
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
