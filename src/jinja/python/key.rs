//! Values as keys: equal and hashed as Python does it.

use std::hash::{Hash, Hasher};

use minijinja::Value;
use minijinja::value::ValueKind;

/// A hashable value. `1`, `1.0` and `True` are one key.
#[derive(Debug, Clone)]
pub struct Key(Value);

impl Key {
    /// Makes a key; the caller has made sure that the value is hashable.
    pub fn new(value: Value) -> Self {
        Self(value)
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

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        let text = |value: &Value| value.kind() == ValueKind::String;
        match (text(&self.0), text(&other.0)) {
            (true, true) => self.0.as_str() == other.0.as_str(),
            (false, false) => number(&self.0) == number(&other.0) && self.0 == other.0,
            _ => false,
        }
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

/// Tells numbers (truth values are numbers) from everything else.
fn number(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Bool | ValueKind::Number)
}

fn hash<H: Hasher>(value: &Value, state: &mut H) {
    match value.kind() {
        ValueKind::String => hash_text(value.as_str().unwrap_or_default(), state),
        ValueKind::Bool | ValueKind::Number => {
            1u8.hash(state);
            match i128::try_from(value.clone()) {
                Ok(whole) => whole.hash(state),
                Err(_) => f64::try_from(value.clone())
                    .unwrap_or_default()
                    .to_bits()
                    .hash(state),
            }
        }
        ValueKind::Seq if value.is_tuple() => {
            2u8.hash(state);
            for item in value.try_iter().into_iter().flatten() {
                hash(&item, state);
            }
        }
        kind => (3u8, kind as u8).hash(state),
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
