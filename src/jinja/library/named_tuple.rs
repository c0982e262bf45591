//! Tuples whose items have names: `isocalendar()`, `timetuple()`, the groups of `groupby`.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{DynObject, Enumerator, Object, ObjectRepr, Tuple};
use minijinja::{Error, State, Value};

use super::errors::value_error;
use super::object::{CLASS, REPR, not_implemented};
use crate::jinja::python::{equal, ordered, repr};

/// A tuple whose items have names.
#[derive(Debug)]
pub(crate) struct NamedTuple {
    /// The class, if it is printed.
    class: Option<&'static str>,
    fields: Vec<(&'static str, Value)>,
}

/// Makes a tuple that prints its class and names.
pub(crate) fn named(class: &'static str, fields: Vec<(&'static str, Value)>) -> Value {
    Value::from_object(NamedTuple {
        class: Some(class),
        fields,
    })
}

/// Makes a tuple that prints as any other.
pub(crate) fn plain(fields: Vec<(&'static str, Value)>) -> Value {
    Value::from_object(NamedTuple {
        class: None,
        fields,
    })
}

impl NamedTuple {
    /// Returns a field by name.
    pub(crate) fn field(&self, name: &str) -> Option<Value> {
        let (_, value) = self.fields.iter().find(|(known, _)| *known == name)?;
        Some(value.clone())
    }

    fn values(&self) -> Vec<Value> {
        self.fields.iter().map(|(_, value)| value.clone()).collect()
    }

    fn tuple(&self) -> Value {
        Value::from(Tuple::from(self.values()))
    }

    fn written(&self) -> String {
        let Some(class) = self.class else {
            return repr(&self.tuple());
        };
        let fields = self.fields.iter();
        let fields: Vec<_> = fields
            .map(|(name, value)| format!("{name}={}", repr(value)))
            .collect();
        format!("{class}({})", fields.join(", "))
    }
}

impl Object for NamedTuple {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        if let Some(name) = key.as_str() {
            return self.get_value_by_str(name);
        }
        let (_, value) = self.fields.get(key.as_usize()?)?;
        Some(value.clone())
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match key {
            REPR => Some(Value::from(self.written())),
            CLASS => Some(Value::from(self.class.unwrap_or("tuple"))),
            _ => self.field(key),
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.values())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.fields.len())
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let [wanted] = args else {
            return Err(not_implemented());
        };
        let mut values = self.fields.iter().map(|(_, value)| value);
        match method {
            "count" => Ok(Value::from(
                values.filter(|value| equal(value, wanted)).count(),
            )),
            "index" => values
                .position(|value| equal(value, wanted))
                .map(Value::from)
                .ok_or_else(|| value_error("tuple.index(x): x not in tuple")),
            _ => Err(not_implemented()),
        }
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        let (a, b) = (self.tuple(), other.downcast_ref::<Self>()?.tuple());
        match equal(&a, &b) {
            true => Some(Ordering::Equal),
            false => Some(match ordered("<", &a, &b).ok()? {
                true => Ordering::Less,
                false => Ordering::Greater,
            }),
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written())
    }
}
