//! Constraints of contracts as parts of DDL.

use crate::adapters::{self, Adapter, ConstraintError};
use crate::jinja::context::json::to_json;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::raise;
use crate::jinja::python::List;
use crate::jinja::{Error, Value};

/// `render_raw_columns_constraints`: one `name type constraint…` per column.
pub(super) fn render_columns(adapter: &dyn Adapter, args: &[Value]) -> Result<Value, Error> {
    let [columns] = bind("render_raw_columns_constraints", ["raw_columns"], 1, args)?;
    let columns = to_json(&columns.unwrap_or_default());
    let columns = columns.as_object().cloned().unwrap_or_default();
    list(adapters::render_columns(adapter, &columns))
}

/// `render_raw_model_constraints`: one clause per constraint.
pub(super) fn render_model(adapter: &dyn Adapter, args: &[Value]) -> Result<Value, Error> {
    let [constraints] = bind("render_raw_model_constraints", ["raw_constraints"], 1, args)?;
    let constraints = to_json(&constraints.unwrap_or_default());
    let constraints = constraints.as_array().cloned().unwrap_or_default();
    list(adapters::render_model(adapter, &constraints))
}

fn list(rendered: Result<Vec<String>, ConstraintError>) -> Result<Value, Error> {
    let rendered = rendered.map_err(|error| raise("DbtValidationError", error.to_string()))?;
    Ok(List::value(rendered.into_iter().map(Value::from)))
}
