//! Rules about the SQL of one node: what an engine refuses, and what does not do what it says.

use std::collections::HashSet;

use super::{
    Bound, CheckInput, Finding, RefusedCall, Wanted, ambiguous_column, argument_count,
    contract_mismatch, fan_out, join_without_condition, misplaced_aggregate, null_comparison,
    refused_sql, star_in_contract, test_columns, type_mismatch, unequal_union, ungrouped_column,
    unknown_column, unknown_table, unread_sql, unused_cte,
};
use crate::diagnostics::{Code, Diagnostic};
use crate::lineage::Query;
use crate::nodes::{Compiled, Node, UniqueId};
use crate::sql::{Mistake, MistakeKind};
use crate::text::{Location, Span, Texts};

/// Finds what is wrong in the SQL of nodes.
pub(super) fn find(input: &CheckInput<'_>, is_wanted: Wanted<'_>) -> Vec<Finding> {
    let unbound = Bound::default();
    let bound = input.bound.unwrap_or(&unbound);
    let mut findings = Vec::new();
    for (id, query) in &input.lineage.queries {
        let Some(node) = input.compiled.get(id).filter(|_| is_wanted(id)) else {
            continue;
        };
        let Some(compiled) = &node.compiled else {
            continue;
        };
        let is_certain = !input.lineage.open.contains(id);
        let at = |place: Span| place_of(node, compiled, place);
        let mistakes = query.mistakes.iter().filter(|it| {
            let stands = || {
                let place = whole(it, &compiled.code);
                stands(compiled, (place, at(place)), input.texts)
            };
            is_certain || stays(&it.kind) && stands()
        });
        let mut found: Vec<Diagnostic> = mistakes
            .filter_map(|it| finding(&it.kind, at(it.place)))
            .collect();
        // What the engine takes is no error.
        if bound.taken.contains(id) {
            found.retain(|it| !it.is_error());
        }
        // It is read by the engine alone, and is told by it.
        if bound.refused.contains_key(id) {
            found.retain(|it| it.code != Code::UnreadSql);
        }
        let is_taken = bound.taken.contains(id);
        let is_missing =
            |it: &&(Vec<String>, Span)| is_certain && !is_taken && bound.missing.contains(&it.0);
        for (parts, place) in query.strangers.iter().filter(is_missing) {
            found.push(unknown_table::finding(
                parts,
                input.resources,
                id,
                at(*place),
            ));
        }
        let is_asked = bound.taken.contains(id) || bound.refused.contains_key(id);
        if is_certain && !is_asked {
            found.extend(calls(query, bound, at));
        }
        if let Some(given) = query.contract.as_ref().filter(|_| is_certain) {
            found.extend(given.star.map(|star| star_in_contract::finding(at(star))));
            let types = bound.contracts.get(id).map(Vec::as_slice);
            findings.extend(contract_mismatch::findings(node, given, types, at));
        }
        findings.extend(found.into_iter().map(|it| Finding::of(node, it)));
    }
    refused(input, bound, is_wanted, &mut findings);
    findings.extend(test_columns::find(input, is_wanted));
    findings
}

/// Says which calls the engine refuses, where it is not told yet.
fn calls(query: &Query, bound: &Bound, at: impl Fn(Span) -> Location) -> Vec<Diagnostic> {
    let is_told = |place: &Span| {
        let is_count = |it: &Mistake| matches!(it.kind, MistakeKind::ArgumentCount { .. });
        let mut mistakes = query.mistakes.iter();
        mistakes.any(|it| is_count(it) && it.place == *place)
    };
    let calls = query.calls.iter().filter(|(_, place)| !is_told(place));
    let calls = calls.filter_map(|(call, place)| Some((call, bound.calls.get(call)?, at(*place))));
    let found = calls.map(|(call, refused, at)| match refused {
        RefusedCall::Name(message) => refused_sql::finding(message, false, at),
        RefusedCall::Arguments(message) => {
            let mut types = call.arguments.iter().flatten();
            match types.any(Option::is_some) {
                true => refused_sql::finding(message, false, at),
                false => argument_count::refused(call, message, at),
            }
        }
    });
    found.collect()
}

