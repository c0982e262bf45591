//! Mappings that keep order, with Python's idea of equal keys.

use std::collections::HashMap;

use super::{Node, Value};

/// Up to so many keys are compared one by one.
const FEW: usize = 16;

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Node,
    /// The value.
    pub value: Node,
}

/// Entries in the order in which their keys first came up; no key twice.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mapping {
    entries: Vec<Entry>,
}

impl Mapping {
    /// Makes a mapping in which a later entry takes the value, not the place, of an earlier one
    /// with the same key. Calls `repeated` with both keys when that happens.
    pub fn from_entries(
        entries: impl IntoIterator<Item = Entry>,
        mut repeated: impl FnMut(&Node, &Node),
    ) -> Self {
        let mut all: Vec<Entry> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for entry in entries {
            let found = if all.len() < FEW {
                all.iter()
                    .position(|it| same(&it.key.value, &entry.key.value))
            } else {
                if places.is_empty() {
                    places.extend(all.iter().map(|it| identity(&it.key.value)).zip(0..));
                }
                let place = *places
                    .entry(identity(&entry.key.value))
                    .or_insert(all.len());
                (place < all.len()).then_some(place)
            };
            match found.and_then(|place| all.get_mut(place)) {
                Some(earlier) => {
                    repeated(&earlier.key, &entry.key);
                    // As in Python the first key stays; the later one's place belongs to the value.
                    earlier.key.location = entry.key.location;
                    earlier.value = entry.value;
                }
                None => all.push(entry),
            }
        }
        Self { entries: all }
    }

    /// Looks a text key up.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Looks a text key up, with the key's own node.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.key.as_str() == Some(key))
    }

    /// Lists the entries.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.entries.iter()
    }

    /// Lists the keys with their values, which can be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = (&Node, &mut Node)> {
        self.entries
            .iter_mut()
            .map(|entry| (&entry.key, &mut entry.value))
    }

    /// Lists text keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter_map(|entry| entry.key.as_str())
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Tells whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<'a> IntoIterator for &'a Mapping {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Mapping {
    type Item = Entry;
    type IntoIter = std::vec::IntoIter<Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one == other,
        (Value::String(_), _) | (_, Value::String(_)) => false,
        _ => identity(one) == identity(other),
    }
}

/// Tells equal keys by an equal text: in Python, `1`, `1.0` and `True` are one key.
fn identity(key: &Value) -> String {
    match key {
        Value::String(text) => format!("s{text}"),
        Value::Bool(value) => format!("n{}", u8::from(*value)),
        Value::Int(value) => format!("n{value}"),
        Value::BigInt(digits) => format!("n{digits}"),
        Value::Float(value) => format!("n{value}"),
        Value::Null => String::from("0"),
        Value::Date(date) => format!("d{date}"),
        Value::Timestamp(time, offset) => format!("t{time}{offset:?}"),
        // Lists and mappings are refused as keys before they get here.
        Value::Seq(_) | Value::Map(_) => String::from("u"),
    }
}
