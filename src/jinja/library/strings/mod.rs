//! Texts and numbers: the methods of `str`, `int`, `float`, formats, `%`.

mod case;
mod encode;
mod float;
mod format;
mod methods;
mod numbers;
mod percent;
mod search;
mod space;
mod specification;
mod split;

use minijinja::value::ValueKind;
use minijinja::{Error, Value};

pub(crate) use case::{capitalize, casefold};
pub(crate) use methods::METHODS;
pub(crate) use percent::percent;
pub(crate) use space::is_space;
pub(crate) use split::lines;

use super::object::not_implemented;

/// Calls a method of a text.
pub(crate) fn call_text_method(text: &str, name: &str, args: &[Value]) -> Result<Value, Error> {
    methods::call(text, name, args)
}

/// Calls a method of a value that is no object: of `str`, `bytes`, `int`, `float`, `bool`.
pub(crate) fn call_method(value: &Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::String => methods::call(value.as_str().unwrap_or_default(), name, args),
        ValueKind::Bytes => encode::call(value.as_bytes().unwrap_or_default(), name, args),
        ValueKind::Bool | ValueKind::Number => numbers::call(value, name, args),
        _ => Err(not_implemented()),
    }
}
