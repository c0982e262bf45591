//! What a query reads, and what a relation is, for telling whether anything has changed.

use std::collections::BTreeSet;

/// Name of a relation in three parts; a part that a query leaves out is empty.
pub type FullName = [String; 3];

/// What a query depends on besides its text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reads {
    /// The relations that it names.
    pub relations: BTreeSet<FullName>,
    /// Why the same relations may give other rows another time: `calls now()`.
    pub unsteady: Option<String>,
}

/// What a relation is at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelationState {
    /// A table.
    Table {
        /// Its statement of creation, with its comment.
        definition: String,
        /// Names and types of its columns, and a digest of all rows in any order.
        content: String,
        /// How many rows there are.
        rows: i64,
    },
    /// A view.
    View {
        /// Its statement of creation.
        definition: String,
        /// Its query.
        query: String,
    },
}
