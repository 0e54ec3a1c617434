//! The histograms of requests, each looked up once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use actix_http::{Method, StatusCode};
use metrics::Histogram;

use crate::table::Route;

/// Those of one worker, so that counting a request takes no lock.
#[derive(Default)]
pub(super) struct Meters(RefCell<HashMap<Key, Histogram>>);

/// Few, for clients choose none of it: the place of the route, the method's label, the status.
type Key = (Option<usize>, &'static str, u16);

impl Meters {
    /// Counts a request whose answer begins now.
    pub(super) fn count(
        &self,
        route: Option<&Route>,
        method: &Method,
        status: StatusCode,
        elapsed: Duration,
    ) {
        let method = label(method);
        let key = (route.map(|route| route.index), method, status.as_u16());
        let mut known = self.0.borrow_mut();
        let histogram = known.entry(key).or_insert_with(|| {
            let name = |named: fn(&Route) -> &str| route.map_or("none", named).to_owned();
            metrics::histogram!(
                "http_request_duration_seconds",
                "method" => method,
                "route" => name(|route| &route.label),
                "upstream" => name(|route| &route.upstream),
                "status" => status.as_str().to_owned(),
            )
        });
        histogram.record(elapsed);
    }
}

/// Methods are free text to a client, but not to a metric.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
