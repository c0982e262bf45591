//! Filters that take or make sequences.

use minijinja::value::ValueKind;
use minijinja::{Error, State, Value};

use super::attributes::Path;
use super::{argument_error, generator};
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::{type_error, zero_division};
use crate::jinja::library::number::{int_argument, type_name};
use crate::jinja::python::{Class, List, collect, entries, text};

/// `length`.
pub(super) fn length(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value] = bind("len", ["obj"], 1, args)?;
    let value = value.unwrap_or_default();
    match Class::of(&value) {
        Class::Undefined => Ok(Value::from(0)),
        Class::None | Class::Bool | Class::Int | Class::Float => Err(no_length(&value)),
        _ => value
            .len()
            .map(Value::from)
            .ok_or_else(|| no_length(&value)),
    }
}

fn no_length(value: &Value) -> Error {
    type_error(format!(
        "object of type '{}' has no len()",
        type_name(value)
    ))
}

/// `default(value, default_value='', boolean=False)`.
pub(super) fn default(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let names = ["value", "default_value", "boolean"];
    let [value, default, boolean] = bind("do_default", names, 1, args)?;
    let value = value.unwrap_or_default();
    let boolean = boolean.is_some_and(|it| it.is_true());
    if value.is_undefined() || (boolean && !value.is_true()) {
        return Ok(default.unwrap_or_else(|| Value::from("")));
    }
    Ok(value)
}

/// `first`.
pub(super) fn first(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value] = bind("do_first", ["seq"], 1, args)?;
    let mut items = crate::jinja::python::items(&value.unwrap_or_default())?;
    items.next().unwrap_or(Ok(Value::UNDEFINED))
}

/// `last`.
pub(super) fn last(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value] = bind("do_last", ["seq"], 1, args)?;
    let value = value.unwrap_or_default();
    if Class::of(&value) == Class::Other && value.kind() == ValueKind::Iterable {
        let name = type_name(&value);
        return Err(type_error(format!("'{name}' object is not reversible")));
    }
    if Class::of(&value) == Class::Set {
        return Err(type_error("'set' object is not reversible"));
    }
    Ok(collect(&value)?.pop().unwrap_or_default())
}

/// `reverse`.
pub(super) fn reverse(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value] = bind("do_reverse", ["value"], 1, args)?;
    let value = value.unwrap_or_default();
    if let Some(text) = value.as_str() {
        return Ok(Value::from(text.chars().rev().collect::<String>()));
    }
    let mut items = collect(&value).map_err(|_| argument_error("argument must be iterable"))?;
    items.reverse();
    Ok(match value.kind() {
        ValueKind::Iterable => List::value(items),
        _ => super::Lazy::value("list_reverseiterator", items.into_iter().map(Ok)),
    })
}

/// `list`.
pub(super) fn list(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value] = bind("do_list", ["value"], 1, args)?;
    Ok(List::value(collect(&value.unwrap_or_default())?))
}

/// `items`.
pub(super) fn items(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value] = bind("do_items", ["value"], 1, args)?;
    let value = value.unwrap_or_default();
    match Class::of(&value) {
        Class::Undefined => Ok(generator(Vec::new())),
        Class::Dict => Ok(generator(
            entries(&value).into_iter().map(Value::from).collect(),
        )),
        _ => Err(type_error("Can only get item pairs from a mapping.")),
    }
}

/// `join(value, d='', attribute=None)`.
pub(super) fn join(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value, between, attribute] = bind("do_join", ["value", "d", "attribute"], 1, args)?;
    let between = between.map(|between| text(&between)).unwrap_or_default();
    let path = Path::new(attribute.as_ref());
    let mut joined = String::new();
    for (at, item) in collect(&value.unwrap_or_default())?.iter().enumerate() {
        if at > 0 {
            joined.push_str(&between);
        }
        crate::jinja::python::write_text(&mut joined, &path.of(item)?);
    }
    Ok(Value::from(joined))
}

/// `random`: dsql takes items in an order that is the same in every rendering of a template, so that
/// a run can be repeated.
pub(super) fn random(state: &mut State, args: &[Value]) -> Result<Value, Error> {
    const TURN: &str = "dsql.random";
    let [value] = bind("do_random", ["seq"], 1, args)?;
    let items = collect(&value.unwrap_or_default())?;
    let turn = state.get_temp(TURN).and_then(|it| u64::try_from(it).ok());
    let turn = turn.unwrap_or(0);
    state.set_temp(TURN, Value::from(turn.wrapping_add(1)));
    let at = usize::try_from(turn.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33).unwrap_or(0);
    Ok(items
        .get(at % items.len().max(1))
        .cloned()
        .unwrap_or_default())
}

/// `batch(value, linecount, fill_with=None)`.
pub(super) fn batch(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let names = ["value", "linecount", "fill_with"];
    let [value, count, fill] = bind("do_batch", names, 2, args)?;
    let count = usize::try_from(int_argument(&count.unwrap_or_default())?).unwrap_or(0);
    let fill = fill.filter(|fill| !fill.is_none());
    let items = collect(&value.unwrap_or_default())?;
    let mut lines: Vec<Vec<Value>> = Vec::new();
    let mut line: Vec<Value> = Vec::new();
    for item in items {
        if line.len() == count {
            lines.push(std::mem::take(&mut line));
        }
        line.push(item);
    }
    if !line.is_empty() {
        if let Some(fill) = fill {
            line.resize(line.len().max(count), fill);
        }
        lines.push(line);
    }
    Ok(generator(lines.into_iter().map(List::value).collect()))
}

/// `slice(value, slices, fill_with=None)`.
pub(super) fn slice(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let names = ["value", "slices", "fill_with"];
    let [value, slices, fill] = bind("do_slice", names, 2, args)?;
    let slices = int_argument(&slices.unwrap_or_default())?;
    let fill = fill.filter(|fill| !fill.is_none());
    let items = collect(&value.unwrap_or_default())?;
    if slices == 0 {
        return Err(zero_division("integer division or modulo by zero"));
    }
    let slices = usize::try_from(slices).unwrap_or(0);
    let (every, more) = (items.len() / slices.max(1), items.len() % slices.max(1));
    let mut rest = items.into_iter();
    let mut lines = Vec::new();
    for at in 0..slices {
        let length = every + usize::from(at < more);
        let mut line: Vec<Value> = rest.by_ref().take(length).collect();
        if at >= more {
            line.extend(fill.clone());
        }
        lines.push(List::value(line));
    }
    Ok(generator(lines))
}

/// dbt's `is_list`.
pub(super) fn is_list(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value] = bind("is_list", ["value"], 1, args)?;
    Ok(Value::from(
        Class::of(&value.unwrap_or_default()) == Class::List,
    ))
}

/// Makes a pair with names, as `groupby` gives.
pub(super) fn group(grouper: Value, list: Vec<Value>) -> Value {
    crate::jinja::library::named_tuple::plain(vec![
        ("grouper", grouper),
        ("list", List::value(list)),
    ])
}
