//! One worker's connections to one instance of a service.
//!
//! A connection carries one exchange at a time and is kept for the next one. Everything here lives
//! on the worker's own thread, so there is no lock, and the requests of one worker never wait for
//! those of another.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::cluster::{Kind, Outgoing};
use super::fleet::Instance;
use super::health::{FULL_SHARE, Health};
use super::link::{Fault, Link, Unsent};
use super::{ForwardError, Reply, Terms, Upload};
use crate::wire::scratch;

/// Shorter than the services keep an idle connection, so that none is used just as it is closed.
const KEEP_IDLE: Duration = Duration::from_mins(1);

/// The connections.
pub(super) struct Pool {
    instance: Arc<Instance>,
    terms: Terms,
    idle: RefCell<VecDeque<Idle>>,
    /// With an answer under way that ends by itself.
    in_use: Cell<usize>,
    /// With a stream or a tunnel.
    live: Cell<usize>,
}

struct Idle {
    link: Link,
    since: Instant,
}

/// A connection in use. Dropped early it is closed, which tells the service to stop.
pub struct Lease {
    place: Place,
    pub(super) link: Link,
}

/// The place of a connection among those in use.
struct Place {
    pool: Rc<Pool>,
    is_live: bool,
}

/// A request that was not answered.
pub(super) enum Attempt {
    /// The instance has seen nothing of it, so it can go elsewhere, with its body untouched.
    Unseen(ForwardError),
    /// The instance may have seen it.
    Ended(ForwardError),
}

impl Pool {
    /// No connection yet.
    pub(super) fn new(instance: Arc<Instance>, terms: Terms) -> Self {
        let (in_use, live) = (Cell::new(0), Cell::new(0));
        Self { instance, terms, idle: RefCell::default(), in_use, live }
    }

    pub(super) fn is_of(&self, instance: &Arc<Instance>) -> bool {
        Arc::ptr_eq(&self.instance, instance)
    }

    pub(super) fn health(&self) -> &Health {
        &self.instance.health
    }

    /// How much it has to do, one more request included, for its share.
    pub(super) fn load(&self) -> u64 {
        let all = self.in_use.get().saturating_add(self.live.get());
        let all = u64::try_from(all).unwrap_or(u64::MAX);
        all.saturating_add(1).saturating_mul(FULL_SHARE * FULL_SHARE) / self.health().share()
    }

    /// Sends a request and waits for the head of the answer.
    ///
    /// A kept connection may turn out closed. Then the request goes out once more on a fresh one, if
    /// none of it was sent or if it may be repeated.
    pub(super) async fn send(
        self: &Rc<Self>,
        outgoing: &impl Outgoing,
        upload: &mut Upload,
    ) -> Result<(Reply, Lease), Attempt> {
        let place = self.place(outgoing.kind()).map_err(Attempt::Unseen)?;
        let outcome = self.ask(outgoing, upload).await;
        self.judge(&outcome);
        let (reply, link) = outcome?;
        Ok((reply, Lease { place, link }))
    }

    async fn ask(
        &self,
        outgoing: &impl Outgoing,
        upload: &mut Upload,
    ) -> Result<(Reply, Link), Attempt> {
        let mut unsent = self.compose(outgoing);
        let now = Instant::now();
        let kept = match outgoing.kind() {
            // Whoever is to be spoken to in another way is asked on a connection of its own.
            Kind::Tunnel => None,
            Kind::Ordinary | Kind::Stream => {
                poll_fn(|cx| Poll::Ready(self.take_idle(cx, now))).await
            }
        };
        if let Some(mut link) = kept {
            link.unsent = unsent;
            match self.ask_on(&mut link, now, outgoing, upload).await {
                Ok(reply) => return Ok((reply, link)),
                Err(Fault::Closed(_)) => unsent = link.take_back(),
                Err(Fault::Unanswered(_)) if outgoing.is_repeatable() => {
                    unsent = self.compose(outgoing);
                }
                Err(fault) => return Err(Attempt::Ended(fault.into())),
            }
        }
        // Seldom, and it takes no room while the answer is waited for.
        let mut link = match Box::pin(self.dial()).await {
            Ok(stream) => Link::new(stream),
            Err(error) if upload.has_begun() => return Err(Attempt::Ended(error)),
            Err(error) => return Err(Attempt::Unseen(error)),
        };
        link.unsent = unsent;
        match self.ask_on(&mut link, Instant::now(), outgoing, upload).await {
            Ok(reply) => Ok((reply, link)),
            Err(fault) => Err(Attempt::Ended(fault.into())),
        }
    }

