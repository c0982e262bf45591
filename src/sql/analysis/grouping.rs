//! What may stand beside groups: in a SELECT with GROUP BY, or with aggregates.

use std::collections::HashSet;

use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArguments, GroupByExpr, Ident, Select, SelectItem,
    WindowType,
};

use super::conditions::relations_in;
use super::functions::{is_aggregate, is_scalar};
use super::names::{Own, bare, parts_of};
use super::query::{group_keys, place_in_list};
use super::scope::{Scope, written};
use super::stars::{arguments, last};
use super::{Analyzer, Clause, MistakeKind};
use crate::sql::children::{children, of_call};
use crate::sql::grammar::Grammar;

/// By what rows are grouped.
#[derive(Default)]
struct Keys {
    columns: HashSet<Own>,
    /// Expressions, as they are written canonically.
    texts: HashSet<String>,
}

impl Analyzer<'_> {
    /// Finds aggregates where rows are not grouped yet, and columns that are no key where they are.
    pub(super) fn grouping(&mut self, select: &Select, scope: &Scope<'_>) {
        if !self.is_tried() {
            return;
        }
        if let Some(filter) = &select.selection {
            self.misplaced(filter, Clause::Where, scope);
            self.misplaced(filter, Clause::WindowInWhere, scope);
        }
        if let Some(filter) = &select.having {
            self.misplaced(filter, Clause::WindowInHaving, scope);
        }
        let filters = [&select.having, &select.qualify].into_iter().flatten();
        let items = select.projection.iter().filter_map(expression_of);
        let values: Vec<&Expr> = items.chain(filters.clone()).collect();
        for value in &values {
            self.nested(value, false);
        }
        let (keys, has_keys) = match &select.group_by {
            GroupByExpr::All(_) => return,
            GroupByExpr::Expressions(keys, _) => {
                let written: Vec<&Expr> = keys.iter().flat_map(group_keys).collect();
                let Some(found) = self.keys(&written, select, scope) else {
                    return;
                };
                (found, !keys.is_empty())
            }
        };
        let is_grouped =
            has_keys || select.having.is_some() || values.iter().any(|it| aggregates(it));
        if !is_grouped {
            return;
        }
        let (mut wrong, mut filtered) = (Vec::new(), Vec::new());
        for value in select.projection.iter().filter_map(expression_of) {
            self.ungrouped(value, &keys, scope, &mut wrong);
        }
        for filter in filters {
            self.ungrouped(filter, &keys, scope, &mut filtered);
        }
        // Filters may name columns of the SELECT itself.
        filtered
            .retain(|it| !matches!(parts_of(it), Some([name]) if listed(select, name).is_some()));
        wrong.extend(filtered);
        for expression in wrong {
            if let Some(parts) = parts_of(expression)
                && let Some(place) = self.place_of(parts)
            {
                let name = written(parts);
                self.mistake(place, MistakeKind::UngroupedColumn { name, has_keys });
            }
        }
    }

    /// Says that what stands here is called where rows are not grouped yet.
    pub(super) fn misplaced(&mut self, expression: &Expr, within: Clause, scope: &Scope<'_>) {
        let is_window = matches!(within, Clause::WindowInWhere | Clause::WindowInHaving);
        let is_meant = |it: &Function| match is_window {
            true => it.over.is_some(),
            false => is_aggregate(it),
        };
        if let Some(call) = find_call(expression, &is_meant) {
            if self.is_of_outer(call, scope) {
                return;
            }
            let place = self.place(call);
            let function = last(&call.name).unwrap_or_default().to_lowercase();
            self.mistake(place, MistakeKind::MisplacedAggregate { function, within });
        }
    }

    /// Tells whether what is called may be an aggregate of the query around this one.
    fn is_of_outer(&self, call: &Function, scope: &Scope<'_>) -> bool {
        let mut own = of_call(call).into_iter().map(|it| relations_in(it, scope));
        scope.env.outer.is_some() && own.all(|it| it.is_none_or(|it| it.is_empty()))
    }

    /// Finds aggregates within aggregates.
    fn nested(&mut self, expression: &Expr, is_within: bool) {
        let mut is_within = is_within;
        if let Expr::Function(function) = expression {
            if is_aggregate(function) {
                if is_within {
                    let place = self.place(function);
                    let function = last(&function.name).unwrap_or_default().to_lowercase();
                    let within = Clause::Aggregate;
                    return self
                        .mistake(place, MistakeKind::MisplacedAggregate { function, within });
                }
                is_within = true;
            } else if function.over.is_some() {
                is_within = false;
            }
        }
        for inner in children(expression) {
            self.nested(inner, is_within);
        }
    }

    /// Reads the keys. None if it is not known what one of them is.
    fn keys(&self, written: &[&Expr], select: &Select, scope: &Scope<'_>) -> Option<Keys> {
        let mut keys = Keys::default();
        for key in written {
            let mut key = bare(key);
            if let Some(at) = place_in_list(key) {
                let before = select.projection.get(..=at)?;
                let items: Option<Vec<&Expr>> = before.iter().map(expression_of).collect();
                key = bare(items?.last()?);
            }
            if let Some(parts) = parts_of(key)
                && scope.resolve(parts).is_none()
            {
                // The name of a column of the SELECT itself.
                let [name] = parts else {
                    return None;
                };
                key = bare(listed(select, name)?);
            }
            match parts_of(key) {
                Some(parts) => {
                    keys.columns.insert(scope.resolve(parts)?);
                }
                None => {
                    keys.texts.insert(self.canonical(key, scope));
                }
            }
        }
        Some(keys)
    }

    /// Tells whether a key may be the primary key of the table that a column is of: then Postgres has one value of it for each group.
    fn may_depend(&self, own: &Own, keys: &Keys, scope: &Scope<'_>) -> bool {
        let relation = own.relation.and_then(|it| scope.relations.get(it));
        let is_table = relation.is_none_or(|it| it.shape.is_read);
        let mut columns = keys.columns.iter();
        self.grammar == Grammar::Postgres
            && is_table
            && columns.any(|it| it.relation == own.relation)
    }

    /// Lists columns that are no key. What may be an aggregate that is not known is passed over.
    fn ungrouped<'e>(
        &self,
        expression: &'e Expr,
        keys: &Keys,
        scope: &Scope<'_>,
        wrong: &mut Vec<&'e Expr>,
    ) {
        if let Some(parts) = parts_of(expression) {
            let own = scope.resolve(parts);
            if let Some(own) = own
                && !keys.columns.contains(&own)
                && !keys.columns.contains(&own.whole())
                && !keys.texts.contains(&self.canonical(expression, scope))
                && !self.may_depend(&own, keys, scope)
            {
                wrong.push(expression);
            }
            return;
        }
        let is_key =
            !keys.texts.is_empty() && keys.texts.contains(&self.canonical(expression, scope));
        if is_key {
            return;
        }
        match expression {
            Expr::Lambda(_) | Expr::JsonAccess { .. } | Expr::CompoundFieldAccess { .. } => return,
            Expr::Function(function) => {
                if is_aggregate(function) || function.over.is_none() && !is_scalar(function) {
                    return;
                }
                for key in window_keys(function) {
                    self.ungrouped(key, keys, scope, wrong);
                }
            }
            _ => {}
        }
        for inner in children(expression) {
            self.ungrouped(inner, keys, scope, wrong);
        }
    }
}

