//! `sum`.

use minijinja::{Error, State, Value};

use super::attributes::Path;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::type_error;
use crate::jinja::python::{add, collect};

/// `sum(iterable, attribute=None, start=0)`.
pub(super) fn sum(state: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value, attribute, start] = bind("do_sum", ["iterable", "attribute", "start"], 1, args)?;
    let path = Path::new(attribute.as_ref());
    let mut sum = start.unwrap_or_else(|| Value::from(0));
    if sum.as_str().is_some() {
        let message = "sum() can't sum strings [use ''.join(seq) instead]";
        return Err(type_error(message));
    }
    for item in collect(&value.unwrap_or_default())? {
        let item = path.of(&item)?;
        if item.is_undefined() {
            return Err(super::undefined());
        }
        sum = add(state, &sum, &item)?;
    }
    Ok(sum)
}
