//! Methods of `set`.

use std::sync::Arc;

use indexmap::IndexSet;
use minijinja::{Error, ErrorKind, Value};

use super::Set;
use crate::jinja::library::errors::{raise, type_error};
use crate::jinja::python::iterate::collect;
use crate::jinja::python::key::{Key, hashable};
use crate::jinja::python::text::repr;

/// Names of the methods.
pub(in crate::jinja::python) const METHODS: &[&str] = &[
    "add",
    "clear",
    "copy",
    "difference",
    "difference_update",
    "discard",
    "intersection",
    "intersection_update",
    "isdisjoint",
    "issubset",
    "issuperset",
    "pop",
    "remove",
    "symmetric_difference",
    "symmetric_difference_update",
    "union",
    "update",
];

type Keys = IndexSet<Key>;

pub(super) fn call(set: &Arc<Set>, method: &str, args: &[Value]) -> Result<Value, Error> {
    let none = Value::from(());
    let copy = || set.with(|items| items.clone());
    Ok(match method {
        "add" => {
            let item = Key::checked(one(method, args)?)?;
            set.with(|items| items.insert(item));
            none
        }
        "discard" | "remove" => {
            let item = one(method, args)?;
            hashable(&item)?;
            let key = Key::new(item);
            let found = set.with(|items| items.shift_remove(&key));
            if !found && method == "remove" {
                return Err(raise("KeyError", repr(key.value())));
            }
            none
        }
        "pop" => {
            let first = set.items().into_iter().next();
            let Some(first) = first else {
                return Err(raise("KeyError", "'pop from an empty set'"));
            };
            set.with(|items| items.shift_remove(&Key::new(first.clone())));
            first
        }
        "clear" => {
            drop(set.with(std::mem::take));
            none
        }
        "copy" => Value::from_object(Set::new(copy())),
        "union" => Value::from_object(Set::new(combine(copy(), args, unite)?)),
        "intersection" => Value::from_object(Set::new(combine(copy(), args, intersect)?)),
        "difference" => Value::from_object(Set::new(combine(copy(), args, subtract)?)),
        "symmetric_difference" => {
            let other = [one(method, args)?];
            Value::from_object(Set::new(combine(copy(), &other, either)?))
        }
        "update" => replace(set, combine(copy(), args, unite)?),
        "intersection_update" => replace(set, combine(copy(), args, intersect)?),
        "difference_update" => replace(set, combine(copy(), args, subtract)?),
        "symmetric_difference_update" => replace(set, combine(copy(), args, either)?),
        "isdisjoint" => {
            let other = keys(&one(method, args)?)?;
            Value::from(copy().is_disjoint(&other))
        }
        "issubset" => Value::from(copy().is_subset(&keys(&one(method, args)?)?)),
        "issuperset" => Value::from(copy().is_superset(&keys(&one(method, args)?)?)),
        _ => return Err(Error::from(ErrorKind::UnknownMethod)),
    })
}

/// Returns the items of `a` that are not in `b`.
pub(in crate::jinja::python) fn difference(a: &Set, b: &Set) -> Value {
    let (mut items, others) = (a.with(|it| it.clone()), b.with(|it| it.clone()));
    items.retain(|item| !others.contains(item));
    Value::from_object(Set::new(items))
}

fn replace(set: &Set, items: Keys) -> Value {
    set.with(|old| *old = items);
    Value::from(())
}

fn combine(mut items: Keys, args: &[Value], with: fn(&mut Keys, Keys)) -> Result<Keys, Error> {
    for other in args {
        with(&mut items, keys(other)?);
    }
    Ok(items)
}

fn keys(value: &Value) -> Result<Keys, Error> {
    collect(value)?.into_iter().map(Key::checked).collect()
}

fn unite(items: &mut Keys, other: Keys) {
    items.extend(other);
}

fn intersect(items: &mut Keys, other: Keys) {
    items.retain(|item| other.contains(item));
}

fn subtract(items: &mut Keys, other: Keys) {
    items.retain(|item| !other.contains(item));
}

fn either(items: &mut Keys, other: Keys) {
    for item in other {
        if !items.shift_remove(&item) {
            items.insert(item);
        }
    }
}

fn one(method: &str, args: &[Value]) -> Result<Value, Error> {
    match args {
        [item] if !item.is_kwargs() => Ok(item.clone()),
        _ => {
            let given = args.len();
            let message = format!("set.{method}() takes exactly one argument ({given} given)");
            Err(type_error(message))
        }
    }
}
