//! A publish again, beside what is published: of the kept versions of what it read.
//!
//! In: a node, views between it and what is kept, and the content that it had before, if it adds to that. Out: the checksum of
//! what comes out, as the ledger computes it. The table stays in the schema of replays.

use std::sync::Arc;

use super::ledger::{call_with, content_checksum};
use super::materialization::{keep_relations, run_main};
use super::prepare::list_relations;
use super::{Execution, Failure};
use crate::adapters::{Relation, RelationCache};
use crate::compile::name_targets;
use crate::jinja::context::{Names, Session, node_relation};
use crate::jinja::library;
use crate::nodes::{Node, Resource};

/// What is added to the name of a schema: there are tables that were built again.
pub const REPLAYS: &str = "_replay";

/// A publish to be done again.
#[derive(Debug)]
pub struct Replay {
    /// The node.
    pub node: Arc<Node>,
    /// The version.
    pub version: i64,
    /// Views that it reads, in order: each is made anew of what is kept.
    pub views: Vec<Arc<Node>>,
    /// The table that keeps what it had before.
    pub before: Option<String>,
}

/// Names the table, or view, of a replay.
pub fn replayed_as(node: &Node, version: i64) -> (String, String) {
    (
        format!("{}{REPLAYS}", node.schema),
        format!("{}__v{version}", node.alias),
    )
}

/// Builds it. References of `execution` lead to what is kept.
pub fn replay(execution: &Execution, replay: &Replay) -> Result<Option<String>, Failure> {
    let session = execution.session(&Arc::new(RelationCache::default()), "replay")?;
    let mut made = Vec::new();
    for node in replay.views.iter().chain([&replay.node]) {
        made.push(elsewhere(node, replay.version, &session)?);
    }
    let Some((own, views)) = made.split_last() else {
        return Ok(None);
    };
    for view in views {
        build(execution, view, &session)?;
    }
    if let Some(before) = &replay.before {
        let relation = node_relation(own, session.project.quoting);
        let sql = format!(
            "create table {} as select * from {before}",
            relation.render()
        );
        session.connection().execute(&sql, false, None)?;
        session.connection().commit()?;
        session.cache.add(&Relation {
            kind: Some(crate::adapters::RelationKind::Table),
            ..relation
        });
    }
    let built = build(execution, own, &session)?;
    let checksum = content_checksum(&built, &session)?;
    session.connection().rollback()?;
    Ok(checksum)
}

/// Gives a node the name that it has in replays; whatever had that is dropped.
fn elsewhere(node: &Node, version: i64, session: &Arc<Session>) -> Result<Arc<Node>, Failure> {
    let mut made = node.clone();
    (made.schema, made.alias) = replayed_as(node, version);
    let set = made.config.set_values_mut();
    // What they do beside the table is done already.
    for key in [
        "pre-hook",
        "post-hook",
        "pre_hook",
        "post_hook",
        "grants",
        "checkpoint",
        "indexes",
    ] {
        set.remove(key);
    }
    let relation = node_relation(&made, session.project.quoting);
    made.relation_name = Some(relation.render());
    let schema = relation.without_identifier();
    let arguments = vec![("relation", library::relation(schema.clone()))];
    call_with(session, "create_schema", arguments)?;
    let is_own = |it: &Relation| {
        let name = it.identifier.as_deref();
        name.is_some_and(|name| name.eq_ignore_ascii_case(&made.alias))
    };
    let there = list_relations(session, schema)?;
    if let Some(there) = there.into_iter().find(is_own) {
        let arguments = vec![("relation", library::relation(there))];
        call_with(session, "drop_relation", arguments)?;
    }
    session.connection().commit()?;
    Ok(Arc::new(made))
}

fn build(
    execution: &Execution,
    node: &Arc<Node>,
    session: &Arc<Session>,
) -> Result<Arc<Node>, Failure> {
    session.take_up(&node.unique_id, Some(Resource::Node(node)))?;
    let compiled = execution
        .compiler
        .compile(node, session, Names::default())?;
    let mut compiled = (*compiled).clone();
    name_targets(&mut compiled, session)?;
    let compiled = Arc::new(compiled);
    let materialization = compiled.config.materialized();
    let (returned, _) = run_main(
        materialization,
        &compiled,
        session,
        Names::default(),
        &mut Vec::new(),
    )?;
    keep_relations(materialization, &returned, session)?;
    session.connection().commit()?;
    Ok(compiled)
}
