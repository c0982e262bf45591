//! Queries that give the rows of a relation, each once: none is left out, and none comes twice.
//!
//! A query does if it picks, renames and calculates columns, and if whatever it joins has one row at the most for each of
//! them. That is so where columns are equal that tell the rows of what is joined apart; whether they do is for others to say.

use std::collections::BTreeSet;

use sqlparser::ast::{
    BinaryOperator, Distinct, Expr, GroupByExpr, InTarget, Join, JoinConstraint, JoinOperator,
    Select, SelectItem, SelectItemQualifiedWildcardKind, TableFactor, WildcardAdditionalOptions,
};

use super::conditions::conjuncts;
use super::flow::{Flow, Made};
use super::functions::is_scalar;
use super::names::{bare, parts_of};
use super::scope::{Relation, Scope};
use super::stars::last;
use crate::sql::children::children;
use crate::sql::grammar::Grammar;

/// The relation whose rows a query gives, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SameRows {
    /// The relation, by its place in [`Analysis::reads`](super::Analysis).
    pub of: usize,
    /// What must be so: in each of these relations no two rows have the same values in all of these columns, in lower case.
    pub beside: Vec<(usize, BTreeSet<String>)>,
}

impl SameRows {
    /// The rows of a relation as it is read.
    pub(super) fn of(read: usize) -> Self {
        Self {
            of: read,
            beside: Vec::new(),
        }
    }

    /// Finds the relation whose rows a SELECT gives, sorted by these.
    pub(super) fn of_select(
        select: &Select,
        order: &[&Expr],
        scope: &Scope<'_>,
        grammar: Grammar,
    ) -> Option<Self> {
        let [table] = select.from.as_slice() else {
            return None;
        };
        let is_plain = |it: &Join| is_left(&it.join_operator) && is_whole(&it.relation);
        let are_plain = is_whole(&table.relation) && table.joins.iter().all(is_plain);
        let is_one = |it: &&Expr| is_one(it, grammar);
        if !are_plain || leaves_out(select) || !keeps(select, grammar) || !order.iter().all(is_one)
        {
            return None;
        }
        let (first, others) = scope.relations.split_first()?;
        let mut same = first.shape.same_rows.clone()?;
        for other in others {
            same.beside.push(other.beside.clone()?);
        }
        Some(same)
    }

    /// Finds what must be unique if no row is to meet two of the relation at this place, which a LEFT JOIN brings in.
    pub(super) fn beside(
        join: &JoinOperator,
        before: usize,
        own: usize,
        scope: &Scope<'_>,
    ) -> Option<(usize, BTreeSet<String>)> {
        let (JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint)) = join else {
            return None;
        };
        let [relation] = scope.relations.get(own..)? else {
            return None;
        };
        let same = relation.shape.same_rows.as_ref();
        let read = same.filter(|it| it.beside.is_empty())?.of;
        let columns: BTreeSet<String> = match constraint {
            JoinConstraint::On(condition) => {
                let mut conditions = Vec::new();
                conjuncts(condition, &mut conditions);
                let columns = conditions.into_iter();
                columns
                    .filter_map(|it| equal(it, read, own, scope))
                    .collect()
            }
            JoinConstraint::Using(names) => {
                let left = scope.relations.get(before..own)?;
                let names = names.iter().filter_map(last);
                let columns = names.filter_map(|name| {
                    let merged = scope
                        .merged
                        .iter()
                        .find(|it| it.0.eq_ignore_ascii_case(&name));
                    let found = || left.iter().find_map(|it| column(it, &name));
                    let left = merged.map(|it| &it.1).or_else(found)?;
                    of_read(column(relation, &name)?, left, read)
                });
                columns.collect()
            }
            _ => return None,
        };
        (!columns.is_empty()).then_some((read, columns))
    }
}

/// Finds the column of the relation at this place that a condition makes equal to one before it of the same type.
fn equal(condition: &Expr, read: usize, own: usize, scope: &Scope<'_>) -> Option<String> {
    let Expr::BinaryOp {
        left,
        op: BinaryOperator::Eq,
        right,
    } = condition
    else {
        return None;
    };
    let side = |it| {
        let found = scope.resolve(parts_of(bare(it))?)?;
        let at = found.relation.filter(|_| found.fields.is_empty())?;
        Some((at, column(scope.relations.get(at)?, &found.column)?))
    };
    match (side(left)?, side(right)?) {
        ((at, it), (before, other)) | ((before, other), (at, it)) if at == own && before < own => {
            of_read(it, other, read)
        }
        _ => None,
    }
}

