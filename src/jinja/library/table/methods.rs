//! New tables out of old ones, and printing: the methods of agate's `Table`.

use std::sync::Arc;

use minijinja::value::ValueKind;
use minijinja::{Error, State, Value};

use super::join::join;
use super::sequence::{Kind, Sequence, place};
use super::table_set::GroupKey;
use super::{TableObject, print};
use crate::adapters::CellType;
use crate::jinja::library::arguments::{Arguments, bind};
use crate::jinja::library::errors::{raise, type_error, value_error};
use crate::jinja::library::number::int_argument;
use crate::jinja::library::object::not_implemented;
use crate::jinja::python::{Key, collect, entries, equal, repr, sort_pairs, text};
use crate::jinja::session::Session;

/// Names of the methods.
pub(super) const NAMES: &[&str] = &[
    "select",
    "exclude",
    "rename",
    "where",
    "find",
    "order_by",
    "limit",
    "distinct",
    "group_by",
    "join",
    "print_table",
    "print_csv",
    "print_json",
    "print_structure",
];

/// Methods of agate's tables that dsql does not have.
const MISSING: &[&str] = &[
    "aggregate",
    "bar_chart",
    "bins",
    "column_chart",
    "compute",
    "denormalize",
    "homogenize",
    "line_chart",
    "merge",
    "normalize",
    "pivot",
    "print_bars",
    "print_html",
    "scatterplot",
    "to_csv",
    "to_json",
];

/// Calls a method.
pub(super) fn call(
    table: &TableObject,
    state: &mut State,
    name: &str,
    args: &[Value],
) -> Result<Value, Error> {
    match name {
        "select" | "exclude" => {
            let [key] = bind(name, ["key"], 1, args)?;
            let names = names(&key.unwrap_or_default())?;
            select(table, &names, name == "exclude")
        }
        "rename" => rename(table, args),
        "where" | "find" => {
            let [test] = bind(name, ["test"], 1, args)?;
            filter(table, state, &test.unwrap_or_default(), name == "find")
        }
        "order_by" => order_by(table, state, args),
        "limit" => limit(table, args),
        "distinct" => distinct(table, state, args),
        "group_by" => group_by(table, state, args),
        "join" => join(table, state, args),
        "print_table" => printed(state, print::table(table, args)?),
        "print_csv" => printed(state, print::csv(table)),
        "print_json" => printed(state, print::json(table)),
        "print_structure" => printed(state, print::structure(table)),
        _ if MISSING.contains(&name) => Err(raise(
            "NotImplementedError",
            format!("dsql has no `{name}` for the results of queries: do it in SQL"),
        )),
        _ => Err(not_implemented()),
    }
}

/// Sends a text where `print()` sends its texts.
fn printed(state: &mut State, text: String) -> Result<Value, Error> {
    let print = Session::of(state).and_then(|session| session.builtin("print"));
    if let Some(print) = print {
        print.call(state, &[Value::from(text.trim_end_matches('\n'))])?;
    }
    Ok(Value::from(()))
}

/// Reads one name, or several.
pub(super) fn names(key: &Value) -> Result<Vec<Value>, Error> {
    match key.as_str() {
        Some(_) => Ok(vec![key.clone()]),
        None => collect(key),
    }
}

fn select(table: &TableObject, names: &[Value], exclude: bool) -> Result<Value, Error> {
    let mut places = Vec::new();
    for name in names {
        match table.position(name) {
            Some(at) => places.push(at),
            None if exclude => {}
            None => return Err(value_error("tuple.index(x): x not in tuple")),
        }
    }
    if exclude {
        places = (0..table.columns.len())
            .filter(|at| !places.contains(at))
            .collect();
    }
    let columns = places.iter().map(|at| table.columns[*at].clone()).collect();
    let rows = table.rows.iter().map(|row| {
        let cells = places.iter().map(|at| row[*at].clone());
        cells.collect::<Vec<_>>().into()
    });
    Ok(TableObject::new(columns, rows.collect()).into())
}

fn rename(table: &TableObject, args: &[Value]) -> Result<Value, Error> {
    let mut args = Arguments::new(args);
    let names = args
        .positional
        .first()
        .cloned()
        .or_else(|| args.take("column_names"));
    for other in ["row_names", "slug_columns", "slug_rows"] {
        if args.take(other).is_some_and(|it| it.is_true()) {
            return Err(type_error(format!("rename() takes no `{other}` here")));
        }
    }
    args.finish("rename")?;
    let mut columns = table.columns.to_vec();
    let Some(names) = names.filter(|names| !names.is_none()) else {
        return Ok(table.clone().into());
    };
    if names.kind() == ValueKind::Map {
        for (old, new) in entries(&names) {
            let old = text(&old);
            for column in columns.iter_mut().filter(|column| column.name == old) {
                column.name = text(&new);
            }
        }
    } else {
        let names = collect(&names)?;
        if names.len() != columns.len() {
            let message = "column_names and column_types must be the same length.";
            return Err(value_error(message));
        }
        for (column, name) in columns.iter_mut().zip(&names) {
            column.name = text(name);
        }
    }
    Ok(TableObject::new(columns, table.rows.clone()).into())
}

fn filter(
    table: &TableObject,
    state: &mut State,
    test: &Value,
    first: bool,
) -> Result<Value, Error> {
    let mut kept = Vec::new();
    for (at, cells) in table.rows.iter().enumerate() {
        let row = table.row(at).unwrap_or_default();
        if test.call(state, std::slice::from_ref(&row))?.is_true() {
            if first {
                return Ok(row);
            }
            kept.push(cells.clone());
        }
    }
    Ok(match first {
        true => Value::from(()),
        false => table.with_rows(kept).into(),
    })
}