/// Adds what the engine refuses where nothing else says why.
fn refused(
    input: &CheckInput<'_>,
    bound: &Bound,
    is_wanted: Wanted<'_>,
    findings: &mut Vec<Finding>,
) {
    let told = findings.iter().filter(|it| it.diagnostic.is_error());
    let told: HashSet<UniqueId> = told.filter_map(|it| it.node.clone()).collect();
    for (id, refusal) in &bound.refused {
        let Some(node) = input.compiled.get(id).filter(|_| is_wanted(id)) else {
            continue;
        };
        if told.contains(id) {
            continue;
        }
        let place = node.compiled.as_ref().zip(refusal.offset);
        let at = place.map_or(node.location, |(compiled, offset)| {
            place_of(
                node,
                compiled,
                Span::new(offset, offset + word(&compiled.code, offset)),
            )
        });
        let is_at_end =
            place.is_some_and(|(compiled, offset)| offset >= compiled.code.trim_end().len());
        findings.push(Finding::of(
            node,
            refused_sql::finding(&refusal.message, is_at_end, at),
        ));
    }
}

/// Returns how long the word is that begins somewhere.
fn word(sql: &str, offset: usize) -> usize {
    let rest = sql.get(offset..).unwrap_or_default();
    let is_inside = |it: char| it.is_alphanumeric() || it == '_' || it == '.';
    let length = rest.find(|it| !is_inside(it)).unwrap_or(rest.len());
    length.max(rest.chars().next().map_or(0, char::len_utf8))
}

/// Tells whether something is wrong whatever stands around it.
fn stays(mistake: &MistakeKind) -> bool {
    matches!(
        mistake,
        MistakeKind::Unread(_)
            | MistakeKind::NullComparison { .. }
            | MistakeKind::UnusedCte { .. }
            | MistakeKind::ArgumentCount { .. }
            | MistakeKind::MisplacedAggregate { .. }
    )
}

/// Returns the place of what is wrong; of a call with its arguments.
fn whole(mistake: &Mistake, sql: &str) -> Span {
    let place = mistake.place.range();
    if !matches!(mistake.kind, MistakeKind::ArgumentCount { .. }) {
        return mistake.place;
    }
    let mut depth = 0;
    let rest = sql.get(place.start..).unwrap_or_default().char_indices();
    let closing = rest.into_iter().find(|(_, letter)| {
        depth += i32::from(*letter == '(') - i32::from(*letter == ')');
        depth == 0 && *letter == ')'
    });
    let end = closing.map_or(sql.len(), |(at, _)| place.start + at + 1);
    Span::new(place.start, end)
}

/// Tells whether a place of the SQL stands in the template as it is, so that no answer of the database made it.
fn stands(compiled: &Compiled, (place, at): (Span, Location), texts: &Texts) -> bool {
    let template = texts.content(at.file).get(at.span.range());
    template == compiled.code.get(place.range())
}

/// Says what is wrong.
fn finding(mistake: &MistakeKind, at: Location) -> Option<Diagnostic> {
    Some(match mistake {
        MistakeKind::Unread(message) => unread_sql::finding(message, at),
        MistakeKind::NullComparison { operator } => null_comparison::finding(operator, at),
        MistakeKind::UnusedCte { name } => unused_cte::finding(name, at),
        MistakeKind::ArgumentCount {
            function,
            given,
            least,
            most,
        } => argument_count::finding(function, *given, *least, *most, at),
        MistakeKind::MisplacedAggregate { function, within } => {
            misplaced_aggregate::finding(function, *within, at)
        }
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
        MistakeKind::NoValue { text, sql_type } => type_mismatch::no_value(text, sql_type, at),
        MistakeKind::UnequalUnion { left, right } => unequal_union::finding([*left, *right], at),
        MistakeKind::JoinWithoutCondition { relation, instead } => {
            join_without_condition::finding(relation, *instead, at)
        }
        MistakeKind::FanOut { .. } => return fan_out::finding(mistake, at),
    })
}

/// Finds the bytes of the template behind a place of its SQL.
pub(super) fn place_of(node: &Node, compiled: &Compiled, place: Span) -> Location {
    let range = place.range();
    let origin = compiled.source_map.origin_of(range.start, range.len());
    origin.unwrap_or(node.location)
}
