//! `versions_kept`: the last published contents of a table, as tables of a schema beside it.
//!
//! In: a table that the open transaction publishes, and its row of the ledger. Out: a copy of it in the
//! same transaction, unless one with the same content is there; and the copies that are too many are gone.

use std::sync::Arc;

use indexmap::IndexSet;

use super::{call_with, tables};
use crate::adapters::Relation;
use crate::execute::Failure;
use crate::jinja::Value;
use crate::jinja::context::{Session, node_relation};
use crate::jinja::library;
use crate::nodes::Node;

/// The configuration that says how many.
const SETTING: &str = "versions_kept";
/// What is added to the name of a schema: there are the versions of its tables.
pub const VERSIONS: &str = "_versions";

/// Returns how many contents of a node's table are kept; none if nobody says.
pub(super) fn kept(node: &Node) -> Option<u64> {
    node.config.get(SETTING).and_then(|it| it.as_u64())
}

/// Makes the schemas that versions of these nodes are kept in. Two transactions that make the same one
/// do not go together.
pub(super) fn create_schemas<'n>(
    nodes: impl Iterator<Item = &'n Arc<Node>>,
    session: &Arc<Session>,
) -> Result<(), Failure> {
    let keeping = nodes.filter(|it| kept(it).is_some_and(|it| it > 0));
    let schemas: IndexSet<Relation> = keeping
        .map(|node| beside(&node_relation(node, session.project.quoting)).without_identifier())
        .collect();
    for schema in schemas {
        let arguments = vec![("relation", library::relation(schema))];
        call_with(session, "create_schema", arguments)?;
        session.connection().commit()?;
    }
    Ok(())
}

/// Keeps what the open transaction publishes of a node's table.
pub(super) fn keep(
    node: &Node,
    publish_id: &str,
    database: &str,
    session: &Arc<Session>,
) -> Result<(), Failure> {
    let Some(keep) = kept(node) else {
        return Ok(());
    };
    let relation = node_relation(node, session.project.quoting);
    let arguments = vec![
        ("ledger", tables(database)),
        ("publish_id", Value::from(publish_id)),
        ("node", Value::from(&*node.unique_id)),
        ("beside", library::relation(beside(&relation))),
        ("relation", library::relation(relation)),
        ("keep", Value::from(keep)),
    ];
    call_with(session, "keep_version", arguments).map(|_| ())
}

/// Names the place of a relation's versions.
fn beside(relation: &Relation) -> Relation {
    let schema = relation.schema.as_deref().unwrap_or_default();
    Relation {
        schema: Some(format!("{schema}{VERSIONS}")),
        ..relation.clone()
    }
}
