//! What events say of a node.

use std::sync::Arc;

use crate::events::NodeInfo;
use crate::nodes::Node;

/// Describes a node for events.
pub(super) fn node_info(node: &Node, started_at: String) -> NodeInfo {
    let relation = node.relation_name.is_some();
    let part = |text: &str| if relation { text.to_owned() } else { String::new() };
    NodeInfo {
        unique_id: node.unique_id.clone(),
        name: node.name.clone(),
        path: node.path.clone(),
        resource_type: node.resource_type.as_str(),
        materialized: node.config.materialized().to_owned(),
        relation: [
            part(node.database.as_deref().unwrap_or_default()),
            part(&node.schema),
            part(&node.alias),
        ],
        started_at,
        finished_at: String::new(),
    }
}

/// Describes a node that has ended.
pub(super) fn finished(info: &NodeInfo, finished_at: String) -> Arc<NodeInfo> {
    Arc::new(NodeInfo { finished_at, ..info.clone() })
}
