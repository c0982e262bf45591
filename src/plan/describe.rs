//! What a step does, in dbt's words.

use crate::nodes::{Node, ResourceType};

/// Describes the work on a node: `sql view model main.orders`, `test unique_orders_id` …
pub(super) fn node(node: &Node, own_database: &str) -> String {
    let relation = relation(node, own_database);
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

/// Names a node's relation for people; its database, where that is not the target's.
pub fn relation(node: &Node, own_database: &str) -> String {
    let other = node.database.as_deref().filter(|it| *it != own_database);
    let other = other.map(|it| format!("{it}.")).unwrap_or_default();
    format!("{other}{}.{}", node.schema, node.alias)
}
