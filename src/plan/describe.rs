//! What a step does, in dbt's words.

use crate::nodes::{Node, ResourceType};

/// Describes the work on a node: `sql view model main.orders`, `test unique_orders_id` …
pub(super) fn node(node: &Node) -> String {
    let relation = format!("{}.{}", node.schema, node.alias);
    match node.resource_type {
        ResourceType::Model => {
            let kind = match node.is_microbatch() {
                true => "microbatch",
                false => node.config.materialized(),
            };
            format!("{} {kind} model {relation}", node.language)
        }
        ResourceType::Seed => format!("seed file {relation}"),
        ResourceType::Snapshot => format!("snapshot {relation}"),
        ResourceType::Function => format!("function {relation}"),
        kind => format!("{kind} {}", node.name),
    }
}
