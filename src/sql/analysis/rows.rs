//! Which rows a SELECT gives, as what it means.

use std::collections::BTreeSet;

use sqlparser::ast::{
    Distinct, Expr, Function, GroupByExpr, OrderBy, OrderByKind, OrderBySort, Query, Select,
    SelectItem, SetQuantifier,
};
use sqlparser::tokenizer::Span as TokenSpan;

use super::Analyzer;
use super::flow::Flow;
use super::functions::AGGREGATES;
use super::meaning::{Meaning, Rows};
use super::query::{group_keys, place_in_list};
use super::scope::Scope;
use super::shape::Shape;
use super::stars::last;
use crate::sql::children::children;

impl Analyzer<'_> {
    /// The value of an expression, with what it means.
    pub(super) fn compared(&mut self, expression: &Expr, scope: &Scope<'_>) -> Flow {
        let flow = self.expression(expression, scope);
        match self.compares {
            true => {
                let meaning = self.meaning(expression, scope);
                flow.meant(meaning)
            }
            false => flow,
        }
    }

    /// The rows of which windows are calculated: those of FROM that WHERE leaves, grouped.
    pub(super) fn before_windows(&mut self, select: &Select, scope: &Scope<'_>) -> Meaning {
        // Names of the SELECT itself are not there yet.
        let (unknowns, mistakes) = (self.done.unknowns.clone(), self.done.mistakes.len());
        let parts = self.done.meaning.parts.len();
        let mut rows = scope.from.clone().unwrap_or_default();
        for filter in [&select.selection, &select.prewhere].into_iter().flatten() {
            let conditions = self.conditions(Some("WHERE"), filter, scope);
            rows.filters.extend(conditions.iter().map(|it| it.meaning));
        }
        let groups = select.group_by.to_string();
        let having = select.having.as_ref().map(ToString::to_string);
        self.done.unknowns = unknowns;
        self.done.mistakes.truncate(mistakes);
        self.done.meaning.parts.truncate(parts);
        let groups = Meaning::text("groups", &groups);
        let having = Meaning::text("having", &having.unwrap_or_default());
        Meaning::of("windowed", [rows.whole(), groups, having])
    }

    /// The rows of a SELECT.
    pub(super) fn rows_of(&mut self, select: &Select, scope: &Scope<'_>, shape: &Shape) -> Rows {
        let mut rows = match &scope.from {
            Some(rows) => rows.clone(),
            // One row.
            None => Rows {
                keys: vec![BTreeSet::new()],
                ..Rows::of(Meaning::text("rows", "one"))
            },
        };
        for filter in [&select.selection, &select.prewhere].into_iter().flatten() {
            let conditions = self.conditions(Some("WHERE"), filter, scope);
            rows.filters.extend(conditions.iter().map(|it| it.meaning));
        }
        self.grouped(select, scope, shape, &mut rows);
        if let Some(filter) = &select.having {
            let conditions = self.conditions(Some("HAVING"), filter, scope);
            rows.filters.extend(conditions.iter().map(|it| it.meaning));
        }
        if let Some(filter) = &select.qualify {
            let conditions = self.conditions(Some("QUALIFY"), filter, scope);
            rows.filters.extend(conditions.iter().map(|it| it.meaning));
        }
        match &select.distinct {
            Some(Distinct::On(keys)) => {
                let mut all = BTreeSet::new();
                for key in keys {
                    let meaning = self.meaning_of_key(key, scope, shape);
                    self.row_part("DISTINCT ON", key.to_string(), meaning);
                    all.insert(meaning);
                }
                let keys = Meaning::set("keys", all.iter().copied());
                rows = Rows {
                    keys: vec![all],
                    ..Rows::of(Meaning::of("distinct on", [rows.whole(), keys]))
                };
            }
            Some(Distinct::Distinct) => {
                rows = distinct(&rows, shape);
                let names: Vec<&str> = shape.columns.iter().map(|it| it.name.as_str()).collect();
                self.row_part("DISTINCT", names.join(", "), rows.base);
            }
            Some(Distinct::All) | None => {}
        }
        if let Some(top) = &select.top {
            let text = top.to_string();
            let meaning = Meaning::text("top", &text);
            rows = Rows::of(Meaning::of("top", [rows.whole(), meaning]));
            self.row_part("TOP", text, meaning);
        }
        rows
    }

    fn grouped(&mut self, select: &Select, scope: &Scope<'_>, shape: &Shape, rows: &mut Rows) {
        let mut keys = BTreeSet::new();
        let mut is_plain = true;
        let aggregates = || {
            let items = select.projection.iter().any(|item| match item {
                SelectItem::UnnamedExpr(it) | SelectItem::ExprWithAlias { expr: it, .. } => {
                    has_aggregate(it)
                }
                _ => false,
            });
            items || select.having.is_some()
        };
        let is_grouped = match &select.group_by {
            GroupByExpr::Expressions(written, modifiers) => {
                is_plain &= modifiers.is_empty();
                for key in written {
                    if matches!(key, Expr::GroupingSets(_) | Expr::Cube(_) | Expr::Rollup(_)) {
                        is_plain = false;
                        keys.insert(Meaning::text("sets", &key.to_string()));
                    }
                    for key in group_keys(key) {
                        let meaning = self.meaning_of_key(key, scope, shape);
                        self.row_part("GROUP BY", spoken(key, shape), meaning);
                        keys.insert(meaning);
                    }
                }
                !written.is_empty() || aggregates()
            }
            GroupByExpr::All(_) => {
                for (item, column) in select.projection.iter().zip(&shape.columns) {
                    let (SelectItem::UnnamedExpr(it) | SelectItem::ExprWithAlias { expr: it, .. }) =
                        item
                    else {
                        is_plain = false;
                        continue;
                    };
                    if !has_aggregate(it) {
                        let meaning = column.flow.meaning;
                        self.row_part("GROUP BY", column.name.clone(), meaning);
                        keys.insert(meaning);
                    }
                }
                true
            }
        };
        if is_grouped {
            let all = Meaning::set("keys", keys.iter().copied());
            *rows = Rows {
                keys: if is_plain { vec![keys] } else { Vec::new() },
                ..Rows::of(Meaning::of("group", [rows.whole(), all]))
            };
        }
    }

    /// An expression that may be the place of a column in the list.
    fn meaning_of_key(&mut self, key: &Expr, scope: &Scope<'_>, shape: &Shape) -> Meaning {
        match place_in_list(key).and_then(|at| shape.columns.get(at)) {
            Some(column) => column.flow.meaning,
            None => self.meaning(key, scope),
        }
    }

    /// By what the rows of a SELECT are sorted.
    pub(super) fn sorted(
        &mut self,
        order: &OrderBy,
        scope: &Scope<'_>,
        shape: &Shape,
    ) -> Vec<Meaning> {
        let OrderByKind::Expressions(keys) = &order.kind else {
            return Vec::new();
        };
        let keys = keys.iter().map(|key| {
            let way = match &key.options.sort {
                None | Some(OrderBySort::Asc) => String::new(),
                Some(other) => format!("{other:?}"),
            };
            let nulls = key.options.nulls_first;
            let meaning = self.meaning_of_key(&key.expr, scope, shape);
            Meaning::of(&format!("sorted {way} {nulls:?}"), [meaning])
        });
        keys.collect()
    }

    /// Takes up what is no part of the tree and says which rows and values there are: they are others if it is.
    pub(super) fn leave_out(&mut self, places: &[TokenSpan], shape: &mut Shape) {
        if places.is_empty() {
            return;
        }
        shape.same_rows = None;
        if !self.compares {
            return;
        }
        let texts = places.iter().map(|it| {
            let place = self.span(*it);
            let text = self.sql.get(place.range()).unwrap_or_default();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        });
        for text in texts.collect::<Vec<_>>() {
            let meaning = Meaning::text("left out", &text.to_lowercase());
            if text.to_lowercase().starts_with("exclude") {
                shape.mean(|it| Meaning::of("left out", [it, meaning]));
            }
            shape.rows = Rows::of(Meaning::of("left out", [shape.rows.whole(), meaning]));
            self.row_part("SAMPLE or window", text, meaning);
        }
    }

    /// Takes up how many rows a query gives at most.
    pub(super) fn limited(&mut self, query: &Query, shape: &mut Shape) {
        let written = |it: Option<String>| it.unwrap_or_default();
        let limit = written(query.limit_clause.as_ref().map(|it| it.to_string()));
        let fetch = written(query.fetch.as_ref().map(|it| it.to_string()));
        let order = written(query.order_by.as_ref().map(|it| it.to_string()));
        let text = format!("{order} {limit} {fetch}");
        let sorted = match shape.order.as_slice() {
            [] => vec![Meaning::text("sorted", &order)],
            order => order.to_vec(),
        };
        let meaning = Meaning::of(&format!("limit {limit} {fetch}"), sorted);
        self.row_part("LIMIT", text.trim().to_owned(), meaning);
        shape.rows = Rows::of(Meaning::of("limit", [shape.rows.whole(), meaning]));
    }
}

