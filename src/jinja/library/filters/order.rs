//! Filters that order, group and tell apart: `sort`, `dictsort`, `groupby`, `unique`, `min`, `max`.

use indexmap::IndexSet;
use minijinja::{Error, State, Value};

use super::attributes::{Path, folded};
use super::{argument_error, generator, sequences};
use crate::jinja::library::arguments::bind;
use crate::jinja::python::{Class, Key, List, collect, entries, equal, ordered, sort_pairs};

fn flag(value: Option<Value>) -> bool {
    value.is_some_and(|value| value.is_true())
}

/// `sort(value, reverse=False, case_sensitive=False, attribute=None)`.
pub(super) fn sort(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let names = ["value", "reverse", "case_sensitive", "attribute"];
    let [value, reverse, case_sensitive, attribute] = bind("do_sort", names, 1, args)?;
    let (reverse, case_sensitive) = (flag(reverse), flag(case_sensitive));
    let paths = Path::several(attribute.as_ref());
    let mut keyed = Vec::new();
    for item in collect(&value.unwrap_or_default())? {
        let key = |path: &Path| Ok::<_, Error>(folded(path.of(&item)?, case_sensitive));
        let key = match paths.as_slice() {
            [path] => key(path)?,
            several => List::value(several.iter().map(key).collect::<Result<Vec<_>, _>>()?),
        };
        keyed.push((key, item));
    }
    let sorted = sort_pairs(keyed, reverse)?;
    Ok(List::value(sorted.into_iter().map(|(_, item)| item)))
}

/// `dictsort(value, case_sensitive=False, by='key', reverse=False)`.
pub(super) fn dictsort(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let names = ["value", "case_sensitive", "by", "reverse"];
    let [value, case_sensitive, by, reverse] = bind("do_dictsort", names, 1, args)?;
    let (case_sensitive, reverse) = (flag(case_sensitive), flag(reverse));
    let value = value.unwrap_or_default();
    if value.is_undefined() {
        return Err(super::undefined());
    }
    let by_value = match by.as_ref().map_or(Some("key"), |by| by.as_str()) {
        Some("key") => false,
        Some("value") => true,
        _ => {
            let message = "You can only sort by either \"key\" or \"value\"";
            return Err(argument_error(message));
        }
    };
    if Class::of(&value) != Class::Dict {
        let name = crate::jinja::library::number::type_name(&value);
        return Err(crate::jinja::library::errors::raise(
            "AttributeError",
            format!("'{name}' object has no attribute 'items'"),
        ));
    }
    let keyed = entries(&value).into_iter().map(|(key, value)| {
        let by = if by_value { value.clone() } else { key.clone() };
        (folded(by, case_sensitive), Value::from((key, value)))
    });
    let sorted = sort_pairs(keyed.collect(), reverse)?;
    Ok(List::value(sorted.into_iter().map(|(_, pair)| pair)))
}

/// `groupby(value, attribute, default=None, case_sensitive=False)`.
pub(super) fn groupby(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let names = ["value", "attribute", "default", "case_sensitive"];
    let [value, attribute, default, case_sensitive] = bind("do_groupby", names, 2, args)?;
    let case_sensitive = flag(case_sensitive);
    let path = Path::new(attribute.as_ref()).or(default);
    let mut keyed = Vec::new();
    for item in collect(&value.unwrap_or_default())? {
        keyed.push((folded(path.of(&item)?, case_sensitive), item));
    }
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    for (key, item) in sort_pairs(keyed, false)? {
        match groups.last_mut() {
            Some((known, items)) if equal(known, &key) => items.push(item),
            _ => groups.push((key, vec![item])),
        }
    }
    let mut pairs = Vec::with_capacity(groups.len());
    for (key, items) in groups {
        // The name of a group is written as its first item has it.
        let key = match items.first() {
            Some(first) if !case_sensitive => path.of(first)?,
            _ => key,
        };
        pairs.push(sequences::group(key, items));
    }
    Ok(List::value(pairs))
}

/// `unique(value, case_sensitive=False, attribute=None)`.
pub(super) fn unique(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let names = ["value", "case_sensitive", "attribute"];
    let [value, case_sensitive, attribute] = bind("do_unique", names, 1, args)?;
    let case_sensitive = flag(case_sensitive);
    let path = Path::new(attribute.as_ref());
    let mut seen = IndexSet::new();
    let mut kept = Vec::new();
    for item in collect(&value.unwrap_or_default())? {
        let key = folded(path.of(&item)?, case_sensitive);
        if seen.insert(Key::checked(key)?) {
            kept.push(item);
        }
    }
    Ok(generator(kept))
}

/// `min(value, case_sensitive=False, attribute=None)`.
pub(super) fn min(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    extreme("do_min", args, "<")
}

/// `max(value, case_sensitive=False, attribute=None)`.
pub(super) fn max(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    extreme("do_max", args, ">")
}

fn extreme(function: &str, args: &[Value], better: &str) -> Result<Value, Error> {
    let names = ["value", "case_sensitive", "attribute"];
    let [value, case_sensitive, attribute] = bind(function, names, 1, args)?;
    let case_sensitive = flag(case_sensitive);
    let path = Path::new(attribute.as_ref());
    let mut best: Option<(Value, Value)> = None;
    for item in collect(&value.unwrap_or_default())? {
        let key = folded(path.of(&item)?, case_sensitive);
        match &best {
            Some((known, _)) if !ordered(better, &key, known)? => {}
            _ => best = Some((key, item)),
        }
    }
    Ok(best.map(|(_, item)| item).unwrap_or_default())
}
