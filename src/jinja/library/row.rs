//! `row` in the template of a generated model: each value by its name; a name that no column has is a mistake.

use std::sync::Arc;

use minijinja::{Error, State, Value};

use super::arguments::bind;
use super::errors::raise_with_help;
use super::object::{PythonObject, not_implemented, python_object};
use crate::diagnostics::did_you_mean;
use crate::jinja::context::from_json;
use crate::jinja::python::{Dict, repr};
use crate::nodes::Row;

#[derive(Debug)]
struct RowObject(Arc<Row>);

/// Makes `row`.
pub fn row(of: Arc<Row>) -> Value {
    Value::from_object(RowObject(of))
}

/// Says that a row has no such column; whatever else a value is may lack what it likes.
pub(crate) fn row_lacks(value: &Value, name: &str) -> Result<(), Error> {
    match value.downcast_object_ref::<RowObject>() {
        Some(row) => Err(row.missing(name)),
        None => Ok(()),
    }
}

impl RowObject {
    fn value(&self, name: &str) -> Option<Value> {
        self.0.values.get(name).map(from_json)
    }

    fn missing(&self, name: &str) -> Error {
        let names = self.0.values.keys().map(String::as_str);
        let help = match did_you_mean(name, names.clone()) {
            Some(near) => format!("did you mean `row.{near}`?"),
            None => {
                let names: Vec<String> = names.map(|it| format!("`{it}`")).collect();
                format!(
                    "it has {}; `row.get('{name}')` may be nothing",
                    names.join(", ")
                )
            }
        };
        let message = format!("the row has no column `{name}`");
        raise_with_help("AttributeError", message, Some(help))
    }
}

impl PythonObject for RowObject {
    const TYPE: &'static str = "Row";
    const METHODS: &'static [&'static str] = &["get"];

    fn str(&self) -> String {
        let values = self.0.values.iter();
        let values = values.map(|(name, it)| (Value::from(name.as_str()), from_json(it)));
        repr(&Dict::value(values.collect::<Vec<_>>()))
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        self.value(name)
    }

    fn method(
        self: &Arc<Self>,
        _state: &mut State,
        name: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        if name != "get" {
            return Err(not_implemented());
        }
        let [key, default] = bind("get", ["key", "default"], 1, args)?;
        let key = key.unwrap_or_default();
        let found = key.as_str().and_then(|it| self.value(it));
        Ok(found.or(default).unwrap_or(Value::from(())))
    }
}

python_object!(RowObject);
