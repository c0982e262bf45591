//! Tables by a key, as `Table.group_by` makes them: agate's `TableSet`.

use std::sync::Arc;

use minijinja::value::Tuple;
use minijinja::{Error, State, Value};

use super::sequence::{Kind, Sequence};
use super::{TableObject, cells, methods};
use crate::adapters::{CellType, TableColumn};
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::{type_error, value_error};
use crate::jinja::library::object::not_implemented;
use crate::jinja::python::collect;

/// Methods of tables that a set calls on each of its tables.
const FOR_EACH: &[&str] = &[
    "distinct", "exclude", "find", "join", "limit", "order_by", "select", "where",
];

/// What a set is keyed by.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GroupKey {
    /// Name of the key.
    pub(super) name: String,
    /// Its type.
    pub(super) cells: CellType,
}

/// Looks up an attribute.
pub(super) fn attribute(key: &GroupKey, tables: &[Value], name: &str) -> Option<Value> {
    match name {
        "key_name" => Some(Value::from(key.name.as_str())),
        "key_type" => Some(cells::type_value(key.cells)),
        "column_names" | "column_types" => tables.first()?.get_attr(name).ok(),
        _ => None,
    }
}

/// Calls a method.
pub(super) fn call(
    key: &GroupKey,
    keys: &[Value],
    tables: &[Value],
    state: &mut State,
    name: &str,
    args: &[Value],
) -> Result<Value, Error> {
    let each = tables
        .iter()
        .map(|it| it.downcast_object_ref::<TableObject>());
    let each: Vec<&TableObject> = each.flatten().collect();
    match name {
        "merge" => merge(key, keys, &each, args),
        _ if FOR_EACH.contains(&name) => {
            let mut changed = Vec::with_capacity(each.len());
            for table in each {
                changed.push(methods::call(table, state, name, args)?);
            }
            let kind = Kind::Tables(key.clone());
            Ok(Sequence::new(kind, Some(keys.into()), changed.into()).into())
        }
        _ => Err(not_implemented()),
    }
}

/// `merge(groups, group_name)`: all rows in one table, the key in a column in front.
fn merge(
    key: &GroupKey,
    keys: &[Value],
    tables: &[&TableObject],
    args: &[Value],
) -> Result<Value, Error> {
    let names = ["groups", "group_name", "group_type"];
    let [groups, name, cells] = bind("merge", names, 0, args)?;
    if cells.is_some_and(|it| !it.is_none()) {
        return Err(type_error("merge() takes no `group_type` here"));
    }
    let groups = match groups.filter(|it| !it.is_none()) {
        Some(groups) => collect(&groups)?,
        None => keys.to_vec(),
    };
    if groups.len() != tables.len() {
        return Err(value_error(
            "Groups length must be equal to TableSet length.",
        ));
    }
    let name = name.and_then(|it| it.as_str().map(str::to_owned));
    let mut columns = vec![TableColumn {
        name: name.unwrap_or_else(|| key.name.clone()),
        cells: key.cells,
        sql_type: None,
    }];
    columns.extend(tables.first().iter().flat_map(|it| it.columns.to_vec()));
    let mut rows: Vec<Arc<[Value]>> = Vec::new();
    for (group, table) in groups.iter().zip(tables) {
        for row in &table.rows {
            let cells = std::iter::once(group).chain(row.iter()).cloned();
            rows.push(cells.collect::<Vec<_>>().into());
        }
    }
    Ok(TableObject::new(columns, rows).into())
}

/// Compares an agate sequence with any other sequence, item by item.
pub(crate) fn alike(a: &Value, b: &Value) -> bool {
    let own = |it: &Value| it.downcast_object_ref::<Sequence>().is_some();
    let items = |it: &Value| (own(it) || it.is_tuple() || is_list(it)).then(|| collect(it).ok());
    if !own(a) && !own(b) {
        return false;
    }
    match (items(a).flatten(), items(b).flatten()) {
        (Some(a), Some(b)) => {
            let (a, b) = (Tuple::from(a), Tuple::from(b));
            crate::jinja::python::equal(&Value::from(a), &Value::from(b))
        }
        _ => false,
    }
}

fn is_list(value: &Value) -> bool {
    value
        .downcast_object_ref::<crate::jinja::python::List>()
        .is_some()
}
