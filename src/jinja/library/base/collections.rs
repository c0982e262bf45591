//! `set`, `zip` and `diff_of_two_dicts`.

use minijinja::value::Tuple;
use minijinja::{Error, Value};

use super::iterate::{Lazy, zip_all};
use crate::jinja::library::arguments::{Arguments, bind};
use crate::jinja::library::errors::{class_of, raise, type_error};
use crate::jinja::library::number::type_name;
use crate::jinja::python::{Dict, List, Set, collect, entries, hashable};

fn to_set(value: &Value) -> Result<Value, Error> {
    let items = collect(value)?;
    items.iter().try_for_each(hashable)?;
    Ok(Set::value(items))
}

/// Turns a `TypeError` into a default; other failures stay.
fn or_default(result: Result<Value, Error>, default: Option<Value>) -> Result<Value, Error> {
    match result {
        Err(error) if class_of(&error) == Some("TypeError") => {
            Ok(default.unwrap_or(Value::from(())))
        }
        other => other,
    }
}

/// `set(value, default)`.
pub(super) fn set(args: &[Value]) -> Result<Value, Error> {
    let [value, default] = bind("set", ["value", "default"], 1, args)?;
    or_default(to_set(&value.unwrap_or_default()), default)
}

/// `set_strict(value)`.
pub(super) fn set_strict(args: &[Value]) -> Result<Value, Error> {
    let [value] = bind("set_strict", ["value"], 1, args)?;
    to_set(&value.unwrap_or_default()).map_err(|error| strict(&error))
}

fn strict(error: &Error) -> Error {
    let why = error.detail().unwrap_or_default();
    raise("CompilationError", why.to_owned())
}

fn zipped(values: &[Value]) -> Result<Value, Error> {
    let rows = zip_all(values).map_err(|error| zip_error(values, error))?;
    Ok(Lazy::value(
        "zip",
        rows.map(|row| row.map(|row| Value::from(Tuple::from(row)))),
    ))
}

/// Python's `zip` names the argument that is at fault.
fn zip_error(values: &[Value], error: Error) -> Error {
    let bad = values.iter().position(|value| collect(value).is_err());
    match bad {
        Some(at) => type_error(format!(
            "'{}' object is not iterable",
            type_name(&values[at])
        )),
        None => error,
    }
}

/// `zip(*args, default)`.
pub(super) fn zip(args: &[Value]) -> Result<Value, Error> {
    let mut args = Arguments::new(args);
    let default = args.take("default");
    args.finish("zip")?;
    or_default(zipped(args.positional), default)
}

/// `zip_strict(*args)`.
pub(super) fn zip_strict(args: &[Value]) -> Result<Value, Error> {
    let args = Arguments::new(args);
    args.finish("zip_strict")?;
    zipped(args.positional).map_err(|error| strict(&error))
}

/// `diff_of_two_dicts(dict_a, dict_b)`: what the first has more, whatever the case.
pub(super) fn diff_of_two_dicts(args: &[Value]) -> Result<Value, Error> {
    let [a, b] = bind("diff_of_two_dicts", ["dict_a", "dict_b"], 2, args)?;
    let (a, b) = (a.unwrap_or_default(), b.unwrap_or_default());
    let folded = |value: &Value| match value.as_str() {
        Some(text) => Ok(super::super::strings::casefold(text)),
        None => {
            let name = type_name(value);
            Err(type_error(format!(
                "'{name}' object has no attribute 'casefold'"
            )))
        }
    };
    let mut known: Vec<(String, Vec<String>)> = Vec::new();
    for (key, values) in entries(&b) {
        let values = collect(&values)?
            .iter()
            .map(folded)
            .collect::<Result<_, _>>()?;
        known.push((folded(&key)?, values));
    }
    let mut rest: Vec<(Value, Value)> = Vec::new();
    for (key, values) in entries(&a) {
        let name = folded(&key)?;
        // A later key replaces an earlier one that differs only in case.
        let Some((_, others)) = known.iter().rev().find(|(other, _)| *other == name) else {
            rest.push((key, values));
            continue;
        };
        let mut more = Vec::new();
        for value in collect(&values)? {
            if !others.contains(&folded(&value)?) {
                more.push(value);
            }
        }
        if !more.is_empty() {
            rest.push((key, List::value(more)));
        }
    }
    Ok(Dict::value(rest))
}
