//! `str` of values from YAML, as dbt writes them into names and hashes.

use crate::jinja::python::text;
use serde_json::Value as Json;

use crate::jinja::context::from_json;

/// Returns Python's `str(value)`.
pub(super) fn python_str(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => text(&from_json(other)),
    }
}
