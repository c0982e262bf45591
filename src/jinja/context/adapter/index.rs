//! `adapter.parse_index`: an entry of `indexes` as an object.

use std::sync::Arc;

use crate::adapters::Index;
use crate::adapters::agate::date_time;
use crate::jinja::context::json::to_json;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::raise;
use crate::jinja::library::object::{PythonObject, not_implemented, python_object};
use crate::jinja::python::{List, repr, text};
use crate::jinja::{Error, State, Value};
use crate::system::System;

/// `parse_index(raw_index)`.
pub(super) fn parse_index(system: &Arc<dyn System>, args: &[Value]) -> Result<Value, Error> {
    let [raw] = bind("parse_index", ["raw_index"], 1, args)?;
    let raw = raw.filter(|raw| !raw.is_none());
    let Some(raw) = raw else {
        return Ok(Value::from(()));
    };
    let index = Index::parse(&to_json(&raw));
    let index = index.map_err(|error| raise("CompilationError", error.to_string()))?;
    Ok(Value::from_object(IndexObject {
        columns: List::value(index.columns.iter().map(|it| Value::from(it.as_str()))),
        index,
        system: system.clone(),
    }))
}

struct IndexObject {
    index: Index,
    columns: Value,
    system: Arc<dyn System>,
}

impl std::fmt::Debug for IndexObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.str())
    }
}

impl PythonObject for IndexObject {
    const TYPE: &'static str = "DuckDBIndexConfig";
    const METHODS: &'static [&'static str] = &["render"];

    fn str(&self) -> String {
        let unique = repr(&Value::from(self.index.unique));
        format!(
            "{}(columns={}, unique={unique})",
            Self::TYPE,
            repr(&self.columns)
        )
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        match name {
            "columns" => Some(self.columns.clone()),
            "unique" => Some(Value::from(self.index.unique)),
            _ => None,
        }
    }

    fn method(self: &Arc<Self>, _: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
        if name != "render" {
            return Err(not_implemented());
        }
        let [relation] = bind("render", ["relation"], 1, args)?;
        let now = date_time(self.system.now().naive_utc(), 'T');
        let relation = text(&relation.unwrap_or_default());
        Ok(Value::from(self.index.name(&relation, &now)))
    }
}
python_object!(IndexObject);
