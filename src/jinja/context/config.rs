//! `config(…)` while parsing, and `config.get(…)` while running.

use crate::jinja::library::arguments::{Arguments, bind};
use crate::jinja::library::errors::raise;
use crate::jinja::library::object::{PythonObject, not_implemented, python_object};
use std::sync::{Arc, Mutex, PoisonError};

use borsh::{BorshDeserialize, BorshSerialize};

use super::json::{from_json, to_json};
use crate::jinja::python::{Dict, List};
use crate::jinja::{Error, State, Value, place};
use crate::nodes::binary::free;
use crate::nodes::{Config, Dict as JsonDict, Node, ResourceType};
use crate::text::Location;

const METHODS: &[&str] = &[
    "get",
    "require",
    "set",
    "meta_get",
    "meta_require",
    "persist_relation_docs",
    "persist_column_docs",
];

/// Columns that a snapshot adds to those of its source.
const SNAPSHOT_COLUMNS: &[&str] = &[
    "dbt_valid_from",
    "dbt_valid_to",
    "dbt_scd_id",
    "dbt_updated_at",
    "dbt_is_deleted",
];

/// One `config()` call.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct ConfigCall {
    /// What it sets.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub values: JsonDict,
    /// The call's bytes, where they are known.
    pub location: Option<Location>,
}

impl ConfigCall {
    /// Makes a call of the values that it was given.
    pub fn of(mut values: JsonDict, location: Option<Location>) -> Result<Self, Error> {
        for (old, new) in [("pre_hook", "pre-hook"), ("post_hook", "post-hook")] {
            let Some(value) = values.shift_remove(old) else {
                continue;
            };
            if values.contains_key(new) {
                return Err(raise(
                    "ConflictingConfigKeysError",
                    format!("Invalid config, has conflicting keys \"{old}\" and \"{new}\""),
                ));
            }
            values.insert(new.to_owned(), value);
        }
        Ok(Self { values, location })
    }
}

/// The parse phase's `config`: notes what it is called with, answers with empty texts.
#[derive(Debug)]
pub(super) struct ParseConfig {
    calls: Arc<Mutex<Vec<ConfigCall>>>,
}

impl ParseConfig {
    pub(super) fn value(calls: Arc<Mutex<Vec<ConfigCall>>>) -> Value {
        Value::from_object(Self { calls })
    }

    fn add(&self, options: JsonDict) -> Result<Value, Error> {
        let call = ConfigCall::of(options, place().location)?;
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(call);
        Ok(Value::from(""))
    }
}

impl PythonObject for ParseConfig {
    const TYPE: &'static str = "ParseConfigObject";
    const METHODS: &'static [&'static str] = METHODS;

    fn str(&self) -> String {
        "<config>".to_owned()
    }

    fn invoke(self: &Arc<Self>, _: &mut State, args: &[Value]) -> Result<Value, Error> {
        let args = Arguments::new(args);
        let given = args.keywords.iter().map(|(_, value)| value);
        if args.positional.iter().chain(given).any(holds_undefined) {
            let message = "a value that is given to config() is undefined";
            return Err(super::calls::compilation_error(message));
        }
        let options = match (args.positional, args.keywords.as_slice()) {
            ([one], []) if one.downcast_object_ref::<Dict>().is_some() => to_json(one),
            ([], [_, ..]) => args
                .keywords
                .iter()
                .map(|(key, value)| (key.clone(), to_json(value)))
                .collect(),
            _ => {
                let message = "Invalid inline model config: use `config(key=value, …)`";
                return Err(super::calls::compilation_error(message));
            }
        };
        self.add(options.as_object().cloned().unwrap_or_default())
    }

    fn method(self: &Arc<Self>, _: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
        match name {
            "set" => {
                let [key, value] = bind("set", ["name", "value"], 2, args)?;
                let key = key
                    .and_then(|key| key.as_str().map(str::to_owned))
                    .unwrap_or_default();
                let value = to_json(&value.unwrap_or_default());
                self.add(JsonDict::from_iter([(key, value)]))
            }
            "get" | "meta_get" => {
                bind::<3>(name, ["name", "default", "validator"], 1, args)?;
                Ok(Value::from(""))
            }
            "require" | "meta_require" => {
                bind::<2>(name, ["name", "validator"], 1, args)?;
                Ok(Value::from(""))
            }
            "persist_relation_docs" | "persist_column_docs" => Ok(Value::from(false)),
            _ => Err(not_implemented()),
        }
    }
}
python_object!(ParseConfig);

