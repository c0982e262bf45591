//! JSON ⇄ Python's values.

use crate::jinja::python::text;
use serde_json::Value as Json;

use crate::jinja::Value;
use crate::jinja::python::{Dict, List};

/// Turns JSON into fresh, mutable values.
pub fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(truth) => Value::from(*truth),
        Json::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(whole), ..) => Value::from(whole),
            (_, Some(whole), _) => Value::from(whole),
            (.., number) => Value::from(number.unwrap_or_default()),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => List::value(items.iter().map(from_json)),
        Json::Object(entries) => Dict::value(
            entries
                .iter()
                .map(|(key, value)| (key.as_str(), from_json(value))),
        ),
    }
}

/// Turns a value into JSON; what JSON does not know becomes its text.
pub fn to_json(value: &Value) -> Json {
    if value.is_none() || value.is_undefined() {
        return Json::Null;
    }
    if let Some(dict) = value.downcast_object_ref::<Dict>() {
        let entries = dict.entries();
        let entries = entries
            .iter()
            .map(|(key, value)| (key_text(key), to_json(value)));
        return Json::Object(entries.collect());
    }
    if let Some(list) = value.downcast_object_ref::<List>() {
        return Json::Array(list.items().iter().map(to_json).collect());
    }
    match value.kind() {
        minijinja::value::ValueKind::Bool => Json::Bool(value.is_true()),
        minijinja::value::ValueKind::Number => number(value),
        minijinja::value::ValueKind::Seq | minijinja::value::ValueKind::Iterable => {
            let items = value.try_iter().into_iter().flatten();
            Json::Array(items.map(|item| to_json(&item)).collect())
        }
        minijinja::value::ValueKind::Map => {
            let keys = value.try_iter().into_iter().flatten();
            let entry = |key: Value| {
                let item = value.get_item(&key).unwrap_or_default();
                (key_text(&key), to_json(&item))
            };
            Json::Object(keys.map(entry).collect())
        }
        _ => Json::String(text(value)),
    }
}

fn number(value: &Value) -> Json {
    if value.is_integer() {
        if let Ok(whole) = i64::try_from(value.clone()) {
            return Json::from(whole);
        }
        if let Ok(whole) = u64::try_from(value.clone()) {
            return Json::from(whole);
        }
    }
    let number = f64::try_from(value.clone()).unwrap_or_default();
    serde_json::Number::from_f64(number).map_or(Json::Null, Json::Number)
}

fn key_text(key: &Value) -> String {
    match key.as_str() {
        Some(text) => text.to_owned(),
        None => text(key),
    }
}
