//! `GET /v1/notifications/stream`

use actix_web::http::header::HeaderMap;
use actix_web::{HttpRequest, HttpResponse, get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::server::detach;
use chassis::http::{ApiError, Query, SignedIn, trace};
use contracts::Problem;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::state::State;
use crate::stream::Since;

/// Where a client stopped that cannot set headers yet.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::routes) struct Stopped {
    /// The same as the header `Last-Event-ID`, for the first connection of an `EventSource`: it sends
    /// the header only when it connects again. The header goes before it.
    #[param(example = "41")]
    last_event_id: Option<String>,
}

/// Hear of notifications as they come
///
/// Server-sent events that go on until the client leaves, its token expires, its session ends or the
/// service is stopped; then connect again, with a token that is good.
///
/// * `event: notification` has a notification in `data`, as the inbox lists it. Its `id` is its `seq`.
///   What came in quiet hours is in the inbox only.
/// * `event: resync` says that the `Last-Event-ID` is unknown or too old: load the inbox anew. The
///   stream goes on from `last_seq`.
/// * A comment comes every 15 seconds; if nothing has come for twice as long, connect again.
///
/// Who connects with `Last-Event-ID` gets what was missed first, each notification once and in order.
#[utoipa::path(
    tag = "notifications",
    security(("bearer" = [])),
    params(
        Stopped,
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was seen"),
    ),
    responses(
        (status = 200, description = "Events, as they come", body = String, content_type = "text/event-stream"),
        NotSignedIn,
        (status = 422, description = "The query cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "You have too many streams", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/notifications/stream")]
pub(in crate::routes) async fn stream_notifications(
    request: HttpRequest,
    SignedIn(identity): SignedIn,
    Query(stopped): Query<Stopped>,
    state: web::Data<State>,
) -> Result<HttpResponse, ApiError> {
    let since = since(request.headers(), stopped.last_event_id.as_deref());
    let reserved = state.hub.reserve(identity.user_id).await?;
    let (socket, response) =
        detach(&request).ok_or_else(|| ApiError::unavailable("the connection is busy"))?;
    let trace_id = trace::current().unwrap_or_else(trace::Trace::begin).trace_id();
    reserved.open(socket, identity, since, state.clock.now(), &trace_id);
    Ok(response)
}

/// Where the client says it stopped. What is no text, or said twice, is no place of ours.
fn since(headers: &HeaderMap, in_query: Option<&str>) -> Since {
    let mut named = headers.get_all("last-event-id");
    match (named.next(), named.next()) {
        (None, _) => Since::parse(in_query.unwrap_or_default()),
        (Some(id), None) => id.to_str().map_or(Since::Unknown, Since::parse),
        (Some(_), Some(_)) => Since::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

    use super::since;
    use crate::stream::Since;

    #[test]
    fn the_header_goes_before_the_query() {
        let name = HeaderName::from_static("last-event-id");
        let mut headers = HeaderMap::new();
        assert_eq!(since(&headers, None), Since::Now);
        assert_eq!(since(&headers, Some("")), Since::Now);
        assert_eq!(since(&headers, Some("3")), Since::After(3));
        headers.append(name.clone(), HeaderValue::from_static("7"));
        assert_eq!(since(&headers, Some("3")), Since::After(7));
        headers.append(name.clone(), HeaderValue::from_static("8"));
        assert_eq!(since(&headers, None), Since::Unknown);
        headers.clear();
        headers.append(name, HeaderValue::from_bytes("칠".as_bytes()).unwrap());
        assert_eq!(since(&headers, None), Since::Unknown);
    }
}
