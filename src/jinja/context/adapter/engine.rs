//! Methods of `adapter` that only the engine at hand has.

use crate::adapters::{Adapter, AdapterError, Argument, Connection, Method};
use crate::jinja::context::json::{from_json, to_json};
use crate::jinja::library;
use crate::jinja::library::arguments::bind_all;
use crate::jinja::library::errors::raise;
use crate::jinja::python::Dict;
use crate::jinja::{Error, Value};

use super::run::database_error;

/// Finds a method by name.
pub(super) fn find(adapter: &dyn Adapter, name: &str) -> Option<&'static Method> {
    adapter.methods().iter().find(|method| method.name == name)
}

/// Calls a method. What it changes in a dict that it was given is written back.
pub(super) fn call(
    adapter: &dyn Adapter,
    connection: Option<&mut dyn Connection>,
    method: &Method,
    args: &[Value],
) -> Result<Value, Error> {
    let given = bind_all(method.name, method.parameters, args)?;
    let before: Vec<Argument> = given.iter().map(argument).collect();
    let mut after = before.clone();
    let answer = adapter.call(connection, method.name, &mut after);
    let answer = answer.map_err(|error| match error {
        AdapterError::Method { .. } => raise("CompilationError", error.to_string()),
        error => database_error(error, ""),
    })?;
    for (value, (before, after)) in given.iter().zip(before.iter().zip(&after)) {
        if before != after {
            write_back(value, after);
        }
    }
    Ok(from_json(&answer))
}

fn argument(value: &Value) -> Argument {
    match library::relation_of(value) {
        Some(relation) => Argument::Relation(relation),
        None => Argument::Value(to_json(value)),
    }
}

fn write_back(value: &Value, changed: &Argument) {
    let (Some(dict), Argument::Value(serde_json::Value::Object(entries))) =
        (value.downcast_object_ref::<Dict>(), changed)
    else {
        return;
    };
    for (key, value) in entries {
        dict.insert(key.as_str(), from_json(value));
    }
}