    async fn ask_on(
        &self,
        link: &mut Link,
        begun: Instant,
        outgoing: &impl Outgoing,
        upload: &mut Upload,
    ) -> Result<Reply, Fault> {
        let early = |reply: &Reply| outgoing.early(reply);
        link.ask(upload, outgoing.method(), begun, outgoing.patience(), early).await
    }

    fn compose(&self, outgoing: &impl Outgoing) -> Unsent {
        let mut bytes = scratch::take();
        outgoing.compose(self.instance.origin.authority(), &mut bytes);
        Unsent::new(bytes)
    }

    /// Remembers how the instance did.
    fn judge<T>(&self, outcome: &Result<T, Attempt>) {
        let error = match outcome {
            Ok(_) => return self.health().succeeded(),
            Err(Attempt::Unseen(error) | Attempt::Ended(error)) => error,
        };
        if error.is_of_instance() && self.health().failed() {
            let address = self.instance.address;
            tracing::warn!(%address, "{address} is left alone for a while: {error}");
        }
    }

    fn place(self: &Rc<Self>, kind: Kind) -> Result<Place, ForwardError> {
        // A stream takes the place of no request, as long as there are not too many of its kind.
        // Tunnels have places of their own.
        let is_live = kind == Kind::Tunnel
            || (kind == Kind::Stream && self.live.get() < self.terms.max_streams);
        let count = if is_live { &self.live } else { &self.in_use };
        if !is_live && count.get() >= self.terms.max_connections {
            return Err(ForwardError::Busy);
        }
        count.set(count.get() + 1);
        Ok(Place { pool: self.clone(), is_live })
    }

    /// The connection used last, so that those not needed grow old.
    fn take_idle(&self, cx: &mut Context<'_>, now: Instant) -> Option<Link> {
        let mut idle = self.idle.borrow_mut();
        std::iter::from_fn(|| idle.pop_back())
            .filter(|kept| now - kept.since < KEEP_IDLE)
            .map(|kept| kept.link)
            .find_map(|mut link| link.is_fresh(cx).then_some(link))
    }

    fn keep(&self, link: Link) {
        let (mut idle, now) = (self.idle.borrow_mut(), Instant::now());
        while idle.front().is_some_and(|kept| now - kept.since >= KEEP_IDLE) {
            idle.pop_front();
        }
        idle.push_back(Idle { link, since: now });
    }

    async fn dial(&self) -> Result<TcpStream, ForwardError> {
        let connecting = TcpStream::connect(self.instance.address);
        let stream = timeout(self.terms.connect_timeout, connecting).await;
        let stream = stream.map_err(|_| ForwardError::ConnectTimeout)?;
        let stream = stream.map_err(ForwardError::Connect)?;
        stream.set_nodelay(true).map_err(ForwardError::Connect)?;
        Ok(stream)
    }
}

impl Lease {
    /// The answer is complete: the connection can serve the next request.
    pub(super) fn give_back(self) {
        self.place.pool.keep(self.link);
    }

    /// The connection is to be used for something else from now on.
    #[must_use]
    pub fn into_parts(self) -> (TcpStream, bytes::BytesMut) {
        self.link.into_parts()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let count = if self.is_live { &self.pool.live } else { &self.pool.in_use };
        count.set(count.get().saturating_sub(1));
    }
}
