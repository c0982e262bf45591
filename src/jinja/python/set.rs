//! `set`.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use indexmap::IndexSet;
use minijinja::Value;
use minijinja::value::{Enumerator, Object, ObjectRepr};

use super::key::Key;

/// A mutable set, shared by reference. Its order is that of insertion, where Python's is by hash.
#[derive(Default)]
pub struct Set(Mutex<IndexSet<Key>>);

impl Set {
    /// Makes a set.
    pub fn new(items: IndexSet<Key>) -> Self {
        Self(Mutex::new(items))
    }

    /// Makes a set as a value; the caller has made sure that the items are hashable.
    pub fn value(items: impl IntoIterator<Item = Value>) -> Value {
        Value::from_object(Self::new(items.into_iter().map(Key::new).collect()))
    }

    /// Copies the items out.
    pub fn items(&self) -> Vec<Value> {
        self.with(|items| items.iter().map(|key| key.value().clone()).collect())
    }

    /// Tells whether an item is in.
    pub fn contains(&self, item: &Value) -> bool {
        self.with(|items| items.contains(&Key::new(item.clone())))
    }

    /// Returns the number of items.
    pub fn len(&self) -> usize {
        self.with(|items| items.len())
    }

    /// Tells whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads or changes the items; `change` must not touch this set by another way.
    pub fn with<R>(&self, change: impl FnOnce(&mut IndexSet<Key>) -> R) -> R {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.items()).finish()
    }
}

impl Object for Set {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Iterable
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.items())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.len())
    }

    fn is_true(self: &Arc<Self>) -> bool {
        !self.is_empty()
    }
}
