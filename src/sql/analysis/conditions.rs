//! Joins whose condition connects nothing.

use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};

use sqlparser::ast::{
    BinaryOperator, Expr, InTarget, Join, JoinOperator, Query, Select, Spanned, TableFactor,
    visit_expressions,
};

use super::names::{bare, parts_of};
use super::scope::Scope;
use super::{Analyzer, Clause, Instead, MistakeKind};
use crate::sql::children::children;
use crate::text::Span;

/// A join whose condition connects nothing.
pub(super) struct Loose {
    place: Span,
    kind: MistakeKind,
    /// The relations of its sides.
    sides: [Range<usize>; 2],
    is_outer: bool,
}

impl Analyzer<'_> {
    /// Finds a condition that does not say which rows of the two sides belong together.
    pub(super) fn condition(
        &mut self,
        condition: &Expr,
        join: &Join,
        [before, own]: [usize; 2],
        scope: &Scope<'_>,
    ) -> Option<Loose> {
        if self.is_tried() {
            self.misplaced(condition, Clause::Join, scope);
        }
        let is_nearest = matches!(join.join_operator, JoinOperator::AsOf { .. });
        if is_nearest || sees_others(&join.relation) {
            return None;
        }
        let named = relations_in(condition, scope)?;
        let (left, right) = (before..own, own..scope.relations.len());
        let are_named = [&left, &right].map(|side| named.iter().any(|it| side.contains(it)));
        let is_one_row = [&left, &right].map(|side| {
            let side = scope.relations.get(side.clone()).unwrap_or_default();
            side.iter().all(|it| it.shape.is_single)
        });
        if are_named == [true, true] || is_one_row != [false, false] {
            return None;
        }
        let is_outer = is_outer(&join.join_operator);
        Some(Loose {
            place: self.place(condition),
            kind: self.unjoined(own, scope, Instead::OneSide { is_outer }),
            sides: [left, right],
            is_outer,
        })
    }

    /// Finds joins that nothing connects, neither their conditions nor, of inner ones, WHERE.
    pub(super) fn loose(&mut self, select: &Select, scope: &Scope<'_>) {
        let mut conditions = Vec::new();
        if !scope.loose.is_empty() {
            let selection = select.selection.iter();
            selection.for_each(|it| conjuncts(it, &mut conditions));
        }
        let named = conditions.into_iter().map(|it| relations_in(it, scope));
        let named: Vec<Option<BTreeSet<usize>>> = named.collect();
        for it in &scope.loose {
            let connects = |named: &Option<BTreeSet<usize>>| {
                let Some(named) = named else {
                    return true;
                };
                let mut sides = it.sides.iter();
                sides.all(|side| named.iter().any(|it| side.contains(it)))
            };
            if it.is_outer || !named.iter().any(connects) {
                self.mistake(it.place, it.kind.clone());
            }
        }
    }

    /// Finds a join that needs a condition and has none.
    pub(super) fn no_condition(&mut self, join: &Join, own: usize, scope: &Scope<'_>) {
        let is_inner = matches!(
            join.join_operator,
            JoinOperator::Join(_) | JoinOperator::Inner(_)
        );
        let is_outer = is_outer(&join.join_operator);
        let place = self.span(join.relation.span());
        let before = self.sql.get(..place.range().start).unwrap_or_default();
        let mut words = before.split_whitespace().rev();
        let is_positional = words
            .nth(1)
            .is_some_and(|it| it.eq_ignore_ascii_case("positional"));
        if self.is_tried() && (is_inner || is_outer) && !is_positional {
            let kind = self.unjoined(own, scope, Instead::Nothing { is_outer });
            self.mistake(place, kind);
        }
    }

    /// Finds relations behind a comma that nothing in WHERE connects with those before.
    pub(super) fn unconnected(&mut self, select: &Select, starts: &[usize], scope: &Scope<'_>) {
        if starts.len() < 2 {
            return;
        }
        let group = |relation: usize| starts.iter().filter(|it| **it <= relation).count() - 1;
        let mut conditions = Vec::new();
        select
            .selection
            .iter()
            .for_each(|it| conjuncts(it, &mut conditions));
        // Each has the number of the first one that it is connected with.
        let mut connected: Vec<usize> = (0..starts.len()).collect();
        for condition in conditions {
            let Some(named) = relations_in(condition, scope) else {
                return;
            };
            let groups: BTreeSet<usize> =
                named.into_iter().map(|it| connected[group(it)]).collect();
            if let Some(first) = groups.first() {
                connected
                    .iter_mut()
                    .filter(|it| groups.contains(it))
                    .for_each(|it| *it = *first);
            }
        }
        for (at, table) in select.from.iter().enumerate().skip(1) {
            let of_group = |group: usize| {
                let start = starts.get(group).copied().unwrap_or_default();
                let end = starts
                    .get(group + 1)
                    .copied()
                    .unwrap_or(scope.relations.len());
                scope.relations.get(start..end).unwrap_or_default()
            };
            let is_one_row = |group: usize| of_group(group).iter().all(|it| it.shape.is_single);
            let others = (0..at).all(is_one_row);
            if connected[at] == 0 || sees_others(&table.relation) || is_one_row(at) || others {
                continue;
            }
            let place = self.span(table.relation.span());
            let kind = self.unjoined(starts[at], scope, Instead::Comma);
            self.mistake(place, kind);
        }
    }

    fn unjoined(&self, at: usize, scope: &Scope<'_>, instead: Instead) -> MistakeKind {
        let relation = scope.relations.get(at);
        let name = relation.and_then(|it| it.name.last());
        MistakeKind::JoinWithoutCondition {
            relation: name.cloned().unwrap_or_default(),
            instead,
        }
    }
}

