//! JSON as Python's `json` writes and reads it: `tojson`, `fromjson` and the filter `tojson`.

mod read;
mod write;

use minijinja::{Error, Value};

pub(crate) use write::{Style, dumps};

use self::read::loads;
use super::arguments::bind;
use super::errors::{class_of, type_error};
use super::number::type_name;

/// `tojson(value, default, sort_keys)`.
pub(super) fn to_json(args: &[Value]) -> Result<Value, Error> {
    let [value, default, sort_keys] = bind("tojson", ["value", "default", "sort_keys"], 1, args)?;
    let style = Style {
        sort_keys: sort_keys.is_some_and(|it| it.is_true()),
        ..Style::default()
    };
    match dumps(&value.unwrap_or_default(), &style) {
        Ok(text) => Ok(Value::from(text)),
        // Only a structure that holds itself falls back to the default.
        Err(error) if class_of(&error) == Some("ValueError") => {
            Ok(default.unwrap_or(Value::from(())))
        }
        Err(error) => Err(error),
    }
}

/// `fromjson(string, default)`.
pub(super) fn from_json(args: &[Value]) -> Result<Value, Error> {
    let [string, default] = bind("fromjson", ["string", "default"], 1, args)?;
    let string = string.unwrap_or_default();
    let Some(text) = string.as_str() else {
        return Err(type_error(format!(
            "the JSON object must be str, bytes or bytearray, not {}",
            type_name(&string)
        )));
    };
    Ok(loads(text).or(default).unwrap_or(Value::from(())))
}
