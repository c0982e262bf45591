//! `select`, `reject`, `selectattr`, `rejectattr`: items that pass a test, or fail it.

use minijinja::{Error, State, Value};

use super::attributes::Path;
use super::map::call_args;
use super::{argument_error, generator};
use crate::jinja::library::arguments::Arguments;
use crate::jinja::python::{collect, text};

pub(super) fn select(state: &mut State, args: &[Value]) -> Result<Value, Error> {
    filter(state, args, true, false)
}

pub(super) fn reject(state: &mut State, args: &[Value]) -> Result<Value, Error> {
    filter(state, args, false, false)
}

pub(super) fn selectattr(state: &mut State, args: &[Value]) -> Result<Value, Error> {
    filter(state, args, true, true)
}

pub(super) fn rejectattr(state: &mut State, args: &[Value]) -> Result<Value, Error> {
    filter(state, args, false, true)
}

fn filter(
    state: &mut State,
    args: &[Value],
    wanted: bool,
    by_attribute: bool,
) -> Result<Value, Error> {
    let args = Arguments::new(args);
    let (value, mut rest) = args.positional.split_first().map_or_else(
        || (Value::UNDEFINED, args.positional),
        |(value, rest)| (value.clone(), rest),
    );
    if !value.is_true() {
        return Ok(generator(Vec::new()));
    }
    let mut path = Path::default();
    if by_attribute {
        let Some((attribute, others)) = rest.split_first() else {
            return Err(argument_error("Missing parameter for attribute name"));
        };
        (path, rest) = (Path::new(Some(attribute)), others);
    }
    let test = rest
        .split_first()
        .map(|(test, rest)| (text(test), call_args(rest, &args.keywords)));
    let mut kept = Vec::new();
    for item in collect(&value)? {
        let subject = path.of(&item)?;
        let passes = match &test {
            None => subject.is_true(),
            Some((test, rest)) => {
                let mut args = vec![subject];
                args.extend(rest.iter().cloned());
                state.perform_test(test, &args)?
            }
        };
        if passes == wanted {
            kept.push(item);
        }
    }
    Ok(generator(kept))
}
