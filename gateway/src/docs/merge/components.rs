//! Keeps apart what two services call by the same name.

use std::collections::BTreeMap;

use serde_json::Value;

use super::json::{at, members};

/// What documents share by reference. Security schemes are not among them: the gateway has one.
const KINDS: [&str; 9] = [
    "schemas",
    "responses",
    "parameters",
    "examples",
    "requestBodies",
    "headers",
    "links",
    "callbacks",
    "pathItems",
];

/// Old and new reference, such as `#/components/schemas/Item` and `#/components/schemas/CatalogItem`.
type Renames = BTreeMap<String, String>;

/// Moves the components of a document into `shared`. One that is there already with another
/// meaning gets the service's name before its own, here and wherever the document refers to it.
pub(super) fn settle(shared: &mut Value, document: &mut Value, upstream: &str) {
    let mut own = at(document, &["components"]).take();
    let mut renames = Renames::new();
    // A new name changes those who refer to it, which may make them differ from their namesakes.
    while let Some((kind, name)) = clash(shared, &own, &renames) {
        let mut longer = format!("{}{name}", capitalised(upstream));
        while has(shared, kind, &longer) || has(&own, kind, &longer) {
            longer.push('_');
        }
        renames.insert(reference(kind, &name), reference(kind, &longer));
    }
    rename(&mut own, &renames);
    rename(document, &renames);
    for kind in KINDS {
        for (name, component) in members(at(&mut own, &[kind]).take()) {
            let new = renames.get(&reference(kind, &name)).and_then(|to| to.rsplit('/').next());
            *at(shared, &[kind, new.unwrap_or(&name)]) = component;
        }
    }
}

/// A component that means something else in `shared`.
fn clash(shared: &Value, own: &Value, renames: &Renames) -> Option<(&'static str, String)> {
    KINDS.into_iter().find_map(|kind| {
        let mut components = own.get(kind)?.as_object()?.iter();
        let (name, _) = components.find(|(name, component)| {
            let namesake = shared.get(kind).and_then(|all| all.get(*name));
            let differs = |namesake: &Value| {
                let mut copy = (*component).clone();
                rename(&mut copy, renames);
                copy != *namesake
            };
            !renames.contains_key(&reference(kind, name)) && namesake.is_some_and(differs)
        })?;
        Some((kind, name.clone()))
    })
}

/// References stand as whole texts, in `$ref` and in discriminators.
fn rename(value: &mut Value, renames: &Renames) {
    match value {
        Value::String(text) => {
            if let Some(new) = renames.get(text) {
                new.clone_into(text);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                rename(element, renames);
            }
        }
        Value::Object(map) => {
            for member in map.values_mut() {
                rename(member, renames);
            }
        }
        _ => {}
    }
}

fn has(components: &Value, kind: &str, name: &str) -> bool {
    components.get(kind).is_some_and(|all| all.get(name).is_some())
}

fn reference(kind: &str, name: &str) -> String {
    format!("#/components/{kind}/{name}")
}

fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
