//! `list`.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, State, Value};

use super::nesting::{container, dismantle};
use super::text::write_items;

mod methods;
pub(super) use methods::METHODS;

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

impl Drop for List {
    fn drop(&mut self) {
        dismantle(std::mem::take(
            self.0.get_mut().unwrap_or_else(PoisonError::into_inner),
        ));
    }
}

/// Adds the `repr` of a list.
pub(super) fn write(out: &mut String, value: &Value) {
    container(out, value, "[...]", |out| {
        let items = match value.downcast_object_ref::<List>() {
            Some(list) => list.items(),
            None => value.try_iter().into_iter().flatten().collect(),
        };
        write_items(out, "[", &items, "]");
    });
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<list>")
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

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        methods::call(self, state, method, args)
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        write(&mut out, &Value::from_dyn_object(self.clone()));
        f.write_str(&out)
    }
}
