//! Columns as templates see them: dbt-duckdb's `DuckDBColumn`.

use std::cmp::Ordering;
use std::sync::Arc;

use minijinja::{Error, State, Value};

use super::arguments::bind;
use super::errors::raise;
use super::number::int_argument;
use super::object::{PythonObject, not_implemented, python_object};
use crate::adapters::{Column, type_names};
use crate::jinja::python::{List, repr, text};

/// Makes a column as a value.
pub fn column(column: Column) -> Value {
    Value::from_object(ColumnObject(column))
}

/// Takes a column out of a value.
pub fn column_of(value: &Value) -> Option<Column> {
    Some(value.downcast_object_ref::<ColumnObject>()?.0.clone())
}

/// Makes `api.Column`.
pub fn column_class() -> Value {
    Value::from_object(ColumnClass)
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct ColumnObject(Column);

impl ColumnObject {
    /// Lists the fields of a struct, taken from its type: `STRUCT(a INTEGER, b STRUCT(c DATE))`.
    fn fields(&self) -> Vec<Self> {
        let inside = self
            .0
            .dtype
            .get(..7)
            .filter(|head| head.eq_ignore_ascii_case("struct("))
            .and_then(|_| self.0.dtype.rfind(')'))
            .and_then(|end| self.0.dtype.get(7..end));
        let Some(inside) = inside else {
            return Vec::new();
        };
        let mut fields = Vec::new();
        let (mut depth, mut start) = (0, 0);
        for (at, c) in inside.char_indices() {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                ',' if depth == 0 => {
                    fields.push(inside[start..at].trim());
                    start = at + 1;
                }
                _ => {}
            }
        }
        fields.push(inside[start..].trim());
        let field = |text: &str| {
            let (name, dtype) = text.split_once(' ').unwrap_or((text, ""));
            Self(plain(name.to_owned(), dtype.to_owned()))
        };
        fields.into_iter().map(field).collect()
    }

    fn flatten(&self) -> Vec<Self> {
        if !self.0.is_struct() {
            return vec![self.clone()];
        }
        let inner = self.fields().into_iter().flat_map(|field| field.flatten());
        inner
            .map(|field| {
                let name = format!("{}.{}", self.0.name, field.0.name);
                Self(plain(name, field.0.dtype))
            })
            .collect()
    }
}

fn plain(name: String, dtype: String) -> Column {
    Column::new(name, dtype, type_names())
}

impl PythonObject for ColumnObject {
    const TYPE: &'static str = "DuckDBColumn";
    const METHODS: &'static [&'static str] = &[
        "is_string",
        "is_number",
        "is_float",
        "is_integer",
        "is_numeric",
        "is_struct",
        "string_size",
        "can_expand_to",
        "literal",
        "flatten",
        "string_type",
        "numeric_type",
        "create",
        "translate_type",
        "from_description",
    ];

    fn str(&self) -> String {
        let column = &self.0;
        let size = |size: Option<i64>| size.map_or("None".to_owned(), |size| size.to_string());
        let fields: Vec<_> = self.fields().iter().map(PythonObject::str).collect();
        format!(
            "DuckDBColumn(column={}, dtype={}, char_size={}, numeric_precision={}, \
             numeric_scale={}, fields=[{}])",
            repr(&Value::from(column.name.as_str())),
            repr(&Value::from(column.dtype.as_str())),
            size(column.char_size),
            size(column.numeric_precision),
            size(column.numeric_scale),
            fields.join(", ")
        )
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        let column = &self.0;
        Some(match name {
            "name" | "column" => Value::from(column.name.as_str()),
            "dtype" => Value::from(column.dtype.as_str()),
            "char_size" => Value::from(column.char_size),
            "numeric_precision" => Value::from(column.numeric_precision),
            "numeric_scale" => Value::from(column.numeric_scale),
            "quoted" => Value::from(column.quoted()),
            "data_type" | "expanded_data_type" => Value::from(self.0.data_type()),
            "fields" => List::value(self.fields().into_iter().map(|it| self::column(it.0))),
            _ => return class_attribute(name),
        })
    }

    fn method(self: &Arc<Self>, _: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
        let none = || bind(name, [], 0, args);
        let is = |truth: bool| none().map(|_| Value::from(truth));
        match name {
            "is_string" => is(self.0.is_string()),
            "is_float" => is(self.0.is_float()),
            "is_integer" => is(self.0.is_integer()),
            "is_numeric" => is(self.0.is_numeric()),
            "is_number" => is(self.0.is_number()),
            "is_struct" => is(self.0.is_struct()),
            "string_size" => {
                none()?;
                self.0.string_size().map(Value::from).map_err(failed)
            }
            "can_expand_to" => {
                let [other] = bind(name, ["other_column"], 1, args)?;
                let other = column_of(&other.unwrap_or_default()).ok_or_else(not_implemented)?;
                Ok(Value::from(self.0.can_expand_to(&other)))
            }
            "literal" => {
                let [value] = bind(name, ["value"], 1, args)?;
                Ok(Value::from(
                    self.0.literal(&text(&value.unwrap_or_default())),
                ))
            }
            "flatten" => {
                none()?;
                Ok(List::value(
                    self.flatten().into_iter().map(|it| column(it.0)),
                ))
            }
            _ => class_method(name, args),
        }
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}
python_object!(ColumnObject);

