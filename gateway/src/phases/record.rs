//! What is written down about a request when its answer has left.

use std::rc::Rc;
use std::sync::Arc;

use actix_http::{Method, StatusCode};
use contracts::UserId;

use super::Findings;
use crate::access_log::{Line, Lines};
use crate::exchange::Exchange;
use crate::head::Head;

/// Longer paths are cut in the log.
const MAX_LOGGED_PATH_BYTES: usize = 200;

/// A request that has been answered, until the last byte of its answer has left. Dropped, it writes
/// its line.
pub struct Record {
    /// Where the line goes; nowhere if there is no access log.
    lines: Option<Rc<Lines>>,
    method: Method,
    path: String,
    exchange: Exchange,
    status: StatusCode,
    /// The rule about it and who answered.
    route: Option<(Arc<str>, Arc<str>)>,
    user: Option<UserId>,
    bytes_sent: u64,
    is_whole: bool,
}

impl Record {
    /// The record of a request that is answered with `status`.
    #[must_use]
    pub fn new(
        lines: Option<Rc<Lines>>,
        head: &Head,
        exchange: Exchange,
        findings: &Findings<'_>,
        status: StatusCode,
    ) -> Self {
        let path = head.path();
        let end = path.floor_char_boundary(MAX_LOGGED_PATH_BYTES);
        Self {
            lines,
            method: head.method.clone(),
            path: path.get(..end).unwrap_or_default().to_owned(),
            exchange,
            status,
            route: findings.route.map(|route| (route.label.clone(), route.upstream.clone())),
            user: findings.identity.map(|identity| identity.user_id),
            bytes_sent: 0,
            is_whole: false,
        }
    }

    /// What is known of the request.
    #[must_use]
    pub const fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    /// Counts what was sent of the body.
    pub fn sent(&mut self, bytes: usize) {
        self.bytes_sent += u64::try_from(bytes).unwrap_or(u64::MAX);
    }

    /// Nothing is missing.
    pub fn complete(&mut self) {
        self.is_whole = true;
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let Some(lines) = &self.lines else { return };
        let (route, upstream) =
            self.route.as_ref().map_or(("none", "none"), |(route, upstream)| (route, upstream));
        let elapsed = self.exchange.started.elapsed();
        lines.add(&Line {
            method: self.method.as_str(),
            path: &self.path,
            route,
            upstream,
            status: self.status.as_u16(),
            elapsed_us: u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
            bytes_sent: self.bytes_sent,
            aborted: !self.is_whole,
            client: &self.exchange.client.text,
            user: self.user,
            request_id: self.exchange.request_id(),
            trace_id: self.exchange.trace_id(),
        });
    }
}
