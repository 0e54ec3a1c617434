//! What the gateway adds to each operation.

use actix_web::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::json::at;
use crate::config::Auth;
use crate::table::{Route, Table};

/// What the gateway itself may answer any call with.
const ALWAYS: [StatusCode; 5] = [
    StatusCode::BAD_REQUEST,
    StatusCode::UNAUTHORIZED,
    StatusCode::BAD_GATEWAY,
    StatusCode::SERVICE_UNAVAILABLE,
    StatusCode::GATEWAY_TIMEOUT,
];
/// And a call with a body.
const WITH_BODY: [StatusCode; 2] = [StatusCode::REQUEST_TIMEOUT, StatusCode::PAYLOAD_TOO_LARGE];

/// The method that a member of a path item is about, if it is about one.
pub(super) fn method(key: &str) -> Option<Method> {
    match key {
        "get" => Some(Method::GET),
        "put" => Some(Method::PUT),
        "post" => Some(Method::POST),
        "delete" => Some(Method::DELETE),
        "options" => Some(Method::OPTIONS),
        "head" => Some(Method::HEAD),
        "patch" => Some(Method::PATCH),
        "trace" => Some(Method::TRACE),
        _ => None,
    }
}

/// The rule about an operation, if the gateway leads to it.
pub(super) fn route<'a>(table: &'a Table, key: &str, path: &str) -> Option<&'a Route> {
    table.find(&method(key)?, path).ok()
}

/// The answers of the gateway, to be referred to.
pub(super) fn responses() -> Value {
    let statuses = ALWAYS.into_iter().chain(WITH_BODY);
    let others = [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN];
    let response = |status: StatusCode| {
        let content = json!({ "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" }
        }});
        let description = status.canonical_reason().unwrap_or_default();
        (name(status), json!({ "description": description, "content": content }))
    };
    Value::Object(statuses.chain(others).map(response).collect())
}

/// The operation with the answers of the gateway and the token it wants.
pub(super) fn complete(operation: Value, path: &str, route: &Route, security: &Value) -> Value {
    let mut operation = operation;
    secure(&mut operation, route.auth, security);
    let has_body = operation.get("requestBody").is_some();
    let mut statuses = ALWAYS.to_vec();
    if has_body {
        statuses.extend(WITH_BODY);
    }
    if path.contains('{') {
        statuses.push(StatusCode::NOT_FOUND);
    }
    if route.auth == Auth::Admin {
        statuses.push(StatusCode::FORBIDDEN);
    }
    for status in statuses {
        let place = at(&mut operation, &["responses", status.as_str()]);
        // The service's own words about it say more.
        if place.is_null() {
            *place = json!({ "$ref": format!("#/components/responses/{}", name(status)) });
        }
    }
    operation
}

/// The table knows best whether a token is needed; a service may want one where the table does not.
fn secure(operation: &mut Value, auth: Auth, general: &Value) {
    let own = at(operation, &["security"]);
    if own.is_null() {
        own.clone_from(general);
    }
    let bearer = json!({ "bearer": [] });
    if auth != Auth::Optional {
        *own = json!([bearer]);
        return;
    }
    match own {
        // Whatever a service calls its scheme, it is the one we have.
        Value::Array(choices) => {
            for choice in choices.iter_mut().filter(|choice| **choice != json!({})) {
                choice.clone_from(&bearer);
            }
        }
        other => *other = json!([]),
    }
}

fn name(status: StatusCode) -> String {
    format!("Gateway{}", status.as_u16())
}
