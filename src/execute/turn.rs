//! Nodes that cannot be built side by side wait for each other.

use std::sync::MutexGuard;

use crate::adapters::{AdapterError, Relation};
use crate::jinja::context::Session;
use crate::nodes::Node;

/// Waits until a node may be built; what this returns is held until its transaction is over.
pub(super) fn wait<'s>(
    node: &Node,
    session: &'s Session,
) -> Result<Option<MutexGuard<'s, ()>>, AdapterError> {
    let relation = Relation::new(
        node.database.as_deref(),
        Some(&node.schema),
        Some(&node.alias),
    );
    let mut keys = keys(node);
    let indexes = node.config.get("indexes").and_then(|it| it.as_array());
    if indexes.is_some_and(|it| !it.is_empty()) {
        keys.push("index");
    } else if node.as_model().is_none() {
        return Ok(None);
    }
    let mut connection = session.connection();
    session
        .adapter
        .wait_for_turn(connection.as_mut(), &relation, &keys)
}

/// Lists the kinds of keys in a model's contract.
fn keys(node: &Node) -> Vec<&str> {
    let Some(model) = node.as_model().filter(|_| node.contract.enforced) else {
        return Vec::new();
    };
    let columns = node.columns.values().flat_map(|it| &it.constraints);
    let kinds = columns
        .chain(&model.constraints)
        .map(|constraint| constraint.r#type.as_str());
    kinds.filter(|kind| KEYS.contains(kind)).collect()
}

const KEYS: [&str; 3] = ["primary_key", "unique", "foreign_key"];
