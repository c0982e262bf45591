//! `dsql ls`: one line for each resource.

use serde_json::{Map, Value};

use super::python_json;
use crate::invocation::Invocation;
use crate::pipeline::Listed;

/// Keys of `--output json` unless `--output-keys` names others.
const KEYS: &[&str] = &[
    "alias",
    "name",
    "source_name",
    "depends_on",
    "unique_id",
    "config",
    "resource_type",
    "tags",
    "package_name",
    "original_file_path",
];

/// Writes a resource in the form of `--output`.
pub fn line(resource: &Listed, invocation: &Invocation) -> String {
    match invocation.text("output") {
        Some("json") => json(&resource.json, &invocation.list("output_keys")),
        Some("name") => resource.name.clone(),
        Some("path") => resource.path.clone(),
        _ => resource.selector.clone(),
    }
}

/// Writes the line of `--output json`: keys that the resource does not have are left out, and a
/// key with dots reaches inside.
fn json(resource: &Value, keys: &[String]) -> String {
    let Some(fields) = resource.as_object() else {
        return python_json::line(resource);
    };
    let mut chosen = Map::new();
    if keys.is_empty() {
        let known = fields
            .iter()
            .filter(|(name, _)| KEYS.contains(&name.as_str()));
        chosen.extend(known.map(|(name, value)| (name.clone(), value.clone())));
    }
    for key in keys {
        let value = match key.contains('.') {
            true => key.split('.').try_fold(resource, |at, part| at.get(part)),
            false => fields.get(key),
        };
        // As in dbt, a nested key without a value is left out and a plain one is not.
        if let Some(value) = value.filter(|it| !it.is_null() || !key.contains('.')) {
            chosen.insert(key.clone(), value.clone());
        }
    }
    python_json::line(&Value::Object(chosen))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_chosen() {
        let node = serde_json::json!({
            "name": "a", "raw_code": "x", "config": {"materialized": "view", "alias": null},
            "alias": null,
        });
        let keys = |keys: &[&str]| keys.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let all =
            r#"{"name": "a", "config": {"materialized": "view", "alias": null}, "alias": null}"#;
        assert_eq!(json(&node, &[]), all);
        let some = json(
            &node,
            &keys(&["alias", "config.materialized", "config.alias", "nope"]),
        );
        assert_eq!(some, r#"{"alias": null, "config.materialized": "view"}"#);
    }
}
