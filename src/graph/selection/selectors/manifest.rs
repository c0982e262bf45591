//! Selectors as they stand in the manifest: texts as mappings, inherited definitions in full.

use serde_json::{Map, Value as Json, json};

use super::super::Criteria;
use super::{IndirectSelection, Selectors};
use crate::yaml::Node;

/// Makes the entry of a selector.
pub(super) fn selector(item: &Node, definition_node: &Node, earlier: &Selectors) -> Json {
    let mut json = item.to_json();
    if let Some(place) = json.get_mut("definition") {
        *place = definition(&definition_node.to_json(), earlier);
    }
    json
}

fn definition(written: &Json, earlier: &Selectors) -> Json {
    match written {
        Json::String(word) => text(word),
        Json::Object(mapping) => {
            for key in ["union", "intersection"] {
                if let Some(list) = mapping.get(key).and_then(Json::as_array) {
                    return json!({key: all(list, earlier)});
                }
            }
            method(mapping, earlier)
        }
        other => other.clone(),
    }
}

fn all(list: &[Json], earlier: &Selectors) -> Vec<Json> {
    list.iter().map(|it| definition(it, earlier)).collect()
}

/// As in dbt, the first key decides.
fn method(mapping: &Map<String, Json>, earlier: &Selectors) -> Json {
    let Some((key, value)) = mapping.iter().next() else {
        return Json::Object(mapping.clone());
    };
    let value = match value {
        Json::Array(list) => Json::Array(all(list, earlier)),
        value => value.clone(),
    };
    if key == "exclude" {
        return json!({"exclude": value});
    }
    if mapping.len() == 1 {
        return json!({"method": key, "value": value});
    }
    if key == "method" && value == "selector" {
        let name = mapping.get("value").and_then(Json::as_str);
        let found = name.and_then(|name| earlier.all.get(name));
        if let Some(found) = found {
            return found.json["definition"].clone();
        }
    }
    Json::Object(mapping.clone())
}

/// Takes a word apart.
fn text(word: &str) -> Json {
    let Ok(it) = Criteria::parse(word, IndirectSelection::default()) else {
        return json!(word);
    };
    let mut parts = Map::new();
    let mut add = |key: &str, value: Json| {
        parts.insert(key.to_owned(), value);
    };
    if it.childrens_parents {
        add("childrens_parents", json!(true));
    }
    if let Some(depth) = it.parents {
        add("parents", json!(true));
        if let Some(depth) = depth {
            add("parents_depth", json!(depth.to_string()));
        }
    }
    let method = std::iter::once(it.method).chain(it.arguments.iter().map(String::as_str));
    add("method", json!(method.collect::<Vec<_>>().join(".")));
    if !it.value.is_empty() {
        add("value", json!(it.value));
    }
    if let Some(depth) = it.children {
        add("children", json!(true));
        if let Some(depth) = depth {
            add("children_depth", json!(depth.to_string()));
        }
    }
    Json::Object(parts)
}
