//! `column_lineage.json`: of which columns each column comes, one step at a time.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::Serialize;

use super::Metadata;
use crate::nodes::UniqueId;
use crate::sql::{By, Made};

/// The whole file.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnLineage {
    /// Who wrote it, and when.
    pub metadata: Metadata,
    /// Models, seeds, snapshots and sources with columns.
    pub nodes: BTreeMap<UniqueId, NodeColumns>,
}

impl ColumnLineage {
    /// Names the form of the file.
    pub const SCHEMA: &'static str = "dsql/column-lineage/v1";
}

/// The columns of a node.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ColumnSource {
    /// The node or source; none for a relation that is neither.
    pub node: Option<UniqueId>,
    /// The relation, where it is no node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// Its name.
    pub column: String,
    /// How the column is made of it.
    pub made: Made,
    /// Whether it is masked on the way: a digest, a count.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub masked: bool,
}

/// A column that says which rows there are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RowInfluence {
    /// The node or source; none for a relation that is neither.
    pub node: Option<UniqueId>,
    /// The relation, where it is no node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// Its name.
    pub column: String,
    /// How.
    pub by: Vec<By>,
}

/// Something that is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotKnown {
    /// Why.
    pub reason: String,
    /// The line of the compiled SQL, from 1.
    pub line: usize,
}
