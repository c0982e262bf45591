//! What templates see of a DuckDB target.

use serde_json::{Value, json};

use super::Credentials;
use crate::adapters::ProfileError;
use crate::nodes::Dict;

const ATTACHMENT: &[(&str, Value)] = &[
    ("path", Value::Null),
    ("type", Value::Null),
    ("alias", Value::Null),
    ("secret", Value::Null),
    ("read_only", Value::Bool(false)),
    ("options", Value::Null),
    ("is_ducklake", Value::Null),
];

/// Checks a target of a profile and returns the `target` of templates, in dbt's order. Secrets are
/// not in it.
pub fn template_target(target: &Dict) -> Result<Dict, Vec<ProfileError>> {
    let credentials = Credentials::parse(target)?;
    let given = |key: &str| target.get(key).cloned().unwrap_or(Value::Null);
    let settings = match given("settings") {
        Value::Null => json!({}),
        settings => settings,
    };
    let seen = [
        ("database", json!(credentials.database)),
        ("schema", json!(credentials.schema)),
        ("path", json!(credentials.path)),
        ("config_options", given("config_options")),
        ("extensions", given("extensions")),
        ("settings", settings),
        ("external_root", json!(credentials.external_root)),
        ("use_credential_provider", given("use_credential_provider")),
        ("attach", attachments(&given("attach"))),
        ("filesystems", given("filesystems")),
        ("remote", given("remote")),
        ("plugins", given("plugins")),
        (
            "disable_transactions",
            json!(credentials.disable_transactions),
        ),
    ];
    Ok(seen
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect())
}

fn attachments(given: &Value) -> Value {
    let Value::Array(items) = given else {
        return Value::Null;
    };
    let attachment = |item: &Value| -> Value {
        let entry = |(key, default): &(&str, Value)| {
            ((*key).to_owned(), item.get(key).unwrap_or(default).clone())
        };
        Value::Object(ATTACHMENT.iter().map(entry).collect())
    };
    items.iter().map(attachment).collect()
}
