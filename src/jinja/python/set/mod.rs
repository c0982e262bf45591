//! `set`.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use indexmap::IndexSet;
use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, State, Value};

use super::key::Key;
use super::text::write_items;
use crate::jinja::library::object::CLASS;

mod methods;
mod order;

pub(super) use methods::{METHODS, difference};

/// A mutable set, shared by reference. Whole numbers stand in CPython's order; everything else
/// stands in the order of insertion, where Python's order changes with every process.
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
        let items: Vec<Value> =
            self.with(|items| items.iter().map(|key| key.value().clone()).collect());
        order::ordered(items)
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

/// Adds the `repr` of a set.
pub(super) fn write(out: &mut String, value: &Value) {
    let items = value
        .downcast_object_ref::<Set>()
        .map(Set::items)
        .unwrap_or_default();
    match items.is_empty() {
        true => out.push_str("set()"),
        false => write_items(out, "{", &items, "}"),
    }
}

impl fmt::Debug for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<set>")
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

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        (key.as_str() == Some(CLASS)).then(|| Value::from("set"))
    }

    fn call_method(
        self: &Arc<Self>,
        _state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        methods::call(self, method, args)
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        write(&mut out, &Value::from_dyn_object(self.clone()));
        f.write_str(&out)
    }
}
