//! `store_result`, `store_raw_result`, `load_result`: what statements of a node found.

use crate::jinja::library;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::object::{PythonObject, function, not_implemented, python_object};
use crate::jinja::python::{repr, text};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::adapters::{Response, Table};
use crate::jinja::python::Dict;
use crate::jinja::{Error, State, Value};

/// Results by statement name. A result is handed out once, but for `main`.
#[derive(Debug, Default)]
pub(super) struct Results(Mutex<HashMap<String, Option<Stored>>>);

#[derive(Debug, Clone)]
struct Stored {
    response: Value,
    table: Value,
}

/// What the statement `main` of a node found.
#[derive(Debug, Clone)]
pub struct StoredResult {
    /// The database's word.
    pub response: Response,
    /// Rows, where they were asked for.
    pub table: Arc<Table>,
}

impl Results {
    pub(super) fn main(&self) -> Option<StoredResult> {
        let results = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stored = results.get("main")?.as_ref()?;
        let response = response_of(&stored.response);
        let table = library::table_of(&stored.table).unwrap_or_default();
        Some(StoredResult { response, table })
    }

    fn store(&self, name: String, response: Value, table: Option<Value>) {
        let table = table.filter(|table| !table.is_none());
        let table = table.unwrap_or_else(|| library::agate_table(Table::default()));
        let mut results = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        results.insert(name, Some(Stored { response, table }));
    }

    fn load(&self, name: &str) -> Result<Value, Error> {
        let mut results = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(slot) = results.get_mut(name) else {
            return Ok(Value::from(()));
        };
        let stored = if name == "main" {
            slot.clone()
        } else {
            slot.take()
        };
        let Some(Stored { response, table }) = stored else {
            return Err(super::calls::compilation_error(format!(
                "The 'statement' result named '{name}' has already been loaded into a variable"
            )));
        };
        let data = library::table_matrix(&table);
        Ok(Dict::value([
            ("response", response),
            ("data", data),
            ("table", table),
        ]))
    }
}

/// Makes `store_result`.
pub(super) fn store_result(results: Arc<Results>) -> Value {
    function("store_result", move |_, args| {
        let [name, response, table] =
            bind("store_result", ["name", "response", "agate_table"], 2, args)?;
        let name = text(&name.unwrap_or_default());
        results.store(name, response.unwrap_or_default(), table);
        Ok(Value::from(""))
    })
}

/// Makes `store_raw_result`.
pub(super) fn store_raw_result(results: Arc<Results>) -> Value {
    function("store_raw_result", move |_, args| {
        let names = ["name", "message", "code", "rows_affected", "agate_table"];
        let [name, message, code, rows, table] = bind("store_raw_result", names, 1, args)?;
        let given = |value: Option<Value>| {
            let value = value.filter(|value| !value.is_none());
            value.map(|value| text(&value))
        };
        let response = Response {
            message: given(message).unwrap_or_default(),
            code: given(code),
            rows_affected: given(rows).and_then(|rows| rows.parse().ok()),
        };
        let name = text(&name.unwrap_or_default());
        results.store(name, response_value(response), table);
        Ok(Value::from(""))
    })
}

/// Makes `load_result`.
pub(super) fn load_result(results: Arc<Results>) -> Value {
    function("load_result", move |_, args| {
        let [name] = bind("load_result", ["name"], 1, args)?;
        results.load(&text(&name.unwrap_or_default()))
    })
}

/// Reads the database's answer out of a value that a macro returned.
pub fn response_of(value: &Value) -> Response {
    match value.downcast_object_ref::<ResponseObject>() {
        Some(object) => object.0.clone(),
        None => Response {
            message: text(value),
            ..Response::default()
        },
    }
}

/// dbt's `AdapterResponse`.
#[derive(Debug)]
struct ResponseObject(Response);

/// Makes the value that stands for a database's answer.
pub(super) fn response_value(response: Response) -> Value {
    Value::from_object(ResponseObject(response))
}

impl PythonObject for ResponseObject {
    const TYPE: &'static str = "AdapterResponse";
    const METHODS: &'static [&'static str] = &["to_dict"];

    fn str(&self) -> String {
        self.0.message.clone()
    }

    fn repr(&self) -> String {
        let Response {
            message,
            code,
            rows_affected,
        } = &self.0;
        let shown = |value: Value| repr(&value);
        format!(
            "AdapterResponse(_message={}, code={}, rows_affected={}, query_id=None)",
            shown(Value::from(message.as_str())),
            shown(Value::from(code.clone())),
            shown(Value::from(*rows_affected)),
        )
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        Some(match name {
            "_message" => Value::from(self.0.message.as_str()),
            "code" => Value::from(self.0.code.clone()),
            "rows_affected" => Value::from(self.0.rows_affected),
            "query_id" => Value::from(()),
            _ => return None,
        })
    }

    fn method(self: &Arc<Self>, _: &mut State, name: &str, _: &[Value]) -> Result<Value, Error> {
        if name != "to_dict" {
            return Err(not_implemented());
        }
        let names = ["_message", "code", "rows_affected", "query_id"];
        let entry = |name: &str| (Value::from(name), self.attribute(name).unwrap_or_default());
        Ok(Dict::value(names.map(entry)))
    }
}
python_object!(ResponseObject);
