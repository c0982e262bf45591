//! Joins: which columns both sides share, and what a join keeps of them.

use std::collections::BTreeSet;

use sqlparser::ast::{Join, JoinConstraint, JoinOperator, Spanned, TableFactor};

use super::Analyzer;
use super::flow::{By, Flow, Influence, Made};
use super::keys::Link;
use super::meaning::{Condition, Meaning, Rows};
use super::same_rows::SameRows;
use super::scope::{Relation, Scope};
use super::stars::last;

impl Analyzer<'_> {
    pub(super) fn join(
        &mut self,
        join: &Join,
        before: usize,
        scope: &mut Scope<'_>,
        influences: &mut BTreeSet<Influence>,
    ) {
        let own = scope.relations.len();
        let rows = self.one_table(&join.relation, scope, influences);
        let (constraint, kind) = constraint(&join.join_operator);
        let clause = clause(&join.join_operator);
        let mut conditions: Vec<Condition> = Vec::new();
        match constraint {
            Some(JoinConstraint::On(condition)) => {
                let flow = self.expression(condition, scope);
                influences.extend(flow.influences(By::Join));
                let loose = self.condition(condition, join, [before, own], scope);
                scope.loose.extend(loose);
                conditions = self.conditions(None, condition, scope);
            }
            Some(JoinConstraint::Using(names) | JoinConstraint::UsingAlias(names, _)) => {
                let names: Vec<String> = names.iter().filter_map(last).collect();
                let same = merge(&names, [before, own], kind, scope, influences);
                conditions = same_columns(same);
            }
            Some(JoinConstraint::Natural) => {
                let (left, right) = scope.relations.split_at(own);
                let left = left.get(before..).unwrap_or_default();
                let is_open = |it: &Relation| !it.shape.open.is_empty();
                if left.iter().any(is_open) || right.iter().any(is_open) {
                    scope.merges_hidden = true;
                    let place = self.span(join.relation.span());
                    self.unknown(place, "which columns NATURAL joins by is not known");
                }
                let of = |all: &[Relation]| -> Vec<String> {
                    let columns = all.iter().flat_map(|it| &it.shape.columns);
                    columns.map(|it| it.name.to_lowercase()).collect()
                };
                let (left, right) = (of(left), of(right));
                let names: Vec<String> = left.into_iter().filter(|it| right.contains(it)).collect();
                let same = merge(&names, [before, own], kind, scope, influences);
                conditions = same_columns(same);
            }
            Some(JoinConstraint::None) => self.no_condition(join, own, scope),
            None => {}
        }
        let link = link(constraint, kind, &join.join_operator, own, scope);
        for relation in scope.relations.iter_mut().skip(own) {
            relation.link.clone_from(&link);
        }
        let beside = SameRows::beside(&join.join_operator, before, own, scope);
        if let [relation] = scope.relations.get_mut(own..).unwrap_or_default() {
            relation.beside = beside;
        }
        if let JoinOperator::AsOf {
            match_condition, ..
        } = &join.join_operator
        {
            let flow = self.expression(match_condition, scope);
            influences.extend(flow.influences(By::Join));
            conditions.extend(self.conditions(None, match_condition, scope));
        }
        if self.compares {
            let asked = conditions.iter().map(|it| it.meaning);
            let meaning = Meaning::set("on", asked);
            let meaning = Meaning::of(clause, [rows.whole(), meaning]);
            self.row_part(clause, said(join), meaning);
            joined(&join.join_operator, (rows, &conditions), own, scope);
        }
        match kind {
            // The other side says which rows there are, and gives no columns.
            Kind::Half => scope.relations.truncate(own),
            Kind::OtherHalf => {
                scope.relations.drain(before..own);
            }
            _ => {}
        }
    }
}

/// Says how a relation stands beside those before it.
fn link(
    constraint: Option<&JoinConstraint>,
    kind: Kind,
    join: &JoinOperator,
    own: usize,
    scope: &Scope<'_>,
) -> Link {
    let is_plain = kind == Kind::Left && !matches!(join, JoinOperator::AsOf { .. });
    if !is_plain || scope.relations.len() != own + 1 {
        return Link::Other;
    }
    match constraint {
        Some(JoinConstraint::On(condition)) => {
            Link::Equal(Analyzer::equal_columns(condition, own, scope))
        }
        Some(JoinConstraint::Using(names)) => {
            let names = names.iter().filter_map(last);
            Link::Equal(names.map(|it| it.to_lowercase()).collect())
        }
        Some(JoinConstraint::None) => Link::Free,
        _ => Link::Other,
    }
}

