//! Where a column was made, past the names and types that it went by since.

use std::collections::BTreeMap;

use crate::artifacts::{ColumnOrigin, NodeColumns};
use crate::nodes::UniqueId;
use crate::sql::Made;

/// Where a column was made.
#[derive(Debug, PartialEq)]
pub struct Origin<'a> {
    /// The node.
    pub node: &'a UniqueId,
    /// Its name there.
    pub name: &'a str,
    /// How it was made there; none for what no query makes, or nobody knows.
    pub made: Option<Made>,
}

/// Follows all columns of a node.
pub fn column_origins<'a>(
    nodes: &'a BTreeMap<UniqueId, NodeColumns>,
    node: &'a UniqueId,
) -> Vec<(&'a str, Origin<'a>)> {
    let columns = nodes.get(node).into_iter().flat_map(|it| it.columns.keys());
    columns
        .map(|it| (it.as_str(), origin(nodes, node, it)))
        .collect()
}

/// Follows a column of a node.
pub(super) fn origin<'a>(
    nodes: &'a BTreeMap<UniqueId, NodeColumns>,
    node: &'a UniqueId,
    name: &'a str,
) -> Origin<'a> {
    let (mut node, mut name) = (node, name);
    loop {
        let columns = nodes.get(node).map(|it| &it.columns);
        let found = columns.and_then(|columns| {
            let same = || {
                let mut all = columns.iter();
                let found = all.find(|(it, _)| it.eq_ignore_ascii_case(name));
                found.map(|it| it.1)
            };
            columns.get(name).or_else(same)
        });
        match found.and_then(kept_from) {
            Some((from, column)) if from != node => (node, name) = (from, column),
            _ => {
                let made = found.and_then(|it| it.made);
                return Origin { node, name, made };
            }
        }
    }
}

/// Returns the column that a column is, under another name or in another type at the most.
pub fn kept_from(column: &ColumnOrigin) -> Option<(&UniqueId, &str)> {
    let is_kept = column.is_known && column.made.is_some_and(|it| it <= Made::Cast);
    match column.sources.as_slice() {
        [source] if is_kept => Some((source.node.as_ref()?, &source.column)),
        _ => None,
    }
}
