//! Rules about the SQL of one node: what an engine refuses, and what does not do what it says.

use std::collections::BTreeSet;

use super::{
    CheckInput, Finding, Wanted, ambiguous_column, argument_count, contract_mismatch, fan_out,
    join_without_condition, misplaced_aggregate, null_comparison, star_in_contract, type_mismatch,
    unequal_union, ungrouped_column, unknown_column, unread_sql, unused_cte,
};
use crate::diagnostics::Diagnostic;
use crate::nodes::{Compiled, Node, ResourceType, UniqueId};
use crate::sql::MistakeKind;
use crate::text::{Location, Span};

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

/// Finds what is wrong in the SQL of nodes.
pub(super) fn find(input: &CheckInput<'_>, is_wanted: Wanted<'_>) -> Vec<Finding> {
    let uncertain = uncertain(input);
    let mut findings = Vec::new();
    for (id, query) in &input.lineage.queries {
        let Some(node) = input.compiled.get(id).filter(|_| is_wanted(id)) else {
            continue;
        };
        let Some(compiled) = &node.compiled else {
            continue;
        };
        let is_certain = !uncertain.contains(id);
        let at = |place: Span| place_of(node, compiled, place);
        let mistakes = query.mistakes.iter();
        let mut found: Vec<Diagnostic> = mistakes
            .filter_map(|it| finding(&it.kind, is_certain, at(it.place)))
            .collect();
        if let Some(given) = query.contract.as_ref().filter(|_| is_certain) {
            found.extend(given.star.map(|star| star_in_contract::finding(at(star))));
            found.extend(contract_mismatch::findings(node, given, at));
        }
        findings.extend(found.into_iter().map(|it| Finding::of(node, it)));
    }
    findings
}

/// Says what is wrong. Where the columns of relations are not certain, only what the text alone tells.
fn finding(mistake: &MistakeKind, is_certain: bool, at: Location) -> Option<Diagnostic> {
    Some(match mistake {
        MistakeKind::Unread(message) => unread_sql::finding(message, at),
        MistakeKind::NullComparison { operator } => null_comparison::finding(operator, at),
        MistakeKind::UnusedCte { name } => unused_cte::finding(name, at),
        MistakeKind::ArgumentCount {
            function,
            given,
            least,
            most,
        } => argument_count::finding(function, *given, [Some(*least), *most], at),
        MistakeKind::MisplacedAggregate { function, within } => {
            misplaced_aggregate::finding(function, *within, at)
        }
        _ if !is_certain => return None,
        MistakeKind::UnknownColumn { name, known } => unknown_column::finding(name, known, at),
        MistakeKind::AmbiguousColumn { name, relations } => {
            ambiguous_column::finding(name, relations, at)
        }
        MistakeKind::UngroupedColumn { name, has_keys } => {
            ungrouped_column::finding(name, *has_keys, at)
        }
        MistakeKind::TypeMismatch { types, done } => {
            type_mismatch::finding(types.each_ref().map(String::as_str), done, at)
        }
        MistakeKind::UnequalUnion { left, right } => unequal_union::finding([*left, *right], at),
        MistakeKind::JoinWithoutCondition { relation, instead } => {
            join_without_condition::finding(relation, *instead, at)
        }
        MistakeKind::FanOut { .. } => return fan_out::finding(mistake, at),
    })
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

/// Finds the bytes of the template behind a place of its SQL.
fn place_of(node: &Node, compiled: &Compiled, place: Span) -> Location {
    let range = place.range();
    let origin = compiled.source_map.origin_of(range.start, range.len());
    origin.unwrap_or(node.location)
}