/// What rows are ordered, grouped, joined or told apart by.
pub(super) struct Keys {
    /// One key a row.
    pub(super) all: Vec<Vec<Value>>,
    /// The columns that they are made of.
    pub(super) places: Vec<usize>,
    /// Whether a list of columns was given.
    pub(super) is_several: bool,
}

/// Makes keys of a column, of several, or of what a function gives.
pub(super) fn keys(table: &TableObject, state: &mut State, key: &Value) -> Result<Keys, Error> {
    let callable = key.kind() == ValueKind::Plain && key.as_object().is_some();
    let is_several = !callable && key.as_str().is_none() && !key.is_number();
    let mut places = Vec::new();
    if !callable {
        let names = match is_several {
            true => collect(key)?,
            false => vec![key.clone()],
        };
        for name in names {
            let at = table.position(&name);
            let at = at.or_else(|| place(&name, table.columns.len()));
            places.push(at.ok_or_else(|| raise("KeyError", repr(&name)))?);
        }
    }
    let mut all = Vec::with_capacity(table.rows.len());
    for (at, row) in table.rows.iter().enumerate() {
        all.push(match callable {
            true => vec![key.call(state, &[table.row(at).unwrap_or_default()])?],
            false => places.iter().map(|at| row[*at].clone()).collect(),
        });
    }
    Ok(Keys {
        all,
        places,
        is_several,
    })
}

fn order_by(table: &TableObject, state: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [key, reverse] = bind("order_by", ["key", "reverse"], 1, args)?;
    let reverse = reverse.is_some_and(|it| it.is_true());
    let keys = keys(table, state, &key.unwrap_or_default())?.all;
    // Nulls are larger than everything else.
    let sortable = |parts: Vec<Value>| {
        let parts = parts.into_iter().map(|part| match part.is_none() {
            true => Value::from((1, 0)),
            false => Value::from((0, part)),
        });
        Value::from(minijinja::value::Tuple::from(parts.collect::<Vec<_>>()))
    };
    let keyed = keys
        .into_iter()
        .map(sortable)
        .zip(table.rows.iter().cloned());
    let sorted = sort_pairs(keyed.collect(), reverse)?;
    Ok(table
        .with_rows(sorted.into_iter().map(|(_, row)| row).collect())
        .into())
}

fn limit(table: &TableObject, args: &[Value]) -> Result<Value, Error> {
    let bound = bind("limit", ["start_or_stop", "stop", "step"], 0, args)?;
    let mut numbers = [None; 3];
    for (number, value) in numbers.iter_mut().zip(bound) {
        if let Some(value) = value.filter(|value| !value.is_none()) {
            *number = Some(int_argument(&value)?);
        }
    }
    let [first, stop, step] = numbers;
    let (start, stop) = match (stop, step) {
        (None, None) => (None, first),
        _ => (first, stop),
    };
    let part = |number: Option<i64>| number.map_or(Value::from(()), Value::from);
    let (start, stop, step) = (part(start), part(stop), part(step));
    let places = (0..table.rows.len()).map(Value::from);
    let places = crate::jinja::python::List::value(places);
    let places = crate::jinja::python::slice(&places, &start, &stop, &step)?;
    let rows = collect(&places)?;
    let rows = rows
        .iter()
        .filter_map(|at| table.rows.get(at.as_usize()?).cloned());
    Ok(table.with_rows(rows.collect()).into())
}

fn distinct(table: &TableObject, state: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [key] = bind("distinct", ["key"], 0, args)?;
    let keys = match key.filter(|key| !key.is_none()) {
        Some(key) => {
            let keys = keys(table, state, &key)?;
            if keys.is_several {
                // agate compares generators here, no two of which are equal.
                return Ok(table.clone().into());
            }
            keys.all
        }
        None => table.rows.iter().map(|row| row.to_vec()).collect(),
    };
    let mut seen = indexmap::IndexSet::new();
    let mut kept: Vec<Arc<[Value]>> = Vec::new();
    for (key, row) in keys.into_iter().zip(&table.rows) {
        let key = Value::from(minijinja::value::Tuple::from(key));
        if seen.insert(Key::checked(key)?) {
            kept.push(row.clone());
        }
    }
    Ok(table.with_rows(kept).into())
}

fn group_by(table: &TableObject, state: &mut State, args: &[Value]) -> Result<Value, Error> {
    let names = ["key", "key_name", "key_type"];
    let [key, name, key_type] = bind("group_by", names, 1, args)?;
    if key_type.is_some_and(|it| !it.is_none()) {
        return Err(type_error("group_by() takes no `key_type` here"));
    }
    let key = key.unwrap_or_default();
    let keys = keys(table, state, &key)?;
    let column = keys.places.first().map(|at| &table.columns[*at]);
    let name = name.and_then(|it| it.as_str().map(str::to_owned));
    let group_key = GroupKey {
        name: name
            .or_else(|| column.map(|it| it.name.clone()))
            .unwrap_or_else(|| "group".to_owned()),
        cells: column.map_or(CellType::Text, |it| it.cells),
    };
    let mut groups: Vec<(Value, Vec<Arc<[Value]>>)> = Vec::new();
    for (key, row) in keys.all.into_iter().zip(&table.rows) {
        let key = key.into_iter().next().unwrap_or_default();
        match groups.iter_mut().find(|(known, _)| equal(known, &key)) {
            Some((_, rows)) => rows.push(row.clone()),
            None => groups.push((key, vec![row.clone()])),
        }
    }
    let (keys, tables): (Vec<Value>, Vec<Value>) = groups
        .into_iter()
        .map(|(key, rows)| (key, Value::from(table.with_rows(rows))))
        .unzip();
    Ok(Sequence::new(Kind::Tables(group_key), Some(keys.into()), tables.into()).into())
}
