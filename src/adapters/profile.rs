//! Reading a target of a profile key by key, noting all that is wrong.

use std::cell::RefCell;

use serde_json::Value;

use super::agate::float;
use crate::nodes::Dict;

/// One thing that is wrong with a target of a profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` {message}", key.join("."))]
pub struct ProfileError {
    /// Where: keys and list positions below the target.
    pub key: Vec<String>,
    /// A clause that goes on after the key.
    pub message: String,
}

/// A mapping of a profile, or a value within one.
#[derive(Debug)]
pub(super) struct Reader<'p> {
    fields: Option<&'p Dict>,
    value: Option<&'p Value>,
    key: Vec<String>,
    problems: &'p RefCell<Vec<ProfileError>>,
}

impl<'p> Reader<'p> {
    /// Reads a target with `read`; fails with all that was noted.
    pub(super) fn read<T>(
        target: &Dict,
        read: impl FnOnce(&Reader<'_>) -> T,
    ) -> Result<T, Vec<ProfileError>> {
        let problems = RefCell::default();
        let value = read(&Reader {
            fields: Some(target),
            value: None,
            key: Vec::new(),
            problems: &problems,
        });
        let problems = problems.into_inner();
        if problems.is_empty() {
            Ok(value)
        } else {
            Err(problems)
        }
    }

    /// Returns the value itself.
    pub(super) fn value(&self) -> &'p Value {
        self.value.unwrap_or(&Value::Null)
    }

    /// Lists the keys of the mapping with their values.
    pub(super) fn items(&self) -> impl Iterator<Item = (&'p str, &'p Value)> {
        let fields = self.fields.into_iter().flatten();
        fields.map(|(key, value)| (key.as_str(), value))
    }

    /// Returns a value; null is none.
    pub(super) fn get(&self, key: &str) -> Option<&'p Value> {
        self.fields?.get(key).filter(|value| !value.is_null())
    }

    /// Notes that something is wrong with a key, or with the value itself if `key` is empty.
    pub(super) fn wrong(&self, key: &str, message: impl Into<String>) {
        let mut path = self.key.clone();
        path.extend((!key.is_empty()).then(|| key.to_owned()));
        self.problems.borrow_mut().push(ProfileError {
            key: path,
            message: message.into(),
        });
    }

    /// Reads a text.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        let text = self.get(key)?.as_str().map(str::to_owned);
        self.noted(key, text, "must be a text (put quotes around it)")
    }

    /// Reads a text that has to be there.
    pub(super) fn required_text(&self, key: &str) -> Option<String> {
        if self.get(key).is_none() {
            self.wrong("", format!("needs `{key}`"));
        }
        self.text(key)
    }

    /// Reads a truth value.
    pub(super) fn truth(&self, key: &str) -> Option<bool> {
        self.noted(key, self.get(key)?.as_bool(), "must be `true` or `false`")
    }

    /// Reads a count of at least one.
    pub(super) fn count(&self, key: &str) -> Option<u32> {
        let count = self
            .get(key)?
            .as_u64()
            .and_then(|it| u32::try_from(it).ok());
        let count = count.filter(|it| *it > 0);
        self.noted(key, count, "must be a whole number above zero")
    }

    /// Reads a mapping of names to plain values, which become text as Python writes them.
    pub(super) fn options(&self, key: &str) -> Vec<(String, String)> {
        let option = |at: &Reader<'_>| {
            let options = at.items();
            Some(
                options
                    .map(|(name, value)| (name.to_owned(), python_text(value)))
                    .collect(),
            )
        };
        self.section(key, option).unwrap_or_default()
    }

    /// Reads what is below a key that holds a mapping.
    pub(super) fn section<T>(
        &self,
        key: &str,
        read: impl FnOnce(&Reader<'_>) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(key)?;
        if !value.is_object() {
            self.wrong(key, "must be a mapping");
            return None;
        }
        read(&self.inner(vec![key.to_owned()], value))
    }

    /// Reads each item of a list.
    pub(super) fn list<T>(&self, key: &str, read: impl Fn(&Reader<'_>) -> Option<T>) -> Vec<T> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let Some(items) = value.as_array() else {
            self.wrong(key, "must be a list");
            return Vec::new();
        };
        let items = items.iter().enumerate();
        items
            .filter_map(|(at, item)| read(&self.inner(vec![key.to_owned(), at.to_string()], item)))
            .collect()
    }

    fn inner(&self, below: Vec<String>, value: &'p Value) -> Self {
        Self {
            fields: value.as_object(),
            value: Some(value),
            key: self.key.iter().cloned().chain(below).collect(),
            problems: self.problems,
        }
    }

    fn noted<T>(&self, key: &str, value: Option<T>, message: &str) -> Option<T> {
        if value.is_none() {
            self.wrong(key, message);
        }
        value
    }
}

/// Writes a value as Python's `str()`.
pub(super) fn python_text(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) if number.is_f64() => float(number.as_f64().unwrap_or_default()),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(python_repr).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(items) => {
            let item = |(key, value)| format!("'{key}': {}", python_repr(value));
            let items: Vec<_> = items.iter().map(item).collect();
            format!("{{{}}}", items.join(", "))
        }
    }
}

pub(super) fn python_repr(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains('\'') && !text.contains('"') => format!("\"{text}\""),
        Value::String(text) => {
            let escaped = text.replace('\\', "\\\\").replace('\'', "\\'");
            format!("'{escaped}'")
        }
        _ => python_text(value),
    }
}
