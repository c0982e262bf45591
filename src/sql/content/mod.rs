//! What kinds of logic stand in a query, and where: joins, filters, defaults, categories, formulas.
//!
//! In: a query, what the names in it mean, and a [`Catalog`] that knows which relation is the model's own. Out:
//! [`Fact`]s. Whether one is in its place is for others to say. Read `value.rs` for expressions, `condition.rs` for what
//! leaves rows out.

mod case;
mod condition;
mod constant;
mod formula;
mod term;
mod value;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use sqlparser::ast::{
    Distinct, Expr, GroupByExpr, Join, JoinOperator, ObjectName, Query, Select, SelectItem,
    SetExpr, Spanned, TableFactor, TableWithJoins,
};
use sqlparser::tokenizer::{Location, Span as Place};

pub use term::Term;

use super::analysis::Catalog;
use crate::text::Span;

/// Some logic in a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Where it stands in the text.
    pub place: Span,
    /// What kind it is.
    pub kind: FactKind,
    /// Its SQL, on one line, shortened.
    pub text: String,
    /// Its normal form, of a filter, a category and a formula.
    pub term: Option<Term>,
    /// Whether it is large enough to be a rule by itself.
    pub is_rule: bool,
}

/// A kind of logic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactKind {
    /// A relation that is read beside the first one.
    Input,
    /// A relation that is joined.
    Join,
    /// Rows become one, or are looked at together.
    Aggregation,
    /// Rows that repeat others are left out.
    Deduplication,
    /// Rows are left out by values.
    Filter {
        /// Whether the values are of the machinery that brought the rows: `_deleted`.
        is_technical: bool,
    },
    /// Conditions of one WHERE that are a rule only together.
    Conditions,
    /// Rows are left out by what is in another relation.
    SemiJoin,
    /// A value is made up where there is none.
    Default,
    /// Values are put into categories.
    Category,
    /// Money or a status is calculated with.
    Formula,
}

/// Columns by the places of the names that mean them: the relation that is read, by its number, and the name there.
pub(super) type Names = HashMap<Location, (usize, Arc<str>)>;

/// How long a text is shown.
const LENGTH: usize = 60;

/// Finds the logic of a query.
pub(super) fn content(
    query: &Query,
    names: &Names,
    catalog: &dyn Catalog,
    span: &dyn Fn(Place) -> Span,
) -> Vec<Fact> {
    let mut walker = Walker {
        names,
        catalog,
        span,
        ctes: HashSet::new(),
        ranks: HashSet::new(),
        inputs: Vec::new(),
        facts: Vec::new(),
    };
    walker.query(query);
    walker.facts
}

struct Walker<'a> {
    names: &'a Names,
    catalog: &'a dyn Catalog,
    span: &'a dyn Fn(Place) -> Span,
    /// Common table expressions, in lower case.
    ctes: HashSet<String>,
    /// Columns that number rows, in lower case.
    ranks: HashSet<String>,
    /// Relations that are read.
    inputs: Vec<Vec<String>>,
    facts: Vec<Fact>,
}

