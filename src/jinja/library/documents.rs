//! Whole documents as Python's libraries write them, for files that dbt reads and writes too.

use serde_json::Value as Json;

use super::json::{Style, dumps};
use super::yaml::dump_indented;
use crate::jinja::context::from_json;

/// Writes JSON on one line, keys sorted (`json.dumps(…, sort_keys=True)`).
pub fn sorted_json(value: &Json) -> String {
    let style = Style {
        sort_keys: true,
        ..Style::default()
    };
    dumps(&from_json(value), &style).unwrap_or_default()
}

/// Writes YAML with sorted keys and indented lists, as dbt writes lists of packages.
pub fn indented_yaml(value: &Json) -> String {
    dump_indented(&from_json(value)).unwrap_or_default()
}
