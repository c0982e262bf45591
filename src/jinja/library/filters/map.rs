//! `map`: an attribute of each item, or each item sent through a filter.

use minijinja::value::Kwargs;
use minijinja::{Error, State, Value};

use super::attributes::Path;
use super::{argument_error, generator};
use crate::jinja::library::arguments::Arguments;
use crate::jinja::library::object::quoted;
use crate::jinja::python::{collect, text, valid};

/// Puts arguments back into the form that a call has.
pub(super) fn call_args(positional: &[Value], keywords: &[(String, Value)]) -> Vec<Value> {
    let mut args = positional.to_vec();
    if !keywords.is_empty() {
        let keywords = keywords.iter().cloned();
        args.push(Value::from(Kwargs::from_iter(keywords)));
    }
    args
}

/// `map(value, attribute=…, default=…)` or `map(value, filter, …)`.
pub(super) fn map(state: &mut State, args: &[Value]) -> Result<Value, Error> {
    let mut args = Arguments::new(args);
    let Some((value, rest)) = args.positional.split_first() else {
        return Err(argument_error("map requires a filter argument"));
    };
    if !value.is_true() {
        return Ok(generator(Vec::new()));
    }
    let items = collect(value)?;
    if rest.is_empty()
        && let Some(attribute) = args.take("attribute")
    {
        let path = Path::new(Some(&attribute)).or(args.take("default"));
        if let Some((name, _)) = args.keywords.first() {
            let name = quoted(name);
            return Err(argument_error(format!(
                "Unexpected keyword argument {name}"
            )));
        }
        let found = items.iter().map(|item| path.of(item));
        return Ok(generator(found.collect::<Result<_, _>>()?));
    }
    let Some((filter, rest)) = rest.split_first() else {
        return Err(argument_error("map requires a filter argument"));
    };
    let filter = text(filter);
    let rest = call_args(rest, &args.keywords);
    let mut mapped = Vec::with_capacity(items.len());
    for item in items {
        let mut args = vec![item];
        args.extend(rest.iter().cloned());
        mapped.push(state.apply_filter(&filter, &args).and_then(valid)?);
    }
    Ok(generator(mapped))
}
