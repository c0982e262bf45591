//! Methods of `dict`. Those that only read work on maps of other kinds too.

use minijinja::{Error, ErrorKind, State, Value};

use super::views::{View, ViewKind};
use super::{Dict, entries, lookup};
use crate::jinja::library::arguments::Arguments;
use crate::jinja::library::errors::{raise, type_error, value_error};
use crate::jinja::python::iterate::collect;
use crate::jinja::python::key::{Key, hashable};
use crate::jinja::python::text::repr;

/// Names of the methods.
pub(in crate::jinja::python) const METHODS: &[&str] = &[
    "clear",
    "copy",
    "fromkeys",
    "get",
    "items",
    "keys",
    "pop",
    "popitem",
    "setdefault",
    "update",
    "values",
];

pub(in crate::jinja::python) fn call(
    map: &Value,
    _state: &mut State<'_, '_>,
    method: &str,
    args: &[Value],
) -> Result<Value, Error> {
    match method {
        "get" => {
            let (key, default) = one_or_two(method, args)?;
            hashable(&key)?;
            let found = lookup(map, &key);
            Ok(found.unwrap_or_else(|| default.unwrap_or(Value::from(()))))
        }
        "items" => nothing(method, args).map(|()| View::value(map, ViewKind::Items)),
        "keys" => nothing(method, args).map(|()| View::value(map, ViewKind::Keys)),
        "values" => nothing(method, args).map(|()| View::value(map, ViewKind::Values)),
        "copy" => nothing(method, args).map(|()| Dict::value(entries(map))),
        "fromkeys" => from_keys(args),
        _ => match map.downcast_object_ref::<Dict>() {
            Some(dict) => change(dict, method, args),
            None if METHODS.contains(&method) => Err(type_error(
                "this mapping cannot be changed; copy it with dict()",
            )),
            None => Err(Error::from(ErrorKind::UnknownMethod)),
        },
    }
}

fn change(dict: &Dict, method: &str, args: &[Value]) -> Result<Value, Error> {
    match method {
        "update" => {
            let more = updates("update", args)?;
            dict.with(|entries| entries.extend(more));
            Ok(Value::from(()))
        }
        "setdefault" => {
            let (key, default) = one_or_two(method, args)?;
            let key = Key::checked(key)?;
            let default = default.unwrap_or(Value::from(()));
            Ok(dict.with(|entries| entries.entry(key).or_insert(default).clone()))
        }
        "pop" => {
            let (key, default) = one_or_two(method, args)?;
            let key = Key::checked(key)?;
            let found = dict.with(|entries| entries.shift_remove(&key));
            found
                .or(default)
                .ok_or_else(|| raise("KeyError", repr(key.value())))
        }
        "popitem" => {
            nothing(method, args)?;
            let last = dict.with(|entries| entries.pop());
            let pair = |(key, value): (Key, Value)| pair(key.into_value(), value);
            let empty = || raise("KeyError", "'popitem(): dictionary is empty'");
            last.map(pair).ok_or_else(empty)
        }
        "clear" => {
            nothing(method, args)?;
            drop(dict.with(std::mem::take));
            Ok(Value::from(()))
        }
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}

/// Makes the tuple of a key and its value.
pub(super) fn pair(key: Value, value: Value) -> Value {
    Value::from_object(minijinja::value::Tuple::from([key, value]))
}

/// Reads what `dict()` and `update()` are given: a map or pairs, and named values.
pub(crate) fn updates(function: &str, args: &[Value]) -> Result<Vec<(Key, Value)>, Error> {
    let args = Arguments::new(args);
    let mut more = Vec::new();
    match args.positional {
        [] => {}
        [only] if only.kind() == minijinja::value::ValueKind::Map => {
            let all = entries(only).into_iter();
            more.extend(all.map(|(key, value)| (Key::new(key), value)));
        }
        [only] => {
            for (at, item) in collect(only)?.iter().enumerate() {
                more.push(as_pair(at, item)?);
            }
        }
        _ => {
            let given = args.positional.len();
            let message = format!("{function} expected at most 1 argument, got {given}");
            return Err(type_error(message));
        }
    }
    let named = args.keywords.into_iter();
    more.extend(named.map(|(name, value)| (Key::new(Value::from(name)), value)));
    Ok(more)
}

fn as_pair(at: usize, item: &Value) -> Result<(Key, Value), Error> {
    let Ok(parts) = collect(item) else {
        return Err(type_error(format!(
            "cannot convert dictionary update sequence element #{at} to a sequence"
        )));
    };
    match <[Value; 2]>::try_from(parts) {
        Ok([key, value]) => Ok((Key::checked(key)?, value)),
        Err(parts) => Err(value_error(format!(
            "dictionary update sequence element #{at} has length {}; 2 is required",
            parts.len()
        ))),
    }
}

fn from_keys(args: &[Value]) -> Result<Value, Error> {
    let (keys, value) = one_or_two("fromkeys", args)?;
    let value = value.unwrap_or(Value::from(()));
    let keys = collect(&keys)?.into_iter();
    let entries: Result<_, Error> = keys
        .map(|key| Ok((Key::checked(key)?, value.clone())))
        .collect();
    Ok(Value::from_object(Dict::new(entries?)))
}

fn nothing(method: &str, args: &[Value]) -> Result<(), Error> {
    match args.len() {
        0 => Ok(()),
        given => Err(type_error(format!(
            "dict.{method}() takes no arguments ({given} given)"
        ))),
    }
}

fn one_or_two(method: &str, args: &[Value]) -> Result<(Value, Option<Value>), Error> {
    match args {
        [key] if !key.is_kwargs() => Ok((key.clone(), None)),
        [key, default] if !default.is_kwargs() => Ok((key.clone(), Some(default.clone()))),
        [] => Err(type_error(format!(
            "{method} expected at least 1 argument, got 0"
        ))),
        [.., last] if last.is_kwargs() => Err(type_error(format!(
            "dict.{method}() takes no keyword arguments"
        ))),
        _ => {
            let given = args.len();
            Err(type_error(format!(
                "{method} expected at most 2 arguments, got {given}"
            )))
        }
    }
}
