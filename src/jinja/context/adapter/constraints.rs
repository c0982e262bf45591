//! Constraints as DDL, in dbt-duckdb's words.

use crate::jinja::context::json::to_json;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::raise;
use crate::jinja::python::List;
use crate::jinja::{Error, Value};
use serde_json::Value as Json;

/// `render_raw_columns_constraints`: one `name type constraint…` per column.
pub(super) fn render_columns(args: &[Value]) -> Result<Value, Error> {
    let [columns] = bind("render_raw_columns_constraints", ["raw_columns"], 1, args)?;
    let columns = to_json(&columns.unwrap_or_default());
    let columns = columns
        .as_object()
        .into_iter()
        .flat_map(|columns| columns.values());
    let rendered = columns.map(|column| {
        let name = text(column, "name");
        let quoted = column
            .get("quote")
            .and_then(Json::as_bool)
            .unwrap_or_default();
        let name = if quoted { format!("\"{name}\"") } else { name };
        let mut parts = vec![format!("{name} {}", text(column, "data_type"))];
        let constraints = column.get("constraints").and_then(Json::as_array);
        parts.extend(
            constraints
                .into_iter()
                .flatten()
                .filter_map(column_constraint),
        );
        Value::from(parts.join(" "))
    });
    Ok(List::value(rendered.collect::<Vec<_>>()))
}

/// `render_raw_model_constraints`: one clause per constraint.
pub(super) fn render_model(args: &[Value]) -> Result<Value, Error> {
    let [constraints] = bind("render_raw_model_constraints", ["raw_constraints"], 1, args)?;
    let constraints = to_json(&constraints.unwrap_or_default());
    let rendered = constraints
        .as_array()
        .into_iter()
        .flatten()
        .map(model_constraint);
    let rendered: Result<Vec<_>, Error> = rendered.collect();
    Ok(List::value(
        rendered?.into_iter().flatten().map(Value::from),
    ))
}

fn column_constraint(constraint: &Json) -> Option<String> {
    let expression = text(constraint, "expression");
    let clause = match text(constraint, "type").as_str() {
        "check" if !expression.is_empty() => format!("check ({expression})"),
        "not_null" => format!("not null {expression}"),
        "unique" => format!("unique {expression}"),
        "primary_key" => format!("primary key {expression}"),
        "foreign_key" => format!("references {}", referenced(constraint, &expression)),
        "custom" if !expression.is_empty() => expression,
        _ => return None,
    };
    Some(clause.trim().to_owned())
}

fn model_constraint(constraint: &Json) -> Result<Option<String>, Error> {
    let (name, expression) = (text(constraint, "name"), text(constraint, "expression"));
    let prefix = if name.is_empty() {
        name
    } else {
        format!("constraint {name} ")
    };
    let columns = texts(constraint, "columns").join(", ");
    let extra = if expression.is_empty() {
        String::new()
    } else {
        format!(" {expression}")
    };
    let clause = match text(constraint, "type").as_str() {
        "check" if !expression.is_empty() => format!("check ({expression})"),
        "unique" => format!("unique{extra} ({columns})"),
        "primary_key" => format!("primary key{extra} ({columns})"),
        "foreign_key" => {
            format!(
                "foreign key ({columns}) references {}",
                referenced(constraint, &expression)
            )
        }
        "custom" if !expression.is_empty() => expression,
        "check" | "custom" | "not_null" => return Ok(None),
        _ => {
            let message = format!("Could not parse constraint: {constraint}");
            return Err(raise("DbtValidationError", message));
        }
    };
    Ok(Some(format!("{prefix}{clause}")))
}

/// DuckDB takes no database in front of a referenced table, even its own.
fn referenced(constraint: &Json, expression: &str) -> String {
    let (to, columns) = (text(constraint, "to"), texts(constraint, "to_columns"));
    if to.is_empty() || columns.is_empty() {
        return expression.to_owned();
    }
    let parts: Vec<&str> = to.split('.').collect();
    let to = if parts.len() > 2 {
        parts[1..].join(".")
    } else {
        to
    };
    format!("{to} ({})", columns.join(", "))
}

fn text(json: &Json, key: &str) -> String {
    json.get(key)
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn texts(json: &Json, key: &str) -> Vec<String> {
    let items = json.get(key).and_then(Json::as_array).into_iter().flatten();
    items.filter_map(Json::as_str).map(str::to_owned).collect()
}
