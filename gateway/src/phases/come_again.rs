//! An event stream that cannot be had right now: whoever asks for it is told to come again.
//!
//! To an `EventSource` every status but 200 is the end: it never asks again (HTML, 9.2.3: “fail the
//! connection”), and its page is deaf until somebody loads it anew. A stream that begins and ends at
//! once is one it comes back to, with the last id it has seen. Who does not ask in the manner of an
//! `EventSource` gets the error.

use actix_http::{Method, StatusCode};
use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;

use crate::head::Head;
use crate::table::Route;
use crate::wire::Name;

/// When to come again. Some come a little later, so that those who ask in vain do not do it at the
/// same moment.
const RETRY_MS: u64 = 3_000;
const SPREAD_MS: u64 = 3_000;

/// Whether an answer would be the end of something that is only interrupted.
pub(super) fn is_called_for(head: &Head, route: Option<&Route>, status: StatusCode) -> bool {
    let is_passing = matches!(
        status,
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT
    );
    is_passing
        && head.method == Method::GET
        && route.is_some_and(|route| route.is_live)
        && asks_for_events(head)
}

/// The stream that is over at once. It repeats where the client stopped: some libraries take a block
/// without an id for one that forgets it.
pub(super) fn answer(head: &Head) -> HttpResponse {
    metrics::counter!("event_streams_put_off_total").increment(1);
    let retry_ms = RETRY_MS + rand::random_range(0..SPREAD_MS);
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(format!("retry: {retry_ms}\n{}\n", place(head)))
}

/// The place of a client that says one, as a line.
fn place(head: &Head) -> String {
    let id = head.named("last-event-id").unwrap_or_default();
    // Whatever else it may be, it came from no stream of ours.
    let is_ours = (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    if is_ours { format!("id: {id}\n") } else { String::new() }
}

fn asks_for_events(head: &Head) -> bool {
    let ranges = head.values(Name::Accept).filter_map(|value| std::str::from_utf8(value).ok());
    ranges.flat_map(|value| value.split(',')).any(|range| {
        let name = range.split(';').next().unwrap_or_default();
        name.trim().eq_ignore_ascii_case("text/event-stream")
    })
}
