//! What `compile` and `show` print of a node.

use serde_json::{Value, json};

use super::{python_json, table};
use crate::adapters::Table;

/// How it is printed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// `--output json`.
    pub json: bool,
    /// `--quiet`: without a headline.
    pub quiet: bool,
}

/// Writes compiled SQL; inline SQL has no name.
pub(super) fn compiled(name: Option<&str>, sql: &str, form: Form) -> String {
    match (form, name) {
        (Form { json: true, .. }, _) => object(name, "compiled", json!(sql)),
        (Form { quiet: true, .. }, _) => sql.to_owned(),
        (_, None) => format!("Compiled inline node is:\n{sql}"),
        (_, Some(name)) => format!("Compiled node '{name}' is:\n{sql}"),
    }
}

/// Writes rows.
pub(super) fn shown(name: Option<&str>, rows: &Table, form: Form) -> String {
    match (form, name) {
        (Form { json: true, .. }, _) => object(name, "show", table::rows(rows)),
        (Form { quiet: true, .. }, _) => table::table(rows),
        (_, None) => format!("Previewing inline node:\n{}", table::table(rows)),
        (_, Some(name)) => format!("Previewing node '{name}':\n{}", table::table(rows)),
    }
}

/// Writes rows alone, as dbt's event has them.
pub(super) fn preview(rows: &Table, form: Form) -> String {
    match form.json {
        true => python_json::line(&table::rows(rows)),
        false => table::table(rows),
    }
}

fn object(name: Option<&str>, key: &str, value: Value) -> String {
    let mut fields = serde_json::Map::new();
    if let Some(name) = name {
        fields.insert("node".to_owned(), json!(name));
    }
    fields.insert(key.to_owned(), value);
    python_json::pretty(&Value::Object(fields))
}