/// What USING asks of rows.
fn same_columns(same: Vec<(Meaning, Meaning)>) -> Vec<Condition> {
    let all = same.into_iter().map(|(left, right)| Condition {
        meaning: Meaning::set("=", [left, right]),
        equal: Some((left, right)),
    });
    all.collect()
}

/// Puts the rows of both sides together.
fn joined(
    operator: &JoinOperator,
    (right, conditions): (Rows, &[Condition]),
    own: usize,
    scope: &mut Scope<'_>,
) {
    let mut left = scope.from.take().unwrap_or_default();
    let on = || Meaning::set("on", conditions.iter().map(|it| it.meaning));
    let of_right: BTreeSet<Meaning> = scope
        .relations
        .get(own..)
        .into_iter()
        .flatten()
        .flat_map(|it| it.shape.columns.iter().map(|it| it.flow.meaning))
        .collect();
    let equal = conditions.iter().filter_map(|it| it.equal);
    let asked: BTreeSet<Meaning> = equal
        .filter_map(
            |(one, two)| match (of_right.contains(&one), of_right.contains(&two)) {
                (true, false) => Some(one),
                (false, true) => Some(two),
                _ => None,
            },
        )
        .collect();
    let is_one = right.are_unique_by(&asked);
    let joined = match operator {
        JoinOperator::Join(_)
        | JoinOperator::Inner(_)
        | JoinOperator::CrossJoin(_)
        | JoinOperator::StraightJoin(_) => {
            left.base = Meaning::of("join", [left.base, right.base]);
            left.filters.extend(right.filters);
            left.filters.extend(conditions.iter().map(|it| it.meaning));
            if !is_one {
                left.keys.clear();
            }
            left
        }
        JoinOperator::Left(_) | JoinOperator::LeftOuter(_) if is_one => {
            // Each row stays one row, whatever the other side has.
            let beside = Meaning::of("beside", [right.whole(), on()]);
            for relation in scope.relations.iter_mut().skip(own) {
                relation
                    .shape
                    .mean(|it| Meaning::of("beside", [beside, it]));
            }
            left
        }
        JoinOperator::Left(_) | JoinOperator::LeftOuter(_) => {
            left.base = Meaning::of("left join", [left.base, right.whole(), on()]);
            left.keys.clear();
            left
        }
        JoinOperator::Right(_) | JoinOperator::RightOuter(_) => {
            let base = Meaning::of("left join", [right.base, left.whole(), on()]);
            Rows {
                base,
                filters: right.filters,
                keys: Vec::new(),
            }
        }
        JoinOperator::Semi(_) | JoinOperator::LeftSemi(_) => {
            left.base = Meaning::of("semi join", [left.base, right.whole(), on()]);
            left
        }
        JoinOperator::Anti(_) | JoinOperator::LeftAnti(_) => {
            left.base = Meaning::of("anti join", [left.base, right.whole(), on()]);
            left
        }
        other => Rows::of(Meaning::of(
            clause(other),
            [left.whole(), right.whole(), on()],
        )),
    };
    scope.from = Some(joined);
}

