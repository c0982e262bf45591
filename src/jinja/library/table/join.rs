//! `Table.join`: rows of two tables side by side.

use indexmap::IndexMap;
use minijinja::value::Tuple;
use minijinja::{Error, State, Value};

use super::methods::{Keys, keys, names};
use super::{Row, TableObject};
use crate::adapters::TableColumn;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::{type_error, value_error};
use crate::jinja::python::{Key, text};

const PARAMETERS: [&str; 7] = [
    "right_table",
    "left_key",
    "right_key",
    "inner",
    "full_outer",
    "require_match",
    "columns",
];

/// Joins on equal keys, or on the numbers of rows where no key is given.
pub(super) fn join(left: &TableObject, state: &mut State, args: &[Value]) -> Result<Value, Error> {
    let given = bind("join", PARAMETERS, 1, args)?;
    let [
        right,
        left_key,
        right_key,
        inner,
        full_outer,
        require_match,
        columns,
    ] = given;
    let is_set = |flag: Option<Value>| flag.is_some_and(|it| it.is_true());
    let (inner, full_outer) = (is_set(inner), is_set(full_outer));
    if inner && full_outer {
        let message = "A join can not be both \"inner\" and \"full_outer\".";
        return Err(value_error(message));
    }
    let right = right.unwrap_or_default();
    let right = right.downcast_object_ref::<TableObject>();
    let right = right.ok_or_else(|| type_error("join() needs a table"))?;
    let left_key = left_key.filter(|key| !key.is_none());
    let right_key = right_key.filter(|key| !key.is_none());
    let right_key = right_key.or_else(|| left_key.clone());
    let (left_keys, right_keys) = match (&left_key, &right_key) {
        (Some(left_key), Some(right_key)) => {
            (keys(left, state, left_key)?, keys(right, state, right_key)?)
        }
        _ => (numbers(left), numbers(right)),
    };
    let columns = columns.filter(|it| !it.is_none());
    let wanted = match columns.filter(|_| !full_outer) {
        Some(columns) => {
            let wanted = names(&columns)?;
            let places = 0..right.columns.len();
            let is_wanted = |at: &usize| wanted.contains(&right.names[*at]);
            places.filter(is_wanted).collect()
        }
        None => {
            let is_kept = |at: &usize| full_outer || !right_keys.places.contains(at);
            (0..right.columns.len()).filter(is_kept).collect()
        }
    };
    let sides = Sides {
        left,
        right,
        wanted,
    };
    let mut found: IndexMap<Key, Vec<usize>> = IndexMap::new();
    for (at, key) in right_keys.all.iter().enumerate() {
        found.entry(checked(key)?).or_default().push(at);
    }
    let require_match = is_set(require_match);
    let mut rows = Vec::new();
    let mut matched = indexmap::IndexSet::new();
    for (at, key) in left_keys.all.iter().enumerate() {
        let place = checked(key)?;
        match found.get(&place) {
            Some(partners) => rows.extend(partners.iter().map(|it| sides.row(Some(at), Some(*it)))),
            None if require_match => {
                let key = text(&printed(key));
                return Err(value_error(format!(
                    "Left key \"{key}\" does not have a matching right key."
                )));
            }
            None if inner => {}
            None => rows.push(sides.row(Some(at), None)),
        }
        matched.insert(place);
    }
    // With several columns as the key agate has read them to the end by now, and finds none.
    if full_outer && !right_keys.is_several {
        for (at, key) in right_keys.all.iter().enumerate() {
            if !matched.contains(&checked(key)?) {
                rows.push(sides.row(None, Some(at)));
            }
        }
    }
    Ok(TableObject::new(sides.columns(), rows).into())
}

struct Sides<'a> {
    left: &'a TableObject,
    right: &'a TableObject,
    /// Columns that are taken from the right.
    wanted: Vec<usize>,
}

impl Sides<'_> {
    fn columns(&self) -> Vec<TableColumn> {
        let mut columns = self.left.columns.to_vec();
        for at in &self.wanted {
            let mut column = self.right.columns[*at].clone();
            if self.left.columns.iter().any(|it| it.name == column.name) {
                column.name.push('2');
            }
            columns.push(column);
        }
        columns
    }

    fn row(&self, left: Option<usize>, right: Option<usize>) -> Row {
        let none = || Value::from(());
        let left = match left {
            Some(at) => self.left.rows[at].to_vec(),
            None => vec![none(); self.left.columns.len()],
        };
        let right = self.wanted.iter().map(|column| match right {
            Some(at) => self.right.rows[at][*column].clone(),
            None => none(),
        });
        left.into_iter().chain(right).collect::<Vec<_>>().into()
    }
}

fn numbers(table: &TableObject) -> Keys {
    Keys {
        all: (0..table.rows.len())
            .map(|at| vec![Value::from(at)])
            .collect(),
        places: Vec::new(),
        is_several: false,
    }
}

fn checked(key: &[Value]) -> Result<Key, Error> {
    Key::checked(Value::from(Tuple::from(key)))
}

fn printed(key: &[Value]) -> Value {
    match key {
        [one] => one.clone(),
        several => Value::from(Tuple::from(several)),
    }
}
