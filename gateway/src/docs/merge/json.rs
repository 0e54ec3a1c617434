//! Steps through JSON whose shape is not ours to trust.

use serde_json::{Map, Value};

/// The value at a path of members, made if it is not there.
pub(super) fn at<'a>(value: &'a mut Value, path: &[&str]) -> &'a mut Value {
    path.iter().fold(value, |value, key| {
        if !value.is_object() {
            *value = Value::Object(Map::new());
        }
        match value {
            Value::Object(map) => map.entry(*key).or_insert(Value::Null),
            other => other,
        }
    })
}

/// The elements of a list; anything else has none.
pub(super) fn elements(value: Value) -> Vec<Value> {
    match value {
        Value::Array(elements) => elements,
        _ => Vec::new(),
    }
}

/// The members of an object; anything else has none.
pub(super) fn members(value: Value) -> impl Iterator<Item = (String, Value)> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
    .into_iter()
}
