//! YAML text → values with spans, read as PyYAML reads it (YAML 1.1 scalars).
//!
//! In: one file's text. Out: a [`Node`] tree in which every key and value knows its bytes, and
//! diagnostics. The tree is `None` exactly when there is an error. The scanner is saphyr-parser
//! (YAML 1.2); what libyaml reads more freely is in `leniency.rs`, YAML 1.1 scalars in `scalar.rs`,
//! anchors, merge keys and tags in `compose.rs`.

mod compose;
mod explain;
mod insert;
mod json;
mod leniency;
mod mapping;
mod offsets;
mod origin;
mod scalar;
mod tags;

pub use insert::{Added, Insertion, document, entries, holds, insert, items};
pub use mapping::{Entry, Mapping};
pub use origin::origin;

use crate::diagnostics::Diagnostic;
use crate::text::{FileId, Location};

/// A value and its bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where it stands. A value that came through an alias has the location of its anchor.
    pub location: Location,
}

/// What a YAML value can be.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing, `~`, `null`.
    Null,
    /// A truth value: `true`, `yes`, `on` …
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A whole number beyond 128 bits, as decimal digits with sign.
    BigInt(String),
    /// A floating-point number.
    Float(f64),
    /// A day.
    Date(chrono::NaiveDate),
    /// A point in time and its offset from UTC, where one was written.
    Timestamp(chrono::NaiveDateTime, Option<chrono::FixedOffset>),
    /// Text.
    String(String),
    /// A list.
    Seq(Vec<Node>),
    /// A mapping.
    Map(Mapping),
}

/// Reads a text that holds one YAML document; an empty text is null.
pub fn parse(file: FileId, text: &str) -> (Option<Node>, Vec<Diagnostic>) {
    if let Some(finding) = explain::unprintable(file, text) {
        return (None, vec![finding]);
    }
    compose::compose(file, text)
}

impl Node {
    /// Makes a node.
    pub fn new(value: Value, location: Location) -> Self {
        Self { value, location }
    }

    /// Returns the text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns a truth value.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the items of a list.
    pub fn as_seq(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Seq(items) => Some(items),
            _ => None,
        }
    }

    /// Returns a mapping.
    pub fn as_map(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Map(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// Looks a key up, where the node is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key)
    }

    /// Tells whether there is no value.
    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    /// Says what the value is, for messages: `a list`, `a whole number` …
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "empty",
            Value::Bool(_) => "a truth value",
            Value::Int(_) | Value::BigInt(_) => "a whole number",
            Value::Float(_) => "a number",
            Value::Date(_) => "a date",
            Value::Timestamp(..) => "a timestamp",
            Value::String(_) => "a string",
            Value::Seq(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}
