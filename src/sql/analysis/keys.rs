//! Keys: which columns tell the rows of a query apart, and joins that repeat rows which are then added up.

use std::collections::BTreeSet;

use sqlparser::ast::{
    BinaryOperator, DuplicateTreatment, Expr, Function, FunctionArguments, GroupByExpr, Select,
    SelectItem,
};

use super::conditions::{conjuncts, relations_in};
use super::grouping::expression_of;
use super::names::{Own, bare, parts_of};
use super::query::{group_keys, place_in_list};
use super::scope::{Relation, Scope};
use super::shape::Shape;
use super::stars::last;
use super::{Analyzer, MistakeKind};
use crate::sql::children::children;

/// How a relation stands beside those before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Link {
    /// It is the first one, or every row meets every other.
    #[default]
    Free,
    /// Rows meet where columns of it are equal to something before: these, in lower case.
    Equal(BTreeSet<String>),
    /// Rows meet in another way, or there are rows that meet none.
    Other,
}

/// Adds up, or counts.
const SUMS: [&str; 5] = ["avg", "count", "mean", "sum", "total"];

impl Analyzer<'_> {
    /// Finds what tells the rows of a SELECT apart.
    pub(super) fn keys_of(
        &self,
        select: &Select,
        scope: &Scope<'_>,
        shape: &Shape,
    ) -> Vec<Vec<String>> {
        let is_grouped = match &select.group_by {
            GroupByExpr::Expressions(keys, _) => !keys.is_empty(),
            GroupByExpr::All(_) => return Vec::new(),
        };
        let has_keys = |it: &Relation| it.link == Link::Free && !it.shape.keys.is_empty();
        if !is_grouped && !scope.relations.first().is_some_and(has_keys) {
            return Vec::new();
        }
        let outputs = outputs(select, scope, shape);
        let find = |own: &Own| {
            let found = outputs.iter().find(|(it, _)| it == own);
            found.map(|(_, name)| name.clone())
        };
        if let GroupByExpr::Expressions(keys, _) = &select.group_by
            && is_grouped
        {
            let keys = keys.iter().flat_map(group_keys).map(bare).map(|key| {
                if let Some(at) = place_in_list(key) {
                    let column = shape.columns.get(at).filter(|_| shape.open.is_empty());
                    return column.map(|it| it.name.to_lowercase());
                }
                let parts = parts_of(key)?;
                match (scope.resolve(parts), parts) {
                    (Some(own), _) => find(&own),
                    (None, [name]) => Some(name.value.to_lowercase()),
                    (None, _) => None,
                }
            });
            return keys.collect::<Option<Vec<String>>>().into_iter().collect();
        }
        let Some((first, others)) = scope.relations.split_first() else {
            return Vec::new();
        };
        let filters = filters(select, scope);
        let is_one_each = |(at, it): (usize, &Relation)| is_met_once(at + 1, it, &filters);
        if !others.iter().enumerate().all(is_one_each) {
            return Vec::new();
        }
        let kept = first.shape.keys.iter().filter_map(|key| {
            let columns = key.iter().map(|column| {
                find(&Own {
                    relation: Some(0),
                    column: column.clone(),
                    fields: Vec::new(),
                })
            });
            columns.collect::<Option<Vec<String>>>()
        });
        kept.collect()
    }

    /// Finds the columns of a relation that a condition makes equal to something before it.
    pub(super) fn equal_columns(
        condition: &Expr,
        at: usize,
        scope: &Scope<'_>,
    ) -> BTreeSet<String> {
        let mut conditions = Vec::new();
        conjuncts(condition, &mut conditions);
        let found = conditions.into_iter().filter_map(|it| {
            let (left, right) = match it {
                Expr::BinaryOp {
                    left,
                    op: BinaryOperator::Eq,
                    right,
                } => (left, right),
                Expr::IsNotDistinctFrom(left, right) => (left, right),
                _ => return None,
            };
            let column = |side: &Expr, other: &Expr| {
                let own = scope.resolve(parts_of(plain(side))?)?;
                let others = relations_in(other, scope)?;
                let is_meant = own.relation == Some(at) && others.iter().all(|it| *it < at);
                is_meant.then_some(own.column)
            };
            column(left, right).or_else(|| column(right, left))
        });
        found.collect()
    }

    /// Finds sums of values whose rows a join repeats.
    pub(super) fn fan_out(&mut self, select: &Select, scope: &Scope<'_>) {
        let is_linked =
            |it: &Relation| matches!(it.link, Link::Equal(_)) && !it.shape.keys.is_empty();
        if !scope.relations.iter().any(is_linked) || select.qualify.is_some() {
            return;
        }
        let filters = filters(select, scope);
        let many = scope
            .relations
            .iter()
            .enumerate()
            .filter_map(|(at, it)| match &it.link {
                Link::Equal(columns)
                    if !it.shape.keys.is_empty() && !is_met_once(at, it, &filters) =>
                {
                    Some((at, it, columns))
                }
                _ => None,
            });
        let many: Vec<(usize, &Relation, &BTreeSet<String>)> = many.collect();
        if many.is_empty() {
            return;
        }
        let mut sums = Vec::new();
        let listed = select.projection.iter().filter_map(expression_of);
        listed
            .chain(&select.having)
            .for_each(|it| sums_in(it, &mut sums));
        for (function, value) in sums {
            let Some(named) = relations_in(value, scope) else {
                continue;
            };
            let Some(latest) = named.last() else {
                continue;
            };
            let name = |it: &Relation| it.name.last().cloned().unwrap_or_default();
            let Some((_, joined, by)) = many.iter().find(|(at, ..)| at > latest) else {
                continue;
            };
            let kind = MistakeKind::FanOut {
                repeated: scope.relations.get(*latest).map(name).unwrap_or_default(),
                joined: name(joined),
                by: by.iter().cloned().collect(),
                key: joined.shape.keys.first().cloned().unwrap_or_default(),
                aggregate: function.to_string(),
            };
            self.mistake(self.place(function), kind);
        }
    }
}

