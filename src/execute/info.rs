//! What events say of a node.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::artifacts::NodeResult;
use crate::events::NodeInfo;
use crate::nodes::{Node, ResourceType, Source};
use crate::text::Location;

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
        waited_for: Vec::new(),
        quarantines: node.quarantines(),
        refused: None,
        meta: serde_json::Value::Object(node.meta.clone()),
        place: Some(place(node)),
        config: config(node),
        started_at,
        finished_at: String::new(),
        subject: None,
    }
}

/// Finds where a node stands; what is declared in a properties file stands at its name there.
fn place(node: &Node) -> Location {
    let declared = node.patch_location;
    let unit_test = node.resource_type == ResourceType::UnitTest;
    declared.filter(|_| unit_test).unwrap_or(node.location)
}

fn config(node: &Node) -> Value {
    if node.resource_type != ResourceType::Snapshot {
        return Value::Null;
    }
    let settings = node.config.iter().filter(|(_, it)| !it.is_null());
    Value::Object(
        settings
            .map(|(key, it)| (key.clone(), it.clone()))
            .collect(),
    )
}

/// Returns what the database answered and when, as dbt's events have it.
pub(super) fn answer(result: &NodeResult) -> Value {
    let timing = result.timing.iter().map(|it| {
        json!({
            "name": it.name, "started_at": it.started_at, "completed_at": it.completed_at,
        })
    });
    json!({
        "adapter_response": result.adapter_response,
        "timing_info": timing.collect::<Vec<_>>(),
    })
}

/// Describes a source for events: dbt tells of its relation, not of its `meta`.
pub(super) fn source_info(source: &Source, started_at: String) -> NodeInfo {
    NodeInfo {
        unique_id: source.unique_id.clone(),
        name: source.name.clone(),
        path: source.path.clone(),
        resource_type: ResourceType::Source.as_str(),
        file: source.original_file_path.clone(),
        relation: [
            source.database.clone().unwrap_or_default(),
            source.schema.clone(),
            String::new(),
        ],
        relation_name: source.relation_name.clone(),
        meta: json!({}),
        place: Some(source.location),
        started_at,
        ..NodeInfo::default()
    }
}

/// Describes a node that has ended.
pub(super) fn finished(info: &NodeInfo, finished_at: String) -> Arc<NodeInfo> {
    Arc::new(NodeInfo {
        finished_at,
        ..info.clone()
    })
}
