//! `str` and `repr` of values from YAML, as dbt writes them into names and hashes.

use serde_json::Value as Json;

use crate::jinja::context::from_json;
use crate::jinja::library;

/// Returns Python's `str(value)`.
pub(super) fn python_str(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => library::to_text(&from_json(other)),
    }
}

/// Returns Python's `repr(value)`.
pub(super) fn python_repr(value: &Json) -> String {
    library::repr(&from_json(value))
}
