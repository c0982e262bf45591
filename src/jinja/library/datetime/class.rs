//! Classes as templates see them: called to make an instance, asked for class methods.

use std::fmt;
use std::sync::Arc;

use minijinja::{Error, State, Value};

use super::clock::Clock;
use crate::jinja::library::errors::type_error;
use crate::jinja::library::number::{int_argument, type_name};
use crate::jinja::library::object::{PythonObject, bound_method, python_object};

/// A class.
pub(crate) struct Class {
    /// Name with its module.
    pub(crate) name: &'static str,
    /// Makes an instance.
    pub(crate) construct: fn(&mut State, &[Value]) -> Result<Value, Error>,
    /// Calls a class method, or an instance's method with the instance first.
    pub(crate) method: fn(&mut State, &str, &[Value]) -> Result<Value, Error>,
    /// Names of the class's and its instances' methods.
    pub(crate) methods: [&'static [&'static str]; 2],
    /// Looks up what the class holds.
    pub(crate) attribute: fn(&str) -> Option<Value>,
    /// Where the class takes the time from.
    pub(crate) clock: Option<Clock>,
}

impl fmt::Debug for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<class '{}'>", self.name)
    }
}

impl PythonObject for Class {
    const TYPE: &'static str = "type";

    fn str(&self) -> String {
        format!("<class '{}'>", self.name)
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        (self.attribute)(name).or_else(|| {
            let mut names = self.methods.iter().copied().flatten();
            let name = names.find(|method| **method == name)?;
            Some(bound_method(Value::from_dyn_object(self.clone()), name))
        })
    }

    fn method(
        self: &Arc<Self>,
        state: &mut State,
        name: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        (self.method)(state, name, args)
    }

    fn invoke(self: &Arc<Self>, state: &mut State, args: &[Value]) -> Result<Value, Error> {
        (self.construct)(state, args)
    }
}
python_object!(Class);

/// Reads integers, taking `defaults` where none were given.
pub(super) fn integers<const N: usize>(
    bound: &[Option<Value>],
    defaults: [i64; N],
) -> Result<[i64; N], Error> {
    let mut numbers = defaults;
    for (number, value) in numbers.iter_mut().zip(bound) {
        if let Some(value) = value {
            *number = int_argument(value)?;
        }
    }
    Ok(numbers)
}

/// Reads an argument that must be a text.
pub(super) fn text_argument(function: &str, value: &Value) -> Result<String, Error> {
    value.as_str().map(str::to_owned).ok_or_else(|| {
        let type_name = type_name(value);
        type_error(format!(
            "{function}() argument 1 must be str, not {type_name}"
        ))
    })
}
