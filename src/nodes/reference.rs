//! What `ref()`, `source()` and `function()` were called with, and where.

use borsh::{BorshDeserialize, BorshSerialize};

use super::binary::free;
use crate::text::Location;

/// Arguments of a `ref()`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, BorshSerialize, BorshDeserialize)]
pub struct RefArgs {
    /// Name of the model, seed or snapshot.
    pub name: String,
    /// Package, where it was named.
    pub package: Option<String>,
    /// Version, where it was named: a string or a number.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub version: Option<serde_json::Value>,
}

/// One `ref()` and its place.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RefCall {
    /// What was asked for.
    pub args: RefArgs,
    /// The call's bytes, where they are known.
    pub location: Option<Location>,
    /// The template's bytes that called the macro in which the call stands.
    pub caller: Option<Location>,
}

/// One `source()` and its place.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SourceCall {
    /// Name of the source.
    pub source: String,
    /// Name of the table.
    pub table: String,
    /// The call's bytes, where they are known.
    pub location: Option<Location>,
    /// The template's bytes that called the macro in which the call stands.
    pub caller: Option<Location>,
}

/// One `function()` and its place.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct FunctionCall {
    /// Name of the function.
    pub name: String,
    /// Package, where it was named.
    pub package: Option<String>,
    /// The call's bytes, where they are known.
    pub location: Option<Location>,
    /// The template's bytes that called the macro in which the call stands.
    pub caller: Option<Location>,
}

impl serde::Serialize for FunctionCall {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.package.iter().chain([&self.name]))
    }
}