/// Finds the only column of a name.
fn column<'r>(relation: &'r Relation, name: &str) -> Option<&'r Flow> {
    let mut found = relation.shape.columns.iter().filter(|it| it.is(name));
    let flow = &found.next()?.flow;
    found.next().is_none().then_some(flow)
}

/// Names the column of what is read that a value is, if it is compared with one of its type: values of another type may be
/// the same where its own are not.
fn of_read(value: &Flow, other: &Flow, read: usize) -> Option<String> {
    let is_same = value.sql_type.is_known() && value.sql_type == other.sql_type;
    match &*value.sources {
        [source] if is_same && value.made <= Made::Rename && source.read == read => {
            Some(source.column.to_lowercase())
        }
        _ => None,
    }
}

fn is_left(join: &JoinOperator) -> bool {
    matches!(join, JoinOperator::Left(_) | JoinOperator::LeftOuter(_))
}

/// Tells whether all rows of what stands in FROM are meant, as they are now.
fn is_whole(table: &TableFactor) -> bool {
    match table {
        TableFactor::Table {
            version: None,
            with_ordinality: false,
            partitions,
            json_path: None,
            sample: None,
            ..
        } => partitions.is_empty(),
        TableFactor::Derived { sample: None, .. } => true,
        _ => false,
    }
}

/// Tells whether a SELECT says which rows there are.
fn leaves_out(select: &Select) -> bool {
    let is_grouped = match &select.group_by {
        GroupByExpr::Expressions(keys, modifiers) => !keys.is_empty() || !modifiers.is_empty(),
        GroupByExpr::All(_) => true,
    };
    let filters = [
        &select.selection,
        &select.prewhere,
        &select.having,
        &select.qualify,
    ];
    is_grouped
        || filters.into_iter().any(Option::is_some)
        || !matches!(select.distinct, None | Some(Distinct::All))
        || select.top.is_some()
        || select.value_table_mode.is_some()
        || !select.connect_by.is_empty()
        || !select.lateral_views.is_empty()
}

/// Tells whether all that a SELECT lists is one value for each row.
fn keeps(select: &Select, grammar: Grammar) -> bool {
    let replaces = |it: &WildcardAdditionalOptions| {
        let items = it.opt_replace.iter().flat_map(|it| &it.items);
        items.map(|it| &it.expr).all(|it| is_one(it, grammar))
    };
    select.projection.iter().all(|item| match item {
        SelectItem::UnnamedExpr(it) | SelectItem::ExprWithAlias { expr: it, .. } => {
            is_one(it, grammar)
        }
        SelectItem::ExprWithAliases { .. } => false,
        SelectItem::Wildcard(options) => replaces(options),
        SelectItem::QualifiedWildcard(of, options) => {
            let is_kept = match of {
                SelectItemQualifiedWildcardKind::ObjectName(_) => true,
                SelectItemQualifiedWildcardKind::Expr(of) => is_one(of, grammar),
            };
            is_kept && replaces(options)
        }
    })
}

/// Tells whether an expression is one value for each row.
fn is_one(expression: &Expr, grammar: Grammar) -> bool {
    let is_known = match expression {
        Expr::Function(function) => {
            // In Postgres it gives a row for each match.
            let is_match =
                || last(&function.name).is_some_and(|it| it.eq_ignore_ascii_case("regexp_matches"));
            function.over.is_some()
                || is_scalar(function) && (grammar == Grammar::DuckDb || !is_match())
        }
        // An aggregate of nothing but columns around a query belongs to what is around it.
        Expr::Subquery(_)
        | Expr::Exists { .. }
        | Expr::In {
            target: InTarget::Subquery(_) | InTarget::Table { .. },
            ..
        } => false,
        _ => true,
    };
    is_known
        && children(expression)
            .into_iter()
            .all(|it| is_one(it, grammar))
}
