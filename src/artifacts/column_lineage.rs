//! `column_lineage.json`: of which columns each column comes, one step at a time.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::nodes::UniqueId;
use crate::sql::{By, Made};

/// Names the form of the file: `metadata`, and in `nodes` [`NodeColumns`] by unique id.
pub const COLUMN_LINEAGE_SCHEMA: &str = "dsql/column-lineage/v1";

/// The columns of a node.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
pub struct NodeColumns {
    /// By name, in order.
    pub columns: IndexMap<String, ColumnOrigin>,
    /// Whether these are all.
    pub is_complete: bool,
    /// Columns that say which rows there are.
    pub influences: Vec<RowInfluence>,
    /// What is not known.
    pub unknown: Vec<NotKnown>,
}

/// Of what a column comes.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub struct ColumnOrigin {
    /// Its type, by DuckDB's names; none where it is not known.
    pub data_type: Option<String>,
    /// How it is made of what the node reads; none for what is not made by a query.
    pub made: Option<Made>,
    /// The columns that it comes of.
    pub sources: Vec<ColumnSource>,
    /// Whether these are all.
    pub is_known: bool,
}

/// A column of another relation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct ColumnSource {
    /// The node or source; none for a relation that is neither.
    pub node: Option<UniqueId>,
    /// The relation, where it is no node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// Its name.
    pub column: String,
    /// How the column is made of it.
    pub made: Made,
    /// Whether it is masked on the way: a digest, a count.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub masked: bool,
}

/// A column that says which rows there are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct RowInfluence {
    /// The node or source; none for a relation that is neither.
    pub node: Option<UniqueId>,
    /// The relation, where it is no node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// Its name.
    pub column: String,
    /// How.
    pub by: Vec<By>,
}

/// Something that is not known.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct NotKnown {
    /// Why.
    pub reason: String,
    /// The line of the compiled SQL, from 1.
    pub line: usize,
}
