//! Rows, columns and lists of them: agate's `MappedSequence`.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{DynObject, Enumerator, Object, ObjectRepr, Tuple};
use minijinja::{Error, State, Value};

use super::cells::type_value;
use super::ordered_dict::OrderedDict;
use super::table_set::{self, GroupKey};
use crate::adapters::CellType;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::{type_error, value_error};
use crate::jinja::library::number::Number;
use crate::jinja::library::object::{CLASS, PythonObject, REPR, lookup, not_implemented};
use crate::jinja::python::{List, Set, equal, ordered, repr, sort_pairs};

/// What a sequence is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// Rows or columns of a table.
    Mapped,
    /// One row.
    Row,
    /// Tables, one for each value of a key.
    Tables(GroupKey),
    /// One column: its place, name and type.
    Column {
        index: usize,
        name: String,
        cells: CellType,
    },
}

/// Values that can be found by place, and by key if there are keys.
pub(crate) struct Sequence {
    kind: Kind,
    keys: Option<Arc<[Value]>>,
    values: Arc<[Value]>,
}

/// Finds a place in a sequence; negative ones count from the end.
pub(super) fn place(key: &Value, length: usize) -> Option<usize> {
    let Number::Int(at) = Number::of(key)? else {
        return None;
    };
    let at = if at < 0 { at + length as i128 } else { at };
    usize::try_from(at).ok().filter(|at| *at < length)
}

impl Sequence {
    pub(crate) fn new(kind: Kind, keys: Option<Arc<[Value]>>, values: Arc<[Value]>) -> Self {
        Self { kind, keys, values }
    }

    fn by_key(&self, key: &Value) -> Option<Value> {
        let at = self
            .keys
            .as_ref()?
            .iter()
            .position(|known| equal(known, key))?;
        self.values.get(at).cloned()
    }

    fn pairs(&self) -> Result<Vec<(Value, Value)>, Error> {
        let Some(keys) = &self.keys else {
            return Err(type_error("'NoneType' object is not iterable"));
        };
        Ok(keys
            .iter()
            .cloned()
            .zip(self.values.iter().cloned())
            .collect())
    }

    fn without_nulls(&self) -> Vec<Value> {
        let values = self.values.iter().filter(|value| !value.is_none());
        values.cloned().collect()
    }

    /// Sorts the values; nulls come last.
    fn sorted(&self) -> Result<Vec<Value>, Error> {
        let nulls = self.values.iter().filter(|value| value.is_none()).cloned();
        let pairs = self.without_nulls().into_iter().map(|value| (value, ()));
        let sorted = sort_pairs(pairs.collect(), false)?;
        Ok(sorted
            .into_iter()
            .map(|(value, ())| value)
            .chain(nulls)
            .collect())
    }
}

fn tuple(values: &[Value]) -> Value {
    Value::from(Tuple::from(values))
}

impl From<Sequence> for Value {
    fn from(sequence: Sequence) -> Self {
        Self::from_object(sequence)
    }
}

impl fmt::Debug for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&PythonObject::str(self))
    }
}

