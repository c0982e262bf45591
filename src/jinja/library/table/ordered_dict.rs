//! `OrderedDict`: what `row.dict()` gives.

use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Enumerator, Object};

use crate::jinja::library::object::{CLASS, REPR};
use crate::jinja::python::{equal, repr};

/// A dict that prints its class; it cannot be changed.
#[derive(Debug)]
pub(super) struct OrderedDict(Vec<(Value, Value)>);

impl OrderedDict {
    /// Makes one as a value.
    pub(super) fn value(entries: Vec<(Value, Value)>) -> Value {
        Value::from_object(Self(entries))
    }

    fn repr(&self) -> String {
        let pair = |(key, value): &(Value, Value)| format!("({}, {})", repr(key), repr(value));
        let pairs: Vec<_> = self.0.iter().map(pair).collect();
        match pairs.is_empty() {
            true => "OrderedDict()".to_owned(),
            false => format!("OrderedDict([{}])", pairs.join(", ")),
        }
    }
}

impl Object for OrderedDict {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str() {
            Some(REPR) => Some(Value::from(OrderedDict::repr(self))),
            Some(CLASS) => Some(Value::from("collections.OrderedDict")),
            _ => {
                let (_, value) = self.0.iter().find(|(known, _)| equal(known, key))?;
                Some(value.clone())
            }
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::KeyValueIter(Box::new(self.0.clone().into_iter()))
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.0.len())
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&OrderedDict::repr(self))
    }
}
