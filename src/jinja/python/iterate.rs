//! `iter()`.

use std::sync::Arc;

use minijinja::value::{ValueIter, ValueKind};
use minijinja::{Error, Value};

use super::class::Class;
use super::dict::Dict;
use super::list::List;
use crate::jinja::library::errors::{raise, type_error};
use crate::jinja::library::number::type_name;

/// The items of a value, one after the other.
pub(crate) enum Items {
    /// Items that are there.
    Ready(std::vec::IntoIter<Value>),
    /// A list, which may change meanwhile.
    List(Arc<List>, usize),
    /// The keys of a dict, which must not change meanwhile.
    Dict(Arc<Dict>, std::vec::IntoIter<Value>, usize),
    /// Anything else.
    Other(ValueIter),
}

/// Starts to go through the items of a value.
pub(crate) fn items(value: &Value) -> Result<Items, Error> {
    if let Some(list) = value.downcast_object::<List>() {
        return Ok(Items::List(list, 0));
    }
    if let Some(dict) = value.downcast_object::<Dict>() {
        let keys = dict.keys();
        let length = keys.len();
        return Ok(Items::Dict(dict, keys.into_iter(), length));
    }
    match Class::of(value) {
        Class::Undefined => Ok(Items::Ready(Vec::new().into_iter())),
        Class::Text => {
            let text = value.as_str().unwrap_or_default();
            let chars: Vec<Value> = text.chars().map(Value::from).collect();
            Ok(Items::Ready(chars.into_iter()))
        }
        Class::Bytes => {
            let bytes = value.as_bytes().unwrap_or_default();
            let bytes: Vec<Value> = bytes.iter().copied().map(Value::from).collect();
            Ok(Items::Ready(bytes.into_iter()))
        }
        Class::None | Class::Bool | Class::Int | Class::Float => Err(not_iterable(value)),
        _ => match value.try_iter() {
            Ok(items) => Ok(Items::Other(items)),
            Err(_) => Err(not_iterable(value)),
        },
    }
}

/// Longer lists come from a loop that appends to what it reads, or from an iterator without end:
/// they would end with the memory.
pub(crate) const MAX_ITEMS: usize = 10_000_000;

/// Collects the items of a value.
pub fn collect(value: &Value) -> Result<Vec<Value>, Error> {
    if let Some(list) = value.downcast_object_ref::<List>() {
        return Ok(list.items());
    }
    let mut collected = Vec::new();
    for item in items(value)? {
        if collected.len() >= MAX_ITEMS {
            let message = format!("more than {MAX_ITEMS} items: does the iterator ever end?");
            return Err(raise("MemoryError", message));
        }
        collected.push(item?);
    }
    Ok(collected)
}

fn not_iterable(value: &Value) -> Error {
    type_error(format!("'{}' object is not iterable", type_name(value)))
}

impl From<Vec<Value>> for Items {
    fn from(items: Vec<Value>) -> Self {
        Self::Ready(items.into_iter())
    }
}

impl Items {
    /// Returns how many items are left, where that is known without looking.
    pub(crate) fn known_length(&self) -> Option<usize> {
        match self {
            Self::Ready(items) => Some(items.len()),
            Self::List(list, at) => Some(list.len().saturating_sub(*at)),
            Self::Dict(_, keys, _) => Some(keys.len()),
            Self::Other(items) => match items.size_hint() {
                (least, Some(most)) if least == most => Some(least),
                _ => None,
            },
        }
    }
}

impl Iterator for Items {
    type Item = Result<Value, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Ready(items) => items.next().map(Ok),
            Self::List(list, at) => {
                let item = list.get(*at)?;
                *at += 1;
                Some(Ok(item))
            }
            Self::Dict(dict, keys, length) => {
                if dict.len() != *length {
                    *length = dict.len();
                    *keys = Vec::new().into_iter();
                    let message = "dictionary changed size during iteration";
                    return Some(Err(raise("RuntimeError", message)));
                }
                keys.next().map(Ok)
            }
            Self::Other(items) => items.next().map(valid),
        }
    }
}

/// Turns a value that stands for an error into the error.
pub(crate) fn valid(value: Value) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::Invalid => match value.try_iter() {
            Err(error) => Err(error),
            Ok(_) => Ok(value),
        },
        _ => Ok(value),
    }
}
