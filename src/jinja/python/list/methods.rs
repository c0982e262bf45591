//! Methods of `list`.

use std::sync::Arc;

use minijinja::{Error, ErrorKind, State, Value};

use super::List;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::{raise, type_error, value_error};
use crate::jinja::library::number::int_argument;
use crate::jinja::python::compare::{equal, sort};
use crate::jinja::python::iterate::{MAX_ITEMS, collect};
use crate::jinja::python::text::repr;

/// Names of the methods.
pub(in crate::jinja::python) const METHODS: &[&str] = &[
    "append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse",
    "sort",
];

fn fits(length: usize, more: usize) -> Result<(), Error> {
    match length + more <= MAX_ITEMS {
        true => Ok(()),
        false => Err(raise(
            "MemoryError",
            "the list is too long: does a loop append to what it reads?",
        )),
    }
}

pub(super) fn call(
    list: &Arc<List>,
    state: &mut State<'_, '_>,
    method: &str,
    args: &[Value],
) -> Result<Value, Error> {
    let none = Ok(Value::from(()));
    match method {
        "append" => {
            let item = one(method, args)?;
            fits(list.len(), 1)?;
            list.with(|items| items.push(item));
            none
        }
        "extend" => {
            let more = collect(&one(method, args)?)?;
            fits(list.len(), more.len())?;
            list.with(|items| items.extend(more));
            none
        }
        "insert" => {
            let [at, item] = two(method, args)?;
            let at = int_argument(&at)?;
            fits(list.len(), 1)?;
            list.with(|items| {
                let at = position(at, items.len());
                items.insert(at, item);
            });
            none
        }
        "pop" => {
            let [at] = optional(method, args)?;
            let at = at.map_or(Ok(-1), |at| int_argument(&at))?;
            list.with(|items| {
                if items.is_empty() {
                    return Err(index_error("pop from empty list"));
                }
                match index(at, items.len()) {
                    Some(at) => Ok(items.remove(at)),
                    None => Err(index_error("pop index out of range")),
                }
            })
        }
        "remove" => {
            let item = one(method, args)?;
            match find(list, &item, 0, usize::MAX) {
                Some(at) => list.with(|items| drop(items.remove(at))),
                None => return Err(value_error("list.remove(x): x not in list")),
            }
            none
        }
        "clear" => {
            nothing(method, args)?;
            drop(list.with(std::mem::take));
            none
        }
        "reverse" => {
            nothing(method, args)?;
            list.with(|items| items.reverse());
            none
        }
        "copy" => {
            nothing(method, args)?;
            Ok(List::value(list.items()))
        }
        "count" => {
            let item = one(method, args)?;
            let items = list.items();
            let count = items.iter().filter(|other| equal(other, &item)).count();
            Ok(Value::from(count))
        }
        "index" => index_of(list, args),
        "sort" => {
            let [key, reverse] = bind("sort", ["key", "reverse"], 0, args)?;
            let key = key.filter(|key| !key.is_none());
            let mut items = list.items();
            sort(
                state,
                &mut items,
                key.as_ref(),
                reverse.is_some_and(|it| it.is_true()),
            )?;
            list.with(|old| *old = items);
            none
        }
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}

fn index_of(list: &List, args: &[Value]) -> Result<Value, Error> {
    let [item, start, stop] = bind("index", ["value", "start", "stop"], 1, args)?;
    let item = item.unwrap_or_default();
    let length = list.len();
    let bound = |at: Option<Value>, default: usize| match at {
        Some(at) => int_argument(&at).map(|at| position(at, length)),
        None => Ok(default),
    };
    let (start, stop) = (bound(start, 0)?, bound(stop, usize::MAX)?);
    match find(list, &item, start, stop) {
        Some(at) => Ok(Value::from(at)),
        None => {
            let item = repr(&item);
            Err(value_error(format!("{item} is not in list")))
        }
    }
}

fn find(list: &List, item: &Value, start: usize, stop: usize) -> Option<usize> {
    let items = list.items();
    let mut places = items.iter().enumerate().take(stop).skip(start);
    places
        .find(|(_, other)| equal(other, item))
        .map(|(at, _)| at)
}

fn index_error(message: &str) -> Error {
    raise("IndexError", message)
}

/// Returns the place of an item, counted from the end if negative.
fn index(at: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).ok()?;
    let at = if at < 0 { at + length } else { at };
    usize::try_from(at).ok().filter(|_| at < length)
}

/// Returns the place between items that is nearest to `at`.
fn position(at: i64, length: usize) -> usize {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let at = if at < 0 {
        (at + length).max(0)
    } else {
        at.min(length)
    };
    usize::try_from(at).unwrap_or_default()
}

fn nothing(method: &str, args: &[Value]) -> Result<(), Error> {
    match args.len() {
        0 => Ok(()),
        given => Err(type_error(format!(
            "list.{method}() takes no arguments ({given} given)"
        ))),
    }
}

fn one(method: &str, args: &[Value]) -> Result<Value, Error> {
    match args {
        [item] if !item.is_kwargs() => Ok(item.clone()),
        _ => {
            let given = args.len();
            let message = format!("list.{method}() takes exactly one argument ({given} given)");
            Err(type_error(message))
        }
    }
}

fn two(method: &str, args: &[Value]) -> Result<[Value; 2], Error> {
    match args {
        [first, second] if !second.is_kwargs() => Ok([first.clone(), second.clone()]),
        _ => {
            let given = args.len();
            Err(type_error(format!(
                "{method} expected 2 arguments, got {given}"
            )))
        }
    }
}

fn optional(method: &str, args: &[Value]) -> Result<[Option<Value>; 1], Error> {
    match args {
        [] => Ok([None]),
        [item] if !item.is_kwargs() => Ok([Some(item.clone())]),
        _ => {
            let given = args.len();
            Err(type_error(format!(
                "{method} expected at most 1 argument, got {given}"
            )))
        }
    }
}