/// Lists the columns of relations that are columns of the SELECT, with their names there.
fn outputs(select: &Select, scope: &Scope<'_>, shape: &Shape) -> Vec<(Own, String)> {
    let mut all = Vec::new();
    for item in &select.projection {
        let (expr, alias) = match item {
            SelectItem::UnnamedExpr(expr) => (expr, None),
            SelectItem::ExprWithAlias { expr, alias } => (expr, Some(alias)),
            SelectItem::Wildcard(options) | SelectItem::QualifiedWildcard(_, options) => {
                let is_plain = options.opt_replace.is_none() && options.opt_rename.is_none();
                let relations = scope.relations.iter().enumerate().filter(|_| is_plain);
                let columns = relations.flat_map(|(at, it)| {
                    let columns = it
                        .shape
                        .columns
                        .iter()
                        .filter(|column| !it.hides(&column.name));
                    columns.map(move |column| (at, column.name.to_lowercase()))
                });
                let there = columns.filter(|(_, name)| {
                    let mut found = shape.find(name);
                    found.next().is_some() && found.next().is_none()
                });
                all.extend(there.map(|(at, column)| {
                    let own = Own {
                        relation: Some(at),
                        column: column.clone(),
                        fields: Vec::new(),
                    };
                    (own, column)
                }));
                continue;
            }
            SelectItem::ExprWithAliases { .. } => continue,
        };
        if let Some(parts) = parts_of(expr)
            && let Some(own) = scope.resolve(parts)
        {
            let name = alias.or(parts.last()).map(|it| it.value.to_lowercase());
            all.push((own, name.unwrap_or_default()));
        }
    }
    all
}

/// Lists the columns of each relation that WHERE makes equal to something before it.
fn filters(select: &Select, scope: &Scope<'_>) -> Vec<BTreeSet<String>> {
    let relations = 0..scope.relations.len();
    let filters = relations.map(|at| match &select.selection {
        Some(filter) => Analyzer::equal_columns(filter, at, scope),
        None => BTreeSet::new(),
    });
    filters.collect()
}

/// Tells whether a row before meets one row of a relation at the most.
fn is_met_once(at: usize, relation: &Relation, filters: &[BTreeSet<String>]) -> bool {
    let none = BTreeSet::new();
    let filter = filters.get(at).unwrap_or(&none);
    let equal = match &relation.link {
        Link::Equal(columns) => columns,
        Link::Free => &none,
        Link::Other => return false,
    };
    let is_given = |column: &String| equal.contains(column) || filter.contains(column);
    relation.shape.is_single
        || relation
            .shape
            .keys
            .iter()
            .any(|key| key.iter().all(is_given))
}

/// Takes casts off.
fn plain(expression: &Expr) -> &Expr {
    match bare(expression) {
        Expr::Cast { expr, .. } => plain(expr),
        other => other,
    }
}

/// Lists calls that add up or count values, with the value.
fn sums_in<'e>(expression: &'e Expr, all: &mut Vec<(&'e Function, &'e Expr)>) {
    if let Expr::Function(function) = expression
        && let FunctionArguments::List(list) = &function.args
        && let [argument] = list.args.as_slice()
        && let Some(value) = crate::sql::children::argument(argument)
    {
        let name = last(&function.name).unwrap_or_default().to_lowercase();
        let is_sum = SUMS.contains(&name.as_str()) && function.over.is_none();
        let is_distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
        if is_sum && !is_distinct && function.filter.is_none() {
            return all.push((function, value));
        }
    }
    for inner in children(expression) {
        sums_in(inner, all);
    }
}