/// Returns what stands behind the words of a join, however these are written.
fn said(join: &Join) -> String {
    const MOST: usize = 160;
    let (text, relation) = (join.to_string(), join.relation.to_string());
    let words = text.find(&relation).unwrap_or_default();
    let behind = text.get(words + relation.len()..).unwrap_or_default();
    let relation = match &join.relation {
        // What stands in it is told on its own.
        TableFactor::Derived { alias, .. } => {
            let alias = alias.iter().map(|it| format!(" AS {}", it.name));
            format!("(…){}", alias.collect::<String>())
        }
        _ => relation,
    };
    let text = format!("{relation}{behind}");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

/// Names a join as it is written.
fn clause(operator: &JoinOperator) -> &'static str {
    match operator {
        JoinOperator::Join(_) | JoinOperator::Inner(_) | JoinOperator::StraightJoin(_) => "JOIN",
        JoinOperator::CrossJoin(_) => "CROSS JOIN",
        JoinOperator::Left(_) | JoinOperator::LeftOuter(_) => "LEFT JOIN",
        JoinOperator::Right(_) | JoinOperator::RightOuter(_) => "RIGHT JOIN",
        JoinOperator::FullOuter(_) => "FULL JOIN",
        JoinOperator::Semi(_) | JoinOperator::LeftSemi(_) => "SEMI JOIN",
        JoinOperator::Anti(_) | JoinOperator::LeftAnti(_) => "ANTI JOIN",
        JoinOperator::RightSemi(_) => "RIGHT SEMI JOIN",
        JoinOperator::RightAnti(_) => "RIGHT ANTI JOIN",
        JoinOperator::CrossApply => "CROSS APPLY",
        JoinOperator::OuterApply => "OUTER APPLY",
        JoinOperator::AsOf { .. } => "ASOF JOIN",
        _ => "other JOIN",
    }
}

/// What a join keeps of its two sides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Left,
    Right,
    Full,
    /// The left one alone.
    Half,
    /// The right one alone.
    OtherHalf,
}

fn constraint(join: &JoinOperator) -> (Option<&JoinConstraint>, Kind) {
    match join {
        JoinOperator::Join(it)
        | JoinOperator::Inner(it)
        | JoinOperator::Left(it)
        | JoinOperator::LeftOuter(it)
        | JoinOperator::CrossJoin(it)
        | JoinOperator::StraightJoin(it)
        | JoinOperator::AsOf { constraint: it, .. } => (Some(it), Kind::Left),
        JoinOperator::Right(it) | JoinOperator::RightOuter(it) => (Some(it), Kind::Right),
        JoinOperator::FullOuter(it) => (Some(it), Kind::Full),
        JoinOperator::Semi(it)
        | JoinOperator::LeftSemi(it)
        | JoinOperator::Anti(it)
        | JoinOperator::LeftAnti(it) => (Some(it), Kind::Half),
        JoinOperator::RightSemi(it) | JoinOperator::RightAnti(it) => (Some(it), Kind::OtherHalf),
        _ => (None, Kind::Left),
    }
}

/// Makes one column of those that both sides have.
fn merge(
    names: &[String],
    [before, own]: [usize; 2],
    kind: Kind,
    scope: &mut Scope<'_>,
    influences: &mut BTreeSet<Influence>,
) -> Vec<(Meaning, Meaning)> {
    let mut same = Vec::new();
    for name in names {
        let earlier = scope
            .merged
            .iter()
            .position(|(it, _)| it.eq_ignore_ascii_case(name));
        let of = |relation: &Relation| {
            let listed = relation.shape.find(name).next().map(|it| it.flow.clone());
            listed.or_else(|| relation.shape.find_open(name))
        };
        let left = match earlier {
            Some(at) => Some(scope.merged[at].1.clone()),
            None => {
                let left = scope.relations.get(before..own).unwrap_or_default();
                let closed = left.iter().find(|it| it.shape.find(name).next().is_some());
                closed.or(left.first()).and_then(of)
            }
        };
        let right = scope.relations.get(own).and_then(of);
        for side in [&left, &right].into_iter().flatten() {
            influences.extend(side.influences(By::Join));
        }
        let meant = |it: &Option<Flow>| it.as_ref().map(|it| it.meaning).unwrap_or_default();
        same.push((meant(&left), meant(&right)));
        let flow = match (kind, left, right) {
            (Kind::Right, _, Some(right)) => right,
            (Kind::Full, Some(left), Some(right)) => {
                let sql_type = left.sql_type.clone();
                Flow::of(Made::Expression, [left, right]).typed(sql_type)
            }
            (_, Some(left), _) => left,
            (_, None, Some(right)) => right,
            (_, None, None) => Flow::unknown(),
        };
        match earlier {
            Some(at) => scope.merged[at].1 = flow,
            None => scope.merged.push((name.clone(), flow)),
        }
        if let Some(relation) = scope.relations.get_mut(own) {
            relation.hidden.push(name.clone());
        }
    }
    same
}
