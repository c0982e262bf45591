//! What events say of a node.

use std::sync::Arc;

use crate::events::NodeInfo;
use crate::nodes::Node;

/// Describes a node for events.
pub(super) fn node_info(node: &Node, started_at: String) -> NodeInfo {
    let test = node.as_generic_test();
    NodeInfo {
        unique_id: node.unique_id.clone(),
        name: node.name.clone(),
        path: node.path.clone(),
        resource_type: node.resource_type.as_str(),
        materialized: node.config.materialized().to_owned(),
        file: node.original_file_path.clone(),
        relation: [
            node.database.clone().unwrap_or_default(),
            node.schema.clone(),
            node.alias.clone(),
        ],
        relation_name: node.relation_name.clone().unwrap_or_default(),
        checksum: if test.is_some() {
            String::new()
        } else {
            node.checksum.checksum.clone()
        },
        attached_node: test.and_then(|it| it.attached_node.clone()),
        meta: serde_json::Value::Object(node.meta.clone()),
        started_at,
        finished_at: String::new(),
    }
}

/// Describes a node that has ended.
pub(super) fn finished(info: &NodeInfo, finished_at: String) -> Arc<NodeInfo> {
    Arc::new(NodeInfo {
        finished_at,
        ..info.clone()
    })
}
