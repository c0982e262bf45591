//! `namespace()`: the one object whose attributes templates set.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use indexmap::IndexMap;
use minijinja::value::{Object, ObjectRepr};
use minijinja::{Error, Value};

use super::dict::updates;
use super::text::write_repr;
use crate::jinja::library::object::CLASS;

/// A namespace, shared by reference.
#[derive(Default)]
pub struct Namespace(Mutex<IndexMap<String, Value>>);

impl Namespace {
    /// Makes a namespace from the arguments of `namespace()`.
    pub fn call(args: &[Value]) -> Result<Value, Error> {
        let entries = updates("namespace", args)?.into_iter();
        let entries = entries.map(|(key, value)| (key.into_value().to_string(), value));
        Ok(Value::from_object(Self(Mutex::new(entries.collect()))))
    }

    /// Sets an attribute.
    pub fn set(&self, name: &str, value: Value) {
        self.with(|entries| entries.insert(name.to_owned(), value));
    }

    fn with<R>(&self, run: impl FnOnce(&mut IndexMap<String, Value>) -> R) -> R {
        run(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.with(|entries| entries.clone());
        let mut out = "<Namespace {".to_owned();
        for (at, (name, value)) in entries.iter().enumerate() {
            if at > 0 {
                out.push_str(", ");
            }
            write_repr(&mut out, &Value::from(name.as_str()));
            out.push_str(": ");
            write_repr(&mut out, value);
        }
        f.write_str(&out)?;
        f.write_str("}>")
    }
}

impl Object for Namespace {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match key {
            CLASS => Some(Value::from("Namespace")),
            _ => self.with(|entries| entries.get(key).cloned()),
        }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }
}
