//! `list`.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::Value;
use minijinja::value::{Enumerator, Object, ObjectRepr};

/// A mutable list, shared by reference.
#[derive(Default)]
pub struct List(Mutex<Vec<Value>>);

impl List {
    /// Makes a list.
    pub fn new(items: Vec<Value>) -> Self {
        Self(Mutex::new(items))
    }

    /// Makes a list as a value.
    pub fn value(items: impl IntoIterator<Item = Value>) -> Value {
        Value::from_object(Self::new(items.into_iter().collect()))
    }

    /// Copies the items out.
    pub fn items(&self) -> Vec<Value> {
        self.with(|items| items.clone())
    }

    /// Returns one item.
    pub fn get(&self, at: usize) -> Option<Value> {
        self.with(|items| items.get(at).cloned())
    }

    /// Returns the number of items.
    pub fn len(&self) -> usize {
        self.with(|items| items.len())
    }

    /// Tells whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads or changes the items; `change` must not touch this list by another way.
    pub fn with<R>(&self, change: impl FnOnce(&mut Vec<Value>) -> R) -> R {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.items()).finish()
    }
}

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get(key.as_usize()?)
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