impl Walker<'_> {
    fn query(&mut self, query: &Query) {
        for cte in query.with.iter().flat_map(|it| &it.cte_tables) {
            let name = &cte.alias.name.value;
            if self.catalog.stand_in(name).is_none() {
                self.ctes.insert(name.to_lowercase());
                self.query(&cte.query);
            }
        }
        self.body(&query.body);
    }

    fn body(&mut self, body: &SetExpr) {
        // Unions of hundreds of queries lean to the left.
        let (mut first, mut others) = (body, Vec::new());
        while let SetExpr::SetOperation { left, right, .. } = first {
            others.push(&**right);
            first = left;
        }
        for part in std::iter::once(first).chain(others.into_iter().rev()) {
            match part {
                SetExpr::Select(select) => self.select(select),
                SetExpr::Query(query) => self.query(query),
                SetExpr::SetOperation { .. } => self.body(part),
                _ => {}
            }
        }
    }

    fn select(&mut self, select: &Select) {
        let mut optional = HashSet::new();
        for (at, from) in select.from.iter().enumerate() {
            self.from(from, at > 0, &mut optional);
        }
        for item in &select.projection {
            let (SelectItem::UnnamedExpr(value)
            | SelectItem::ExprWithAlias { expr: value, .. }
            | SelectItem::ExprWithAliases { expr: value, .. }) = item
            else {
                continue;
            };
            if let SelectItem::ExprWithAlias { alias, .. } = item
                && value::is_rank(value)
            {
                self.ranks.insert(alias.value.to_lowercase());
            }
            self.value(value, value::Within::default());
        }
        let grouped = match &select.group_by {
            GroupByExpr::Expressions(keys, _) => keys.first(),
            GroupByExpr::All(_) => None,
        };
        if let Some(key) = grouped {
            let text = format!("GROUP BY {key}");
            self.add(FactKind::Aggregation, key.span(), &text);
        }
        if let Some(Distinct::Distinct | Distinct::On(_)) = &select.distinct {
            let place = select.select_token.0.span;
            self.add(FactKind::Deduplication, place, "SELECT DISTINCT");
        }
        let filters = [&select.selection, &select.prewhere, &select.having];
        for filter in filters.into_iter().flatten() {
            self.condition(filter, &optional);
        }
        if let Some(filter) = &select.qualify {
            self.condition(filter, &optional);
        }
    }

    /// What stands in a FROM. `optional` takes up the names of relations that a join may not find a row in.
    fn from(&mut self, from: &TableWithJoins, is_joined: bool, optional: &mut HashSet<String>) {
        let is_relation = self.table(&from.relation, optional);
        if is_joined && is_relation {
            self.joined(&from.relation);
        }
        for join in &from.joins {
            self.join(join, optional);
        }
    }

    fn join(&mut self, join: &Join, optional: &mut HashSet<String>) {
        let is_relation = self.table(&join.relation, optional);
        match &join.join_operator {
            JoinOperator::Left(_) | JoinOperator::LeftOuter(_) => {
                optional.extend(called(&join.relation));
            }
            JoinOperator::Semi(_)
            | JoinOperator::LeftSemi(_)
            | JoinOperator::RightSemi(_)
            | JoinOperator::Anti(_)
            | JoinOperator::LeftAnti(_)
            | JoinOperator::RightAnti(_)
                if is_relation =>
            {
                let text = shown(&join.relation);
                return self.add(FactKind::SemiJoin, join.relation.span(), &text);
            }
            _ => {}
        }
        if is_relation {
            self.joined(&join.relation);
        }
    }

    fn joined(&mut self, table: &TableFactor) {
        let text = shown(table);
        self.add(FactKind::Join, table.span(), &text);
    }

    /// Tells whether it is a relation beside the model's own: no call, no list that is unfolded.
    fn table(&mut self, table: &TableFactor, optional: &mut HashSet<String>) -> bool {
        match table {
            TableFactor::Table {
                name, args: None, ..
            } => self.relation(name),
            TableFactor::Derived { subquery, .. } => {
                if self.is_own(subquery) {
                    return false;
                }
                self.query(subquery);
                true
            }
            TableFactor::NestedJoin {
                table_with_joins, ..
            } => {
                self.from(table_with_joins, false, optional);
                true
            }
            TableFactor::Pivot { table, .. } => {
                let is_relation = self.table(table, optional);
                self.add(FactKind::Aggregation, table.span(), "PIVOT");
                is_relation
            }
            TableFactor::Unpivot { table, .. } => self.table(table, optional),
            _ => false,
        }
    }

    fn relation(&mut self, name: &ObjectName) -> bool {
        let Some(parts) = parts(name) else {
            return true;
        };
        if let [name] = parts.as_slice()
            && self.ctes.contains(&name.to_lowercase())
        {
            return true;
        }
        if self.catalog.is_own(&parts) {
            return false;
        }
        if !self.inputs.contains(&parts) {
            self.inputs.push(parts.clone());
            if self.inputs.len() > 1 {
                let text = parts.last().cloned().unwrap_or_default();
                self.add(FactKind::Input, name.span(), &text);
            }
        }
        true
    }

    /// Tells whether a query reads nothing but the model itself.
    fn is_own(&self, query: &Query) -> bool {
        let SetExpr::Select(select) = &*query.body else {
            return false;
        };
        let own = |it: &TableFactor| match it {
            TableFactor::Table { name, .. } => {
                parts(name).is_some_and(|it| self.catalog.is_own(&it))
            }
            TableFactor::Derived { subquery, .. } => self.is_own(subquery),
            _ => false,
        };
        let mut tables = select.from.iter();
        !select.from.is_empty() && tables.all(|it| own(&it.relation) && it.joins.is_empty())
    }

    fn add(&mut self, kind: FactKind, place: Place, text: &str) {
        self.add_rule(kind, place, text, (None, false));
    }

    fn add_rule(
        &mut self,
        kind: FactKind,
        place: Place,
        text: &str,
        (term, is_rule): (Option<Term>, bool),
    ) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut text = words.join(" ");
        if text.chars().count() > LENGTH {
            text = text.chars().take(LENGTH - 1).collect();
            text = format!("{}…", text.trim_end());
        }
        self.facts.push(Fact {
            place: (self.span)(place),
            kind,
            text,
            term,
            is_rule,
        });
    }

    fn add_value(&mut self, kind: FactKind, value: &Expr) {
        self.add(kind, value.span(), &value.to_string());
    }
}

fn parts(name: &ObjectName) -> Option<Vec<String>> {
    let parts = name.0.iter().map(|it| Some(it.as_ident()?.value.clone()));
    parts.collect()
}

/// Returns what a relation is called in messages: by the last part of its name.
fn shown(table: &TableFactor) -> String {
    let last = match table {
        TableFactor::Table { name, .. } => parts(name).and_then(|mut it| it.pop()),
        _ => None,
    };
    last.unwrap_or_else(|| table.to_string())
}

/// Returns the name of a relation in its query, in lower case.
fn called(table: &TableFactor) -> Option<String> {
    let (alias, name) = match table {
        TableFactor::Table { name, alias, .. } => (alias.as_ref(), parts(name)?.pop()),
        TableFactor::Derived { alias, .. } => (alias.as_ref(), None),
        _ => (None, None),
    };
    let name = alias.map(|it| it.name.value.clone()).or(name);
    name.map(|it| it.to_lowercase())
}
