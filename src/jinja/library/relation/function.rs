//! What a relation tells of the function that it is.

use std::sync::Arc;

use minijinja::{Error, Value};

use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::raise;
use crate::jinja::library::object::{PythonObject, python_object};
use crate::jinja::python::text;

/// Language and kind of a function.
#[derive(Debug)]
struct FunctionConfig {
    language: Value,
    kind: Value,
    runtime_version: Value,
    entry_point: Value,
}

impl PythonObject for FunctionConfig {
    const TYPE: &'static str = "FunctionConfig";

    fn str(&self) -> String {
        format!(
            "<FunctionConfig {} {}>",
            text(&self.kind),
            text(&self.language)
        )
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        Some(match name {
            "language" => self.language.clone(),
            "type" => self.kind.clone(),
            "runtime_version" => self.runtime_version.clone(),
            "entry_point" => self.entry_point.clone(),
            _ => return None,
        })
    }
}
python_object!(FunctionConfig);

/// `get_function_config`: none for what is no function.
pub(super) fn config(args: &[Value]) -> Result<Value, Error> {
    let [model] = bind("get_function_config", ["model"], 1, args)?;
    let model = model.unwrap_or_default();
    let item = |of: &Value, key: &str| of.get_item(&Value::from(key)).unwrap_or_default();
    if item(&model, "resource_type").as_str() != Some("function") {
        return Ok(Value::from(()));
    }
    let config = item(&model, "config");
    let set = |key: &str| {
        let value = item(&config, key);
        if value.is_undefined() {
            Value::from(())
        } else {
            value
        }
    };
    let found = FunctionConfig {
        language: item(&model, "language"),
        kind: set("type"),
        runtime_version: set("runtime_version"),
        entry_point: set("entry_point"),
    };
    if found.language.as_str() == Some("python") {
        for (key, value) in [
            ("A `runtime_version`", &found.runtime_version),
            ("An `entry_point`", &found.entry_point),
        ] {
            if value.is_none() {
                let message = format!("{key} is required for python functions");
                return Err(raise("RuntimeError", message));
            }
        }
    }
    Ok(Value::from_object(found))
}

/// `get_function_macro_name`: `scalar_function_sql` and the like.
pub(super) fn macro_name(args: &[Value]) -> Result<Value, Error> {
    let [config] = bind("get_function_macro_name", ["config"], 1, args)?;
    let config = config.unwrap_or_default();
    let part = |key: &str| config.get_attr(key).map(|it| text(&it));
    Ok(Value::from(format!(
        "{}_function_{}",
        part("type")?,
        part("language")?
    )))
}
