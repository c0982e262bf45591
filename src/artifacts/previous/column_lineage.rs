//! An earlier `column_lineage.json`: which columns there were, and their types.

use indexmap::IndexMap;
use serde::Deserialize;

use super::{Unusable, broken};

/// The columns of an earlier state, by unique id.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PreviousColumns {
    /// Models, seeds, snapshots and sources.
    pub nodes: IndexMap<String, PreviousNode>,
}

/// The columns of a node.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PreviousNode {
    /// By name, in order.
    pub columns: IndexMap<String, PreviousColumn>,
    /// Whether these are all.
    pub is_complete: bool,
}

/// A column.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PreviousColumn {
    /// Its type, where it was known.
    pub data_type: Option<String>,
}

impl PreviousColumns {
    /// Reads the file.
    pub fn read(text: &str) -> Result<Self, Unusable> {
        serde_json::from_str(text).map_err(|error| broken(text, &error))
    }
}
