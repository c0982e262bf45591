//! What a step does, in dbt's words.

use crate::nodes::{Node, ResourceType};

/// Describes the work on a node: `sql view model main.orders`, `test unique_orders_id` …
pub(super) fn node(node: &Node) -> String {
    let relation = format!("{}.{}", node.schema, node.alias);
    match node.resource_type {
        ResourceType::Model => {
            format!(
                "{} {} model {relation}",
                node.language,
                node.config.materialized()
            )
        }
        ResourceType::Seed => format!("seed file {relation}"),
        ResourceType::Snapshot => format!("snapshot {relation}"),
        kind => format!("{kind} {}", node.name),
    }
}