/// Tells whether a value is undefined or has such a value in it.
fn holds_undefined(value: &Value) -> bool {
    if let Some(list) = value.downcast_object_ref::<List>() {
        return list.items().iter().any(holds_undefined);
    }
    if let Some(dict) = value.downcast_object_ref::<Dict>() {
        return dict
            .entries()
            .iter()
            .any(|(_, value)| holds_undefined(value));
    }
    value.is_undefined()
}

/// The run phase's `config`: answers from the merged configuration.
#[derive(Debug)]
struct RunConfig {
    node: Arc<Node>,
}

/// Makes `config` for a node that is compiled or run.
pub fn run_config_value(node: Arc<Node>) -> Value {
    Value::from_object(RunConfig { node })
}

impl RunConfig {
    fn lookup(&self, name: &str) -> Option<Value> {
        let snapshot = self.node.resource_type == ResourceType::Snapshot;
        if snapshot && name == "snapshot_table_column_names" {
            return Some(self.meta_columns());
        }
        look_up(&self.node.config, name).map(from_json)
    }

    /// Names all columns that a snapshot adds: those of `snapshot_meta_column_names`, else dbt's.
    fn meta_columns(&self) -> Value {
        let chosen = self.node.config.dict("snapshot_meta_column_names");
        let named = SNAPSHOT_COLUMNS.iter().map(|column| {
            let own = chosen.and_then(|names| names.get(*column));
            let own = own.and_then(serde_json::Value::as_str);
            let name = own.filter(|own| !own.is_empty()).unwrap_or(column);
            ((*column).to_owned(), serde_json::Value::from(name))
        });
        from_json(&named.collect())
    }

    fn missing(&self, name: &str) -> Error {
        let id = &self.node.unique_id;
        raise(
            "MissingConfigError",
            format!("Model '{id}' does not define a required config parameter '{name}'."),
        )
    }

    fn meta(&self, name: &str) -> Option<Value> {
        let meta = self.node.config.dict("meta")?;
        meta.get(name).map(from_json)
    }

    fn docs(&self, key: &str) -> Value {
        let docs = self.node.config.dict("persist_docs");
        docs.and_then(|docs| docs.get(key))
            .map_or(Value::from(false), from_json)
    }
}

/// Looks a key up; templates find hooks under the spelling of Python.
fn look_up<'a>(config: &'a Config, name: &str) -> Option<&'a serde_json::Value> {
    match name {
        "pre_hook" => config.get("pre-hook"),
        "post_hook" => config.get("post-hook"),
        "pre-hook" | "post-hook" => None,
        other => config.get(other),
    }
}

impl PythonObject for RunConfig {
    const TYPE: &'static str = "RuntimeConfigObject";
    const METHODS: &'static [&'static str] = METHODS;

    fn str(&self) -> String {
        "<config>".to_owned()
    }

    fn invoke(self: &Arc<Self>, _: &mut State, _: &[Value]) -> Result<Value, Error> {
        Ok(Value::from(""))
    }

    fn method(
        self: &Arc<Self>,
        state: &mut State,
        name: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        match name {
            "set" => Ok(Value::from("")),
            "persist_relation_docs" => Ok(self.docs("relation")),
            "persist_column_docs" => Ok(self.docs("columns")),
            "get" | "meta_get" => {
                let [key, default, validator] =
                    bind("get", ["name", "default", "validator"], 1, args)?;
                let key = key.unwrap_or_default();
                let key = key.as_str().unwrap_or_default();
                let found = if name == "get" {
                    self.lookup(key)
                } else {
                    self.meta(key)
                };
                let given = default.is_some();
                let value = found.or(default).unwrap_or(Value::from(()));
                if let (Some(validator), true) = (validator, given) {
                    validator.call(state, std::slice::from_ref(&value))?;
                }
                Ok(value)
            }
            "require" | "meta_require" => {
                let [key, validator] = bind("require", ["name", "validator"], 1, args)?;
                let key = key.unwrap_or_default();
                let key = key.as_str().unwrap_or_default();
                let found = if name == "require" {
                    self.lookup(key)
                } else {
                    self.meta(key)
                };
                let value = found.ok_or_else(|| self.missing(key))?;
                if let Some(validator) = validator {
                    validator.call(state, std::slice::from_ref(&value))?;
                }
                Ok(value)
            }
            _ => Err(not_implemented()),
        }
    }
}
python_object!(RunConfig);
