//! Named tuples: `isocalendar()` and `timetuple()`.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, State, Value};

use crate::jinja::library::errors::value_error;
use crate::jinja::library::object::{CLASS, REPR, not_implemented};

/// A tuple whose items have names.
#[derive(Debug)]
struct NamedTuple {
    type_name: &'static str,
    fields: Vec<(&'static str, i64)>,
}

/// Makes a tuple whose items have names.
pub(super) fn named(type_name: &'static str, fields: &[(&'static str, i64)]) -> Value {
    Value::from_object(NamedTuple {
        type_name,
        fields: fields.to_vec(),
    })
}

impl NamedTuple {
    fn repr(&self) -> String {
        let fields = self.fields.iter();
        let written: Vec<_> = fields
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("{}({})", self.type_name, written.join(", "))
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
        Some(Value::from(*value))
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match key {
            REPR => Some(Value::from(NamedTuple::repr(self))),
            CLASS => Some(Value::from(self.type_name)),
            _ => {
                let (_, value) = self.fields.iter().find(|(name, _)| *name == key)?;
                Some(Value::from(*value))
            }
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.fields.len())
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
        let mut values = self.fields.iter().map(|(_, value)| Value::from(*value));
        match method {
            "count" => Ok(Value::from(values.filter(|value| value == wanted).count())),
            "index" => values
                .position(|value| value == *wanted)
                .map(Value::from)
                .ok_or_else(|| value_error("tuple.index(x): x not in tuple")),
            _ => Err(not_implemented()),
        }
    }

    fn render(self: &Arc<Self>, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&NamedTuple::repr(self))
    }
}