/// Tells whether a join keeps rows that meet none of the other side.
fn is_outer(join: &JoinOperator) -> bool {
    matches!(
        join,
        JoinOperator::Left(_)
            | JoinOperator::LeftOuter(_)
            | JoinOperator::Right(_)
            | JoinOperator::RightOuter(_)
            | JoinOperator::FullOuter(_)
    )
}

/// Takes conditions apart that hold together.
pub(super) fn conjuncts<'e>(condition: &'e Expr, all: &mut Vec<&'e Expr>) {
    match bare(condition) {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => {
            conjuncts(left, all);
            conjuncts(right, all);
        }
        other => all.push(other),
    }
}

/// Lists the relations whose columns an expression names. None if it is not known which they are.
pub(super) fn relations_in(expression: &Expr, scope: &Scope<'_>) -> Option<BTreeSet<usize>> {
    if let Some(parts) = parts_of(expression) {
        let own = scope.resolve(parts)?;
        return Some(BTreeSet::from([own.relation?]));
    }
    let mut all = BTreeSet::new();
    match expression {
        Expr::Subquery(query) => return Some(seen_in(query, scope)),
        Expr::Exists { subquery, .. } => return Some(seen_in(subquery, scope)),
        Expr::In {
            target: InTarget::Subquery(query),
            ..
        } => all.append(&mut seen_in(query, scope)),
        Expr::In {
            target: InTarget::List(_),
            ..
        } => {}
        Expr::In { .. }
        | Expr::Lambda(_)
        | Expr::JsonAccess { .. }
        | Expr::CompoundFieldAccess { .. } => {
            return None;
        }
        _ => {}
    }
    for inner in children(expression) {
        all.append(&mut relations_in(inner, scope)?);
    }
    Some(all)
}

/// Lists the relations whose columns a query within may name; names that it has itself are among them.
fn seen_in(query: &Query, scope: &Scope<'_>) -> BTreeSet<usize> {
    let mut all = BTreeSet::new();
    let _ = visit_expressions(query, |expression| {
        let own = parts_of(expression).and_then(|it| scope.resolve(it));
        all.extend(own.and_then(|it| it.relation));
        ControlFlow::<()>::Continue(())
    });
    all
}

/// Tells whether what stands here may be calculated of the relations before it.
fn sees_others(table: &TableFactor) -> bool {
    !matches!(
        table,
        TableFactor::Table { args: None, .. }
            | TableFactor::Derived { lateral: false, .. }
            | TableFactor::NestedJoin { .. }
    )
}
