//! What is wrong in the SQL of models, found before anything runs.
//!
//! In: nodes as compiled, and their lineage. Out: findings at the bytes of the templates that the user wrote. A
//! finding is proven: what is not known is never one. One file for each rule.

mod ambiguous_column;
mod unknown_column;
mod unread_sql;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::diagnostics::Diagnostic;
use crate::graph::Graph;
use crate::lineage::Lineage;
use crate::nodes::{Compiled, Node, ResourceType, Resources, UniqueId};
use crate::sql::{Mistake, MistakeKind};
use crate::text::Location;

/// Those that send the SQL of a node as it is.
const MATERIALIZATIONS: &[&str] = &[
    "ephemeral",
    "external",
    "incremental",
    "materialized_view",
    "snapshot",
    "table",
    "view",
];

/// What is checked.
pub struct CheckInput<'a> {
    /// All resources.
    pub resources: &'a Resources,
    /// The DAG.
    pub graph: &'a Graph,
    /// Nodes as compiled, by unique id.
    pub compiled: &'a HashMap<UniqueId, Arc<Node>>,
    /// Their columns.
    pub lineage: &'a Lineage,
}

/// Finds what is wrong in the nodes that are wanted.
pub fn check(input: &CheckInput<'_>, is_wanted: impl Fn(&UniqueId) -> bool) -> Vec<Diagnostic> {
    let uncertain = uncertain(input);
    let mut findings = Vec::new();
    for (id, mistakes) in &input.lineage.mistakes {
        let Some(node) = input.compiled.get(id).filter(|_| is_wanted(id)) else {
            continue;
        };
        let Some(compiled) = &node.compiled else {
            continue;
        };
        for mistake in mistakes {
            let at = place(node, compiled, mistake);
            findings.extend(match &mistake.kind {
                MistakeKind::Unread(message) => Some(unread_sql::finding(message, at)),
                _ if uncertain.contains(id) => None,
                MistakeKind::UnknownColumn { name, known } => {
                    Some(unknown_column::finding(name, known, at))
                }
                MistakeKind::AmbiguousColumn { name, relations } => {
                    Some(ambiguous_column::finding(name, relations, at))
                }
            });
        }
    }
    findings
}

/// Lists nodes whose columns only the database tells, as an earlier run has left them, those whose
/// materialization may send other SQL, and all that is built of them.
fn uncertain(input: &CheckInput<'_>) -> BTreeSet<UniqueId> {
    let nodes = input.resources.nodes.values();
    let told = nodes.filter(|it| {
        let is_built = matches!(
            it.resource_type,
            ResourceType::Model | ResourceType::Snapshot
        );
        let is_own = !MATERIALIZATIONS.contains(&it.config.materialized());
        is_built && (is_own || !input.compiled.contains_key(&it.unique_id))
    });
    let mut all = BTreeSet::new();
    for node in told {
        all.insert(node.unique_id.clone());
        if let Some(index) = input.graph.index(&node.unique_id) {
            let downstream = input.graph.downstream(index).into_iter();
            all.extend(downstream.map(|it| input.graph.id(it).clone()));
        }
    }
    all
}

/// Finds the bytes of the template behind a mistake.
fn place(node: &Node, compiled: &Compiled, mistake: &Mistake) -> Location {
    let range = mistake.place.range();
    let origin = compiled.source_map.origin_of(range.start, range.len());
    origin.unwrap_or(node.location)
}