impl PythonObject for Sequence {
    const TYPE: &'static str = "MappedSequence";
    const METHODS: &'static [&'static str] = &[
        "keys",
        "values",
        "items",
        "get",
        "dict",
        "count",
        "index",
        "values_distinct",
        "values_without_nulls",
        "values_sorted",
        "values_without_nulls_sorted",
    ];

    fn str(&self) -> String {
        let name = match self.kind {
            Kind::Mapped => "MappedSequence",
            Kind::Row => "Row",
            Kind::Tables(_) => "TableSet",
            Kind::Column { .. } => "Column",
        };
        let sample: Vec<_> = self.values.iter().take(5).map(repr).collect();
        let more = if self.values.len() > 5 { ", ..." } else { "" };
        format!("<agate.{name}: ({}{more})>", sample.join(", "))
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        let (index, own, cells) = match &self.kind {
            Kind::Column { index, name, cells } => (index, name, cells),
            Kind::Tables(key) => return table_set::attribute(key, &self.values, name),
            _ => return None,
        };
        Some(match name {
            "name" => Value::from(own.as_str()),
            "index" => Value::from(*index),
            "data_type" => type_value(*cells),
            _ => return None,
        })
    }

    fn method(
        self: &Arc<Self>,
        state: &mut State,
        name: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let is_column = matches!(self.kind, Kind::Column { .. });
        let none = || bind(name, [], 0, args);
        match name {
            "values" => none().map(|_| tuple(&self.values)),
            "keys" => none().map(|_| match &self.keys {
                Some(keys) => tuple(keys),
                None => Value::from(()),
            }),
            "items" => {
                none()?;
                let pairs = self.pairs()?.into_iter().map(Value::from);
                Ok(Value::from(Tuple::from(pairs.collect::<Vec<_>>())))
            }
            "dict" => {
                none()?;
                Ok(OrderedDict::value(self.pairs()?))
            }
            "get" => {
                let [key, default] = bind(name, ["key", "default"], 1, args)?;
                let found = self.by_key(&key.unwrap_or_default());
                let default = default.filter(Value::is_true);
                Ok(found.or(default).unwrap_or(Value::from(())))
            }
            "count" => {
                let [value] = bind(name, ["value"], 1, args)?;
                let value = value.unwrap_or_default();
                let found = self.values.iter().filter(|own| equal(own, &value));
                Ok(Value::from(found.count()))
            }
            "index" if !is_column => {
                let [value] = bind(name, ["value"], 1, args)?;
                let value = value.unwrap_or_default();
                let found = self.values.iter().position(|own| equal(own, &value));
                found.map(Value::from).ok_or_else(|| value_error(""))
            }
            "values_distinct" if is_column => {
                none()?;
                let set = Set::value(self.values.iter().cloned());
                let distinct: Vec<Value> = set.try_iter()?.collect();
                Ok(tuple(&distinct))
            }
            "values_without_nulls" if is_column => {
                none()?;
                Ok(tuple(&self.without_nulls()))
            }
            "values_sorted" if is_column => {
                none()?;
                Ok(List::value(self.sorted()?))
            }
            "values_without_nulls_sorted" if is_column => {
                none()?;
                let sorted = self.sorted()?.into_iter();
                Ok(List::value(sorted.filter(|value| !value.is_none())))
            }
            _ => match (&self.kind, &self.keys) {
                (Kind::Tables(key), Some(keys)) => {
                    table_set::call(key, keys, &self.values, state, name, args)
                }
                _ => Err(not_implemented()),
            },
        }
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        let (a, b) = (tuple(&self.values), tuple(&other.values));
        match equal(&a, &b) {
            true => Some(Ordering::Equal),
            false => match ordered("<", &a, &b) {
                Ok(true) => Some(Ordering::Less),
                Ok(false) => Some(Ordering::Greater),
                Err(_) => None,
            },
        }
    }
}

impl Object for Sequence {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    // `row['count']` is the column, `row.count` the method.
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str() {
            Some(CLASS | REPR) => lookup(self, key.as_str()?),
            Some(name) => self.by_key(key).or_else(|| lookup(self, name)),
            None => match place(key, self.values.len()) {
                Some(at) => self.values.get(at).cloned(),
                None => self.by_key(key),
            },
        }
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let column_only = key.starts_with("values_") && !matches!(self.kind, Kind::Column { .. });
        let own = if column_only { None } else { lookup(self, key) };
        own.or_else(|| self.by_key(&Value::from(key)))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.values.to_vec())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.values.len())
    }

    fn is_true(self: &Arc<Self>) -> bool {
        !self.values.is_empty()
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        PythonObject::method(self, state, method, args)
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        self.order(other.downcast_ref::<Self>()?)
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&PythonObject::str(self.as_ref()))
    }
}