/// Finds what has a name in the list.
fn listed<'e>(select: &'e Select, name: &Ident) -> Option<&'e Expr> {
    select.projection.iter().find_map(|it| match it {
        SelectItem::ExprWithAlias { expr, alias } => alias
            .value
            .eq_ignore_ascii_case(&name.value)
            .then_some(expr),
        _ => None,
    })
}

/// Returns what an item of the list calculates; none for stars.
pub(super) fn expression_of(item: &SelectItem) -> Option<&Expr> {
    match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => {
            let is_star = matches!(expr, Expr::Function(it) if is_star(it));
            (!is_star).then_some(expr)
        }
        _ => None,
    }
}

/// Knows what becomes several columns.
fn is_star(function: &Function) -> bool {
    let name = last(&function.name).unwrap_or_default();
    name.eq_ignore_ascii_case("columns") || name.eq_ignore_ascii_case("unnest")
}

/// Tells whether rows become one by it.
pub(super) fn aggregates(expression: &Expr) -> bool {
    find_call(expression, &is_aggregate).is_some()
}

fn find_call<'e>(
    expression: &'e Expr,
    is_meant: &impl Fn(&Function) -> bool,
) -> Option<&'e Function> {
    if let Expr::Function(function) = expression {
        if is_meant(function) {
            return Some(function);
        }
        if let Some(found) = window_keys(function)
            .into_iter()
            .find_map(|it| find_call(it, is_meant))
        {
            return Some(found);
        }
    }
    children(expression)
        .into_iter()
        .find_map(|it| find_call(it, is_meant))
}

/// Lists by what a window is divided and sorted.
fn window_keys(function: &Function) -> Vec<&Expr> {
    match &function.over {
        Some(WindowType::WindowSpec(spec)) => {
            let sorted = spec.order_by.iter().map(|it| &it.expr);
            spec.partition_by.iter().chain(sorted).collect()
        }
        _ => Vec::new(),
    }
}

/// Tells how many arguments a call has, where all are plain.
pub(super) fn argument_count(function: &Function) -> Option<usize> {
    match &function.args {
        FunctionArguments::List(list) => {
            let is_plain = list.clauses.is_empty() && function.within_group.is_empty();
            let args = &list.args;
            let is_one = |it: &FunctionArg| {
                let value = crate::sql::children::argument(it);
                value.is_some_and(|it| arguments(it, "unpack").is_none())
            };
            (is_plain && args.iter().all(is_one)).then_some(args.len())
        }
        _ => None,
    }
}
