//! YAML as PyYAML's `safe_load` and `safe_dump` read and write it: `fromyaml` and `toyaml`.

mod emitter;
mod scalar;
mod write;

use minijinja::{Error, Value};

use super::arguments::bind;
use super::datetime::{Date, DateTime, Zone};
use super::errors::{class_of, type_error};
use crate::jinja::python::{Dict, Key, List};
use crate::text::FileId;
use crate::yaml;

/// Turns YAML into fresh, mutable values.
pub fn from_node(node: &yaml::Node) -> Value {
    match &node.value {
        yaml::Value::Null => Value::from(()),
        yaml::Value::Bool(truth) => Value::from(*truth),
        yaml::Value::Int(number) => match i64::try_from(*number) {
            Ok(number) => Value::from(number),
            Err(_) => Value::from(*number),
        },
        yaml::Value::BigInt(digits) => match digits.parse::<f64>() {
            Ok(number) => Value::from(number),
            Err(_) => Value::from(digits.as_str()),
        },
        yaml::Value::Float(number) => Value::from(*number),
        yaml::Value::Date(day) => Date(*day).into(),
        yaml::Value::Timestamp(moment, offset) => {
            let zone = offset.map(|offset| Zone::fixed(offset.local_minus_utc()));
            DateTime::new(*moment, zone).into()
        }
        yaml::Value::String(text) => Value::from(text.as_str()),
        yaml::Value::Seq(items) => List::value(items.iter().map(from_node)),
        yaml::Value::Map(mapping) => {
            let entries = mapping.iter();
            let entries =
                entries.map(|entry| (Key::new(from_node(&entry.key)), from_node(&entry.value)));
            Value::from_object(Dict::new(entries.collect()))
        }
    }
}

/// `fromyaml(value, default)`.
pub(super) fn from_yaml(args: &[Value]) -> Result<Value, Error> {
    let [value, default] = bind("fromyaml", ["value", "default"], 1, args)?;
    let value = value.unwrap_or_default();
    let Some(text) = value.as_str() else {
        return Err(type_error("a string or stream input is required"));
    };
    Ok(match yaml::parse(FileId::default(), text).0 {
        Some(tree) => from_node(&tree),
        None => default.unwrap_or(Value::from(())),
    })
}

/// Writes with sorted keys, and lists below keys indented.
pub(super) fn dump_indented(value: &Value) -> Result<String, Error> {
    write::dump(value, true, true)
}

/// `toyaml(value, default, sort_keys)`.
pub(super) fn to_yaml(args: &[Value]) -> Result<Value, Error> {
    let [value, default, sort_keys] = bind("toyaml", ["value", "default", "sort_keys"], 1, args)?;
    let sort_keys = sort_keys.is_some_and(|it| it.is_true());
    match write::dump(&value.unwrap_or_default(), sort_keys, false) {
        Ok(text) => Ok(Value::from(text)),
        Err(error) if matches!(class_of(&error), Some("RepresenterError" | "ValueError")) => {
            Ok(default.unwrap_or(Value::from(())))
        }
        Err(error) => Err(error),
    }
}
