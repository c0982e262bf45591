//! Nodes of which only a build tells what they are: their columns, and maybe their SQL.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::is_last;
use crate::nodes::{Node, ResourceType, Resources, UniqueId};

/// Those that send the SQL of a node as it is.
const MATERIALIZATIONS: &[&str] = &[
    "ephemeral",
    "external",
    "incremental",
    "materialized_view",
    "snapshot",
    "table",
    "view",
];

/// Lists models in Python, nodes whose template asks the database or does not compile, since the database may have them
/// as an earlier run left them, and those whose materialization may send other SQL.
pub(super) fn open(
    resources: &Resources,
    compiled: &HashMap<UniqueId, Arc<Node>>,
) -> HashSet<UniqueId> {
    let nodes = resources.nodes.values();
    let open = nodes.filter(|it| {
        let is_query = matches!(
            it.resource_type,
            ResourceType::Model | ResourceType::Snapshot
        );
        let is_query = is_query || is_last(it);
        let compiled = compiled
            .get(&it.unique_id)
            .and_then(|it| it.compiled.as_ref());
        is_query && (!is_sent(it) || compiled.is_none_or(|it| it.asks))
    });
    open.map(|it| it.unique_id.clone()).collect()
}

/// Tells whether the SQL of a node is sent as it is.
pub(super) fn is_sent(node: &Node) -> bool {
    is_last(node) || MATERIALIZATIONS.contains(&node.config.materialized())
}
