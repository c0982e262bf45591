//! Methods of `tuple`.

use minijinja::{Error, ErrorKind, Value};

use super::compare::equal;
use super::iterate::collect;
use crate::jinja::library::errors::{type_error, value_error};

pub(super) fn call(tuple: &Value, method: &str, args: &[Value]) -> Result<Value, Error> {
    let known = matches!(method, "count" | "index");
    let [item] = args else {
        return Err(match known {
            true => type_error(format!("tuple.{method}() takes exactly one argument")),
            false => Error::from(ErrorKind::UnknownMethod),
        });
    };
    let items = collect(tuple)?;
    let mut found = items
        .iter()
        .enumerate()
        .filter(|(_, other)| equal(other, item));
    match method {
        "count" => Ok(Value::from(found.count())),
        "index" => match found.next() {
            Some((at, _)) => Ok(Value::from(at)),
            None => Err(value_error("tuple.index(x): x not in tuple")),
        },
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}
