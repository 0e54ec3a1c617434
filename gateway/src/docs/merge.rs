//! Makes one OpenAPI document of those of several services.
//!
//! What cannot be reached through the gateway is left out: the routing table says so. What two
//! services call by the same name is kept apart, and what the gateway itself may answer is added.

mod components;
mod json;
mod operation;

use std::collections::HashSet;

use contracts::problem::{FieldError, Problem};
use serde_json::Value;
use utoipa::OpenApi;

use self::json::{at, elements, members};
use crate::table::Table;

/// The document of one service.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name in the routing table.
    pub upstream: String,
    /// What it says about itself.
    pub document: Value,
}

/// What the gateway says before any service has spoken.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Project 5.0.9",
        description = "이웃과 함께 사는 소분 공동구매 · Buying together, in small shares, with people nearby"
    ),
    servers((url = "/", description = "This gateway")),
    components(schemas(Problem, FieldError))
)]
struct Base;

/// The whole document, for the services that have said anything.
#[must_use]
pub fn merge(table: &Table, parts: &[Part]) -> Value {
    let mut draft = Draft::new();
    draft.name_the_missing(table, parts);
    for part in parts {
        draft.add(table, part.clone());
    }
    draft.whole
}

struct Draft {
    whole: Value,
    operation_ids: HashSet<String>,
}

impl Draft {
    fn new() -> Self {
        let mut whole = serde_json::to_value(Base::openapi()).unwrap_or_default();
        let components = at(&mut whole, &["components"]);
        *at(components, &["securitySchemes", "bearer"]) =
            serde_json::json!({ "type": "http", "scheme": "bearer", "bearerFormat": "JWT" });
        *at(components, &["responses"]) = operation::responses();
        Self { whole, operation_ids: HashSet::new() }
    }

    fn name_the_missing(&mut self, table: &Table, parts: &[Part]) {
        let is_missing = |name: &&str| parts.iter().all(|part| part.upstream != *name);
        let missing: Vec<&str> = table.upstreams().into_iter().filter(is_missing).collect();
        if !missing.is_empty() {
            let description = at(&mut self.whole, &["info", "description"]);
            let text = description.as_str().unwrap_or_default();
            let names = missing.join(", ");
            *description = format!("{text}\n\n**지금 없음 · Away at the moment:** {names}").into();
        }
    }

    fn add(&mut self, table: &Table, part: Part) {
        let Part { upstream, mut document } = part;
        components::settle(at(&mut self.whole, &["components"]), &mut document, &upstream);
        let security = at(&mut document, &["security"]).take();
        for (path, item) in members(at(&mut document, &["paths"]).take()) {
            let (operations, common): (Vec<_>, Vec<_>) =
                members(item).partition(|(key, _)| operation::method(key).is_some());
            let led_here = |key: &str| {
                operation::route(table, key, &path).filter(|route| *route.upstream == *upstream)
            };
            let mut is_ours = false;
            for (key, operation) in operations {
                let Some(route) = led_here(&key) else { continue };
                let mut operation = operation::complete(operation, &path, route, &security);
                self.make_id_unique(&mut operation, &upstream);
                *at(&mut self.whole, &["paths", &path, &key]) = operation;
                is_ours = true;
            }
            // What stands beside the methods is about all of them.
            for (key, value) in common.into_iter().filter(|_| is_ours) {
                *at(&mut self.whole, &["paths", &path, &key]) = value;
            }
        }
        self.add_tags(at(&mut document, &["tags"]).take());
    }

    /// Programs made from the document name their functions so.
    fn make_id_unique(&mut self, operation: &mut Value, upstream: &str) {
        let Some(id) = operation.get("operationId").and_then(Value::as_str) else { return };
        if !self.operation_ids.insert(id.to_owned()) {
            let longer = format!("{upstream}_{id}");
            self.operation_ids.insert(longer.clone());
            *at(operation, &["operationId"]) = longer.into();
        }
    }

    fn add_tags(&mut self, tags: Value) {
        let all = at(&mut self.whole, &["tags"]);
        let mut known = elements(all.take());
        for tag in elements(tags) {
            if known.iter().all(|other| other.get("name") != tag.get("name")) {
                known.push(tag);
            }
        }
        *all = Value::Array(known);
    }
}
