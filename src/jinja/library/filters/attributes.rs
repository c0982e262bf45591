//! Attributes by path: `a.b.0`, as `map`, `sort` and others take them, and the filter `attr`.

use minijinja::{Error, State, Value};

use crate::jinja::library::arguments::bind;
use crate::jinja::library::number::Number;
use crate::jinja::python::{attribute, item, text};

/// A path of attributes and items.
#[derive(Debug, Clone, Default)]
pub(super) struct Path {
    parts: Vec<Value>,
    default: Option<Value>,
}

impl Path {
    /// Reads a path: a text with points, or a number; none leads to the value itself.
    pub(super) fn new(path: Option<&Value>) -> Self {
        let parts = match path {
            None => Vec::new(),
            Some(path) if path.is_none() => Vec::new(),
            Some(path) => match path.as_str() {
                Some(path) => path.split('.').map(part).collect(),
                None => vec![path.clone()],
            },
        };
        Self {
            parts,
            default: None,
        }
    }

    /// Reads several paths with commas between them.
    pub(super) fn several(paths: Option<&Value>) -> Vec<Self> {
        match paths.and_then(|paths| paths.as_str()) {
            Some(paths) => {
                let paths = paths.split(',');
                paths
                    .map(|path| Self::new(Some(&Value::from(path))))
                    .collect()
            }
            None => vec![Self::new(paths)],
        }
    }

    /// Takes a default for what is not there.
    pub(super) fn or(self, default: Option<Value>) -> Self {
        let default = default.filter(|default| !default.is_none());
        Self { default, ..self }
    }

    /// Follows the path.
    pub(super) fn of(&self, value: &Value) -> Result<Value, Error> {
        let mut value = value.clone();
        for part in &self.parts {
            if value.is_undefined() {
                return Err(super::undefined());
            }
            let found = item(&value, part).filter(|found| !found.is_undefined());
            value = found.or_else(|| self.default.clone()).unwrap_or_default();
        }
        Ok(value)
    }
}

fn part(name: &str) -> Value {
    let digits = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    match name.parse::<i64>() {
        Ok(number) if digits => Value::from(number),
        _ => Value::from(name),
    }
}

/// Puts texts in lower case unless case counts.
pub(super) fn folded(value: Value, case_sensitive: bool) -> Value {
    match value.as_str() {
        Some(text) if !case_sensitive && Number::of(&value).is_none() => {
            Value::from(text.to_lowercase())
        }
        _ => value,
    }
}

/// `attr(obj, name)`: an attribute, and no item.
pub(super) fn attr(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [value, name] = bind("do_attr", ["obj", "name"], 2, args)?;
    let (value, name) = (value.unwrap_or_default(), text(&name.unwrap_or_default()));
    if crate::jinja::python::Class::of(&value) == crate::jinja::python::Class::Dict {
        // The entries of a dict are items.
        let is_entry = item(&value, &Value::from(name.as_str())).is_some();
        let found = attribute(&value, &name);
        return Ok(found
            .filter(|it| !is_entry || it.as_object().is_some())
            .unwrap_or_default());
    }
    Ok(attribute(&value, &name).unwrap_or_default())
}
