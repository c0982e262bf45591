//! Models that cannot be built side by side wait for each other.

use std::sync::MutexGuard;

use crate::adapters::{AdapterError, Relation};
use crate::jinja::context::Session;
use crate::nodes::{Details, Node};

/// Waits until a model may be built; what this returns is held until its transaction is over.
pub(super) fn wait<'s>(
    node: &Node,
    session: &'s Session,
) -> Result<Option<MutexGuard<'s, ()>>, AdapterError> {
    let Details::Model(model) = &node.details else {
        return Ok(None);
    };
    let relation = Relation::new(
        node.database.as_deref(),
        Some(&node.schema),
        Some(&node.alias),
    );
    let columns = node.columns.values().flat_map(|it| &it.constraints);
    let constraints = columns.chain(&model.constraints);
    let keys: Vec<&str> = constraints
        .map(|constraint| constraint.r#type.as_str())
        .filter(|kind| node.contract.enforced && KEYS.contains(kind))
        .collect();
    let mut connection = session.connection();
    session
        .adapter
        .wait_for_turn(connection.as_mut(), &relation, &keys)
}

const KEYS: [&str; 3] = ["primary_key", "unique", "foreign_key"];
