//! `dict`.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use indexmap::IndexMap;
use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, State, Value};

use super::key::{Key, TextKey};
use super::nesting::{container, dismantle};
use super::text::write_repr;

mod methods;
mod views;

pub(crate) use methods::updates;
pub(super) use methods::{METHODS, call};

/// A mutable dict in insertion order, shared by reference.
#[derive(Default)]
pub struct Dict(Mutex<IndexMap<Key, Value>>);

impl Dict {
    /// Makes a dict.
    pub fn new(entries: IndexMap<Key, Value>) -> Self {
        Self(Mutex::new(entries))
    }

    /// Makes a dict as a value; a later key replaces an equal earlier one.
    pub fn value<K: Into<Value>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
        let entries = entries.into_iter();
        let entries = entries.map(|(key, value)| (Key::new(key.into()), value));
        Value::from_object(Self::new(entries.collect()))
    }

    /// Copies the entries out.
    pub fn entries(&self) -> Vec<(Value, Value)> {
        let pair = |(key, value): (&Key, &Value)| (key.value().clone(), value.clone());
        self.with(|entries| entries.iter().map(pair).collect())
    }

    /// Copies the keys out.
    pub fn keys(&self) -> Vec<Value> {
        self.with(|entries| entries.keys().map(|key| key.value().clone()).collect())
    }

    /// Looks up a string key.
    pub fn get(&self, key: &str) -> Option<Value> {
        self.with(|entries| entries.get(&TextKey(key)).cloned())
    }

    /// Looks up a key.
    pub fn get_key(&self, key: &Value) -> Option<Value> {
        self.with(|entries| entries.get(&Key::new(key.clone())).cloned())
    }

    /// Sets an entry and returns the one that it replaces.
    pub fn insert(&self, key: impl Into<Value>, value: Value) -> Option<Value> {
        let key = Key::new(key.into());
        self.with(|entries| entries.insert(key, value))
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.with(|entries| entries.len())
    }

    /// Tells whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads or changes the entries; `change` must not touch this dict by another way.
    pub fn with<R>(&self, change: impl FnOnce(&mut IndexMap<Key, Value>) -> R) -> R {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Dict {
    fn drop(&mut self) {
        let entries = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        dismantle(std::mem::take(entries).into_values().collect());
    }
}

/// Copies the entries of a dict or of a map of another kind.
pub fn entries(value: &Value) -> Vec<(Value, Value)> {
    match value.downcast_object_ref::<Dict>() {
        Some(dict) => dict.entries(),
        None => {
            let pairs = value.as_object().and_then(|object| object.try_iter_pairs());
            pairs.into_iter().flatten().collect()
        }
    }
}

/// Looks a key up in a dict or in a map of another kind.
pub fn lookup(value: &Value, key: &Value) -> Option<Value> {
    match value.downcast_object_ref::<Dict>() {
        Some(dict) => dict.get_key(key),
        None => value.as_object()?.get_value(key),
    }
}

/// Adds the `repr` of a dict.
pub(super) fn write(out: &mut String, value: &Value) {
    container(out, value, "{...}", |out| {
        out.push('{');
        for (at, (key, value)) in entries(value).iter().enumerate() {
            if at > 0 {
                out.push_str(", ");
            }
            write_repr(out, key);
            out.push_str(": ");
            write_repr(out, value);
        }
        out.push('}');
    });
}

impl fmt::Debug for Dict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<dict>")
    }
}

impl Object for Dict {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_key(key)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.get(key)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::KeyValueIter(Box::new(self.entries().into_iter()))
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.len())
    }

    fn is_true(self: &Arc<Self>) -> bool {
        !self.is_empty()
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        methods::call(&Value::from_dyn_object(self.clone()), state, method, args)
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        write(&mut out, &Value::from_dyn_object(self.clone()));
        f.write_str(&out)
    }
}