/// `api.Column`.
#[derive(Debug)]
struct ColumnClass;

impl PythonObject for ColumnClass {
    const TYPE: &'static str = "type";
    const METHODS: &'static [&'static str] = &[
        "create",
        "translate_type",
        "string_type",
        "numeric_type",
        "from_description",
    ];

    fn str(&self) -> String {
        "<class 'dbt.adapters.duckdb.column.DuckDBColumn'>".to_owned()
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        class_attribute(name)
    }

    fn invoke(self: &Arc<Self>, _: &mut State, args: &[Value]) -> Result<Value, Error> {
        let names = [
            "column",
            "dtype",
            "char_size",
            "numeric_precision",
            "numeric_scale",
        ];
        let [name, dtype, char_size, precision, scale] = bind("DuckDBColumn", names, 2, args)?;
        let number = |value: Option<Value>| {
            let value = value.filter(|value| !value.is_none());
            value.map(|value| int_argument(&value)).transpose()
        };
        let (name, dtype) = (name.unwrap_or_default(), dtype.unwrap_or_default());
        Ok(column(Column {
            name: text(&name),
            dtype: text(&dtype),
            type_names: type_names(),
            char_size: number(char_size)?,
            numeric_precision: number(precision)?,
            numeric_scale: number(scale)?,
        }))
    }

    fn method(self: &Arc<Self>, _: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
        class_method(name, args)
    }
}
python_object!(ColumnClass);

fn class_attribute(name: &str) -> Option<Value> {
    let labels = || [("STRING", Value::from("TEXT"))];
    (name == "TYPE_LABELS").then(|| crate::jinja::python::Dict::value(labels()))
}

fn class_method(name: &str, args: &[Value]) -> Result<Value, Error> {
    match name {
        "create" => {
            let [name, dtype] = bind(name, ["name", "label_or_dtype"], 2, args)?;
            let (name, dtype) = (name.unwrap_or_default(), dtype.unwrap_or_default());
            Ok(column(Column::create(
                &text(&name),
                &text(&dtype),
                type_names(),
            )))
        }
        "translate_type" => {
            let [dtype] = bind(name, ["dtype"], 1, args)?;
            let dtype = text(&dtype.unwrap_or_default());
            Ok(Value::from(Column::translate_type(&dtype)))
        }
        "string_type" => {
            let [size] = bind(name, ["size"], 1, args)?;
            let size = text(&size.unwrap_or_default());
            Ok(Value::from(format!("character varying({size})")))
        }
        "numeric_type" => {
            let names = ["dtype", "precision", "scale"];
            let [dtype, precision, scale] =
                bind(name, names, 3, args)?.map(Option::unwrap_or_default);
            let dtype = text(&dtype);
            Ok(Value::from(match precision.is_none() || scale.is_none() {
                true => dtype,
                false => format!("{dtype}({},{})", text(&precision), text(&scale)),
            }))
        }
        "from_description" => {
            let [name, description] = bind(name, ["name", "raw_data_type"], 2, args)?;
            let (name, description) = (name.unwrap_or_default(), description.unwrap_or_default());
            Column::from_description(&text(&name), &text(&description), type_names())
                .map(column)
                .map_err(failed)
        }
        _ => Err(not_implemented()),
    }
}

fn failed(error: impl std::error::Error) -> Error {
    raise("DbtRuntimeError", error.to_string())
}
