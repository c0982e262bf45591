//! `dict_keys`, `dict_values`, `dict_items`: what is in a dict at the time of looking.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, ErrorKind, State, Value};

use super::methods::pair;
use super::{Dict, entries};
use crate::jinja::library::object::CLASS;
use crate::jinja::python::key::Key;
use crate::jinja::python::set::Set;
use crate::jinja::python::text::write_items;

/// What of the entries a view shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ViewKind {
    Keys,
    Values,
    Items,
}

/// A view of a dict or of a map of another kind.
pub(super) struct View {
    map: Value,
    kind: ViewKind,
}

impl View {
    pub(super) fn value(map: &Value, kind: ViewKind) -> Value {
        Value::from_object(Self {
            map: map.clone(),
            kind,
        })
    }

    fn items(&self) -> Vec<Value> {
        let entries = entries(&self.map).into_iter();
        match self.kind {
            ViewKind::Keys => entries.map(|(key, _)| key).collect(),
            ViewKind::Values => entries.map(|(_, value)| value).collect(),
            ViewKind::Items => entries.map(|(key, value)| pair(key, value)).collect(),
        }
    }

    fn class(&self) -> &'static str {
        match self.kind {
            ViewKind::Keys => "dict_keys",
            ViewKind::Values => "dict_values",
            ViewKind::Items => "dict_items",
        }
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.class())
    }
}

impl Object for View {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Iterable
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        (key.as_str() == Some(CLASS)).then(|| Value::from(self.class()))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.items())
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        // Keys and items are sets where operators are concerned.
        match (self.kind, method) {
            (ViewKind::Keys | ViewKind::Items, "__sub__" | "isdisjoint") => {
                let method = if method == "__sub__" {
                    "difference"
                } else {
                    method
                };
                let keys: Result<_, Error> = self.items().into_iter().map(Key::checked).collect();
                Value::from_object(Set::new(keys?)).call_method(state, method, args)
            }
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        match self.map.downcast_object_ref::<Dict>() {
            Some(dict) => Some(dict.len()),
            None => self.map.len(),
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = format!("{}(", self.class());
        write_items(&mut out, "[", &self.items(), "]");
        write!(f, "{out})")
    }
}
