//! Values as keys: equal and hashed as Python does it.

use std::hash::{Hash, Hasher};

use minijinja::value::ValueKind;
use minijinja::{Error, Value};

use super::class::Class;
use super::compare::equal;
use crate::jinja::library::decimal::Decimal;
use crate::jinja::library::errors::type_error;
use crate::jinja::library::number::{Number, type_name};

/// A hashable value. `1`, `1.0` and `True` are one key.
#[derive(Debug, Clone)]
pub struct Key(Value);

impl Key {
    /// Makes a key; the caller has made sure that the value is hashable.
    pub fn new(value: Value) -> Self {
        Self(value)
    }

    /// Makes a key or fails as Python does for a value that cannot be one.
    pub fn checked(value: Value) -> Result<Self, Error> {
        hashable(&value)?;
        Ok(Self(value))
    }

    /// Returns the value.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// Returns the value.
    pub fn into_value(self) -> Value {
        self.0
    }
}

/// Fails for values that cannot be keys.
pub fn hashable(value: &Value) -> Result<(), Error> {
    match Class::of(value) {
        Class::List | Class::Dict | Class::Set => {
            let name = type_name(value);
            Err(type_error(format!("unhashable type: '{name}'")))
        }
        Class::Tuple => {
            let mut items = value.try_iter().into_iter().flatten();
            items.try_for_each(|item| hashable(&item))
        }
        _ => Ok(()),
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        equal(&self.0, &other.0)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.0, state);
    }
}

/// A string that finds the [`Key`] of the same text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TextKey<'a>(pub(crate) &'a str);

impl Hash for TextKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_text(self.0, state);
    }
}

impl indexmap::Equivalent<Key> for TextKey<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        key.0.kind() == ValueKind::String && key.0.as_str() == Some(self.0)
    }
}

fn hash_text<H: Hasher>(text: &str, state: &mut H) {
    0u8.hash(state);
    text.hash(state);
}

fn hash<H: Hasher>(value: &Value, state: &mut H) {
    if value.kind() == ValueKind::String {
        return hash_text(value.as_str().unwrap_or_default(), state);
    }
    match Number::of(value) {
        Some(Number::Int(whole)) => (1u8, whole).hash(state),
        Some(Number::Float(float)) if float.fract() == 0.0 => (1u8, float as i128).hash(state),
        Some(Number::Float(float)) => (1u8, float.to_bits()).hash(state),
        None if value.is_tuple() => {
            2u8.hash(state);
            for item in value.try_iter().into_iter().flatten() {
                hash(&item, state);
            }
        }
        None => match value.downcast_object_ref::<Decimal>() {
            Some(decimal) => match decimal.whole() {
                Some(whole) => (1u8, whole).hash(state),
                None => (1u8, decimal.to_f64().to_bits()).hash(state),
            },
            None => (3u8, value.kind() as u8).hash(state),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_truth_values_are_one_key() {
        let key = |value: Value| Key::new(value);
        let mut map = indexmap::IndexMap::new();
        map.insert(key(Value::from(1)), 'a');
        map.insert(key(Value::from(true)), 'b');
        map.insert(key(Value::from(1.0)), 'c');
        map.insert(key(Value::from("1")), 'd');
        assert_eq!(map.len(), 2);
        assert_eq!(map.get(&TextKey("1")), Some(&'d'));
        assert_eq!(map.get(&key(Value::from(1))), Some(&'c'));
    }
}
