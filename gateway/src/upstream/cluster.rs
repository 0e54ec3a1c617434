//! One worker's way to the instances of one service: who gets the next request.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::Method;

use super::budget::Budget;
use super::fleet::Fleet;
use super::pool::{Attempt, Pool};
use super::{ForwardError, Lease, Reply, Terms, Upload};

/// A request is tried on at most so many instances.
const MAX_TRIES: usize = 3;

/// The instances, each with this worker's connections to it.
pub struct Cluster {
    fleet: Arc<Fleet>,
    terms: Terms,
    members: RefCell<Members>,
    /// Where the next look at the members begins, so that equals take turns.
    turn: Cell<usize>,
    budget: Budget,
}

#[derive(Default)]
struct Members {
    version: u64,
    pools: Vec<Rc<Pool>>,
}

/// What becomes of a connection when it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It answers, and can be asked again.
    Ordinary,
    /// Its answer may go on for as long as somebody listens.
    Stream,
    /// Another protocol is spoken on it.
    Tunnel,
}

/// How a request can be made. It may be sent more than once.
pub trait Outgoing {
    /// Writes its head, for an instance that is called `authority`.
    fn compose(&self, authority: &str, to: &mut Vec<u8>);

    /// Its method.
    fn method(&self) -> &Method;

    /// What becomes of the connection.
    fn kind(&self) -> Kind;

    /// How long the service may think before its answer begins.
    fn patience(&self) -> Duration;

    /// Whether it may be sent again although the service may have seen it.
    fn is_repeatable(&self) -> bool;

    /// What the service says before it answers (1xx).
    fn early(&self, reply: &Reply);
}

impl Cluster {
    /// No connection yet.
    #[must_use]
    pub fn new(fleet: Arc<Fleet>, terms: Terms) -> Self {
        let (members, turn, budget) = (RefCell::default(), Cell::new(0), Budget::default());
        Self { fleet, terms, members, turn, budget }
    }

    /// Sends a request and waits for the head of the answer.
    ///
    /// An instance that takes no connection has seen nothing of the request, so another one gets
    /// it, as long as the budget for such repetitions lasts.
    pub async fn send(
        &self,
        outgoing: &impl Outgoing,
        upload: &mut Upload,
    ) -> Result<(Reply, Lease), ForwardError> {
        self.budget.earn();
        let mut tried = Vec::new();
        loop {
            let pool = self.pick(&tried).ok_or(ForwardError::NoInstance)?;
            match pool.send(outgoing, upload).await {
                Ok(answered) => return Ok(answered),
                Err(Attempt::Ended(error)) => return Err(error),
                Err(Attempt::Unseen(error)) => {
                    tried.push(pool);
                    if tried.len() >= MAX_TRIES || !self.has_another(&tried) || !self.budget.spend()
                    {
                        return Err(error);
                    }
                }
            }
            metrics::counter!("upstream_retries_total", "upstream" => self.fleet.name().to_owned())
                .increment(1);
        }
    }

    fn has_another(&self, tried: &[Rc<Pool>]) -> bool {
        self.pick(tried).is_some()
    }

    /// The instance with the least to do for its share, of those that take requests; if none says
    /// that it does, of those that are not left alone. None: the service is given a rest.
    fn pick(&self, tried: &[Rc<Pool>]) -> Option<Rc<Pool>> {
        self.refresh();
        let members = self.members.borrow();
        if let ([only], []) = (&*members.pools, tried) {
            return (!only.health().is_paused()).then(|| only.clone());
        }
        let turn = self.turn.get();
        self.turn.set(turn.wrapping_add(1));
        let begin = turn.checked_rem(members.pools.len())?;
        let (before, from) = members.pools.split_at_checked(begin)?;
        let is_new = |pool: &&Rc<Pool>| !tried.iter().any(|other| Rc::ptr_eq(other, pool));
        let open = from.iter().chain(before).filter(is_new);
        open.filter(|pool| !pool.health().is_paused())
            .min_by_key(|pool| (!pool.health().is_ready(), pool.load()))
            .cloned()
    }

    /// Takes over what changed in the fleet. Connections to who stays are kept.
    fn refresh(&self) {
        let version = self.fleet.version();
        if self.members.borrow().version == version {
            return;
        }
        let mut members = self.members.borrow_mut();
        let old = std::mem::take(&mut members.pools);
        let pool = |instance: &Arc<_>| {
            let known = old.iter().find(|pool| pool.is_of(instance));
            known.cloned().unwrap_or_else(|| Rc::new(Pool::new(instance.clone(), self.terms)))
        };
        members.pools = self.fleet.instances().iter().map(pool).collect();
        members.version = version;
    }
}