impl Shape {
    /// Leaves one of rows that are the same.
    pub(super) fn distinct(&mut self) {
        self.same_rows = None;
        self.rows = distinct(&self.rows, self);
    }

    /// Takes away the rows of another query, or those that it lacks.
    pub(super) fn without(&mut self, kind: &str, other: &Self, quantifier: SetQuantifier) {
        self.same_rows = None;
        let columns =
            |it: &Self| Meaning::of("columns", it.columns.iter().map(|it| it.flow.meaning));
        self.rows = Rows::of(Meaning::of(
            kind,
            [
                self.rows.whole(),
                columns(self),
                other.rows.whole(),
                columns(other),
                Meaning::text("quantifier", &quantifier.to_string()),
            ],
        ));
    }
}

fn distinct(rows: &Rows, shape: &Shape) -> Rows {
    let columns: BTreeSet<Meaning> = shape.columns.iter().map(|it| it.flow.meaning).collect();
    if rows.are_unique_by(&columns) {
        return rows.clone();
    }
    let all = Meaning::set("columns", columns.iter().copied());
    Rows {
        keys: if shape.open.is_empty() {
            vec![columns]
        } else {
            Vec::new()
        },
        ..Rows::of(Meaning::of("distinct", [rows.whole(), all]))
    }
}

/// Names a key; one that is a number by the column that stands there.
fn spoken(key: &Expr, shape: &Shape) -> String {
    match place_in_list(key).and_then(|at| shape.columns.get(at)) {
        Some(column) => column.name.clone(),
        None => key.to_string(),
    }
}

/// Tells whether an expression makes one value of many rows.
fn has_aggregate(expression: &Expr) -> bool {
    let is_one = |it: &Function| {
        let name = last(&it.name).unwrap_or_default().to_lowercase();
        it.over.is_none() && AGGREGATES.binary_search(&name.as_str()).is_ok()
    };
    match expression {
        Expr::Function(function) if is_one(function) => true,
        other => children(other).into_iter().any(has_aggregate),
    }
}
