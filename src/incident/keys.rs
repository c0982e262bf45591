//! Where the key of a node is a column of what comes of it.

use std::collections::{BTreeMap, HashMap};

use crate::artifacts::NodeColumns;
use crate::nodes::UniqueId;
use crate::sql::Made;

/// Finds the columns that have the values of a key as they are: by node, the column. `order`: what comes of the node, as it is built.
pub fn keys_carried(
    start: &UniqueId,
    key: &str,
    order: &[UniqueId],
    columns: &BTreeMap<UniqueId, NodeColumns>,
) -> HashMap<UniqueId, String> {
    let mut carried = HashMap::from([(start.clone(), key.to_lowercase())]);
    for id in order {
        let Some(own) = columns.get(id) else {
            continue;
        };
        let found = own.columns.iter().find(|(_, origin)| {
            let is_kept = matches!(origin.made, Some(Made::Identity | Made::Rename));
            let mut sources = origin.sources.iter();
            is_kept
                && sources.any(|it| {
                    let of = it.node.as_ref().and_then(|id| carried.get(id));
                    of.is_some_and(|key| *key == it.column.to_lowercase())
                })
        });
        if let Some((name, _)) = found {
            carried.insert(id.clone(), name.to_lowercase());
        }
    }
    carried
}
