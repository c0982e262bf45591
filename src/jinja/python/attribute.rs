//! `value.name`, `value[key]` and calls of methods.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, ValueKind};
use minijinja::{Error, ErrorKind, State, Value};

use super::class::Class;
use super::dict;
use super::list::{self, List};
use super::range::Range;
use super::set;
use crate::jinja::library::named_tuple::NamedTuple;
use crate::jinja::library::number::{Number, type_name};
use crate::jinja::library::object::CLASS;
use crate::jinja::library::strings;

/// Finds what `value.name` means in Jinja: an attribute, else an item; `None` if there is neither.
pub fn attribute(value: &Value, name: &str) -> Option<Value> {
    own_attribute(value, name).or_else(|| match Class::of(value) {
        Class::Dict => match value.downcast_object_ref::<dict::Dict>() {
            Some(dict) => dict.get(name),
            None => value.as_object()?.get_value_by_str(name),
        },
        _ => None,
    })
}

/// Finds what `value[key]` means in Jinja: an item, else an attribute; `None` if there is neither.
pub fn item(value: &Value, key: &Value) -> Option<Value> {
    let found = match Class::of(value) {
        Class::Dict => dict::lookup(value, key),
        Class::Text => {
            let text = value.as_str()?;
            let at = place(key, || text.chars().count())?;
            text.chars().nth(at).map(Value::from)
        }
        Class::Bytes => {
            let bytes = value.as_bytes()?;
            let at = place(key, || bytes.len())?;
            bytes.get(at).map(|byte| Value::from(*byte))
        }
        Class::List => match value.downcast_object_ref::<List>() {
            Some(list) => place(key, || list.len()).and_then(|at| list.get(at)),
            None => sequence_item(value, key),
        },
        Class::Tuple | Class::Range => sequence_item(value, key),
        Class::Other => match (value.kind(), key.as_str()) {
            (ValueKind::Plain, Some(name)) if name.starts_with("__") => None,
            (ValueKind::Plain, _) => value.as_object()?.get_value(key),
            _ => None,
        },
        _ => None,
    };
    found.or_else(|| own_attribute(value, key.as_str()?))
}

fn sequence_item(value: &Value, key: &Value) -> Option<Value> {
    let object = value.as_object()?;
    let at = place(key, || object.enumerator_len().unwrap_or_default())?;
    object.get_value(&Value::from(at))
}

/// Returns the place of an item in a sequence, counted from the end if negative.
fn place(key: &Value, length: impl FnOnce() -> usize) -> Option<usize> {
    let Some(Number::Int(at)) = Number::of(key) else {
        return None;
    };
    let at = if at < 0 {
        at + i128::try_from(length()).ok()?
    } else {
        at
    };
    usize::try_from(at).ok()
}

/// Finds an attribute that the value's class gives it.
fn own_attribute(value: &Value, name: &str) -> Option<Value> {
    let methods: &[&'static str] = match Class::of(value) {
        // Named tuples have attributes.
        Class::List if !is_list(value) && !name.starts_with("__") => {
            return value.as_object()?.get_value_by_str(name);
        }
        Class::List => list::METHODS,
        Class::Dict => dict::METHODS,
        Class::Set => set::METHODS,
        Class::Tuple => {
            let named = value.downcast_object_ref::<NamedTuple>();
            if let Some(field) = named.and_then(|tuple| tuple.field(name)) {
                return Some(field);
            }
            &["count", "index"]
        }
        Class::Text => strings::METHODS,
        Class::Range => {
            let range = value.downcast_object_ref::<Range>();
            return range.and_then(|range| range.attribute(name));
        }
        // What objects hide is out of reach.
        Class::Other if !name.starts_with("__") => {
            return value.as_object()?.get_value_by_str(name);
        }
        _ => &[],
    };
    let method = methods.iter().find(|method| **method == name)?;
    Some(Value::from_object(Method {
        receiver: value.clone(),
        name: method,
    }))
}

fn is_list(value: &Value) -> bool {
    value.downcast_object_ref::<List>().is_some()
}

/// Calls a method; [`ErrorKind::UnknownMethod`] says that there is none of that name.
pub fn call_method(
    state: &mut State<'_, '_>,
    receiver: &Value,
    name: &str,
    args: &[Value],
) -> Result<Value, Error> {
    match Class::of(receiver) {
        Class::Undefined | Class::None => Err(Error::from(ErrorKind::UnknownMethod)),
        Class::Dict if dict::METHODS.contains(&name) => dict::call(receiver, state, name, args),
        Class::Tuple => super::tuple::call(receiver, name, args),
        _ if name.starts_with('_') => Err(Error::from(ErrorKind::UnknownMethod)),
        Class::Dict | Class::Other | Class::List | Class::Set | Class::Range => {
            match receiver.as_object() {
                Some(object) => object.call_method(state, name, args),
                None => Err(Error::from(ErrorKind::UnknownMethod)),
            }
        }
        _ => receiver.call_method(state, name, args),
    }
}

/// A method taken off its value, to be called later.
struct Method {
    receiver: Value,
    name: &'static str,
}

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = type_name(&self.receiver);
        write!(f, "<built-in method {} of {class} object>", self.name)
    }
}

impl Object for Method {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        (key.as_str() == Some(CLASS)).then(|| Value::from("builtin_function_or_method"))
    }

    fn call(self: &Arc<Self>, state: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        call_method(state, &self.receiver, self.name, args)
    }
}
