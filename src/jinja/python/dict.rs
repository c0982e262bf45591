//! `dict`.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use indexmap::IndexMap;
use minijinja::Value;
use minijinja::value::{Enumerator, Object, ObjectRepr};

use super::key::{Key, TextKey};

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

impl fmt::Debug for Dict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.entries()).finish()
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
}
