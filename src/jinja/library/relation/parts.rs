//! What a relation has for each part of its name: the name itself, whether it is quoted, whether
//! it is written. dbt's `Path` and `Policy`.

use std::cmp::Ordering;
use std::sync::Arc;

use minijinja::{Error, State, Value};

use crate::adapters::Relation;
use crate::jinja::library::arguments::{Arguments, bind};
use crate::jinja::library::errors::type_error;
use crate::jinja::library::object::{PythonObject, lookup, not_implemented, python_object};
use crate::jinja::python::{Dict, repr};

/// Names of the parts, in order.
pub(super) const PARTS: [&str; 3] = ["database", "schema", "identifier"];

/// One value for each part.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parts {
    class: &'static str,
    pub(super) values: [Value; 3],
}

impl Parts {
    /// Makes the `path` of a relation.
    pub(super) fn path(relation: &Relation) -> Self {
        Self {
            class: "Path",
            values: relation.parts().map(Value::from),
        }
    }

    /// Makes a policy.
    pub(super) fn policy(flags: [bool; 3]) -> Self {
        Self {
            class: "Policy",
            values: flags.map(Value::from),
        }
    }
}

/// Tells whether a value is a path or a policy; these are mappings in Python.
pub(crate) fn is_part(value: &Value) -> bool {
    value.downcast_object_ref::<Parts>().is_some()
}

impl PythonObject for Parts {
    const TYPE: &'static str = "Policy";
    const METHODS: &'static [&'static str] =
        &["get", "get_part", "get_lowered_part", "replace", "to_dict"];

    fn str(&self) -> String {
        let written = PARTS.iter().zip(&self.values);
        let written: Vec<_> = written
            .map(|(name, value)| format!("{name}={}", repr(value)))
            .collect();
        format!("{}({})", self.class, written.join(", "))
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        let at = PARTS.iter().position(|part| *part == name)?;
        Some(self.values[at].clone())
    }

    fn method(self: &Arc<Self>, _: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
        match name {
            "get" | "get_part" | "get_lowered_part" => {
                let [key, default] = bind(name, ["key", "default"], 1, args)?;
                let key = key.unwrap_or_default();
                let found = key.as_str().and_then(|key| lookup(self, key)).or(default);
                let found = found.unwrap_or(Value::from(()));
                Ok(match (name, found.as_str()) {
                    ("get_lowered_part", Some(text)) => Value::from(text.to_lowercase()),
                    _ => found,
                })
            }
            "replace" => {
                let mut changed = (**self).clone();
                for (key, value) in Arguments::new(args).keywords {
                    let Some(at) = PARTS.iter().position(|part| *part == key) else {
                        return Err(type_error(format!(
                            "{}.__init__() got an unexpected keyword argument '{key}'",
                            self.class
                        )));
                    };
                    changed.values[at] = value;
                }
                Ok(changed.into())
            }
            "to_dict" => {
                let [omit_none] = bind(name, ["omit_none"], 0, args)?;
                let omit_none = omit_none.is_none_or(|it| it.is_true());
                let pairs = PARTS.into_iter().zip(self.values.clone());
                Ok(Dict::value(
                    pairs.filter(|(_, value)| !(omit_none && value.is_none())),
                ))
            }
            _ => Err(not_implemented()),
        }
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}
python_object!(Parts);

impl From<Parts> for Value {
    fn from(parts: Parts) -> Self {
        Self::from_object(parts)
    }
}
