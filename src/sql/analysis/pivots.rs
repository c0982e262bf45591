//! PIVOT and UNPIVOT.

use sqlparser::ast::{
    Expr, ExprWithAlias, GroupByExpr, Ident, PivotValueSource, Query, SelectItem, SetExpr, Value,
};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Span as TokenSpan, Token};

use super::Analyzer;
use super::columns_call::contains_columns;
use super::flow::{Flow, Made};
use super::names::bare;
use super::query::called;
use super::scope::Scope;
use super::shape::{Open, Shape};
use super::stars::{arguments, everything};
use super::tables::plain;
use crate::sql::children::children;
use crate::sql::types::{SqlType, common};
use crate::text::Span;

/// A value with the name of its column, if it has one.
type Valued<'e> = (&'e Expr, Option<&'e Ident>);

/// What PIVOT asks for, however it is written.
#[derive(Default)]
struct Asked<'e> {
    /// The values of each column, with their names; none if the rows say which there are.
    values: Vec<Option<Vec<Valued<'e>>>>,
    /// By what rows are grouped; none if by all columns that nothing asks for.
    groups: Option<Vec<&'e Expr>>,
    /// What else stands there.
    conditions: Vec<&'e Expr>,
}

impl<'e> Asked<'e> {
    fn of(values: &'e PivotValueSource) -> Self {
        let mut asked = Self::default();
        match values {
            PivotValueSource::List(values) => {
                let values = values.iter().map(|it| (&it.expr, it.alias.as_ref()));
                asked.values.push(Some(values.collect()));
            }
            PivotValueSource::Subquery(query) if is_mended(query) => asked.read(&query.body),
            PivotValueSource::Subquery(_) | PivotValueSource::Any(_) => asked.values.push(None),
        }
        asked
    }

    /// Reads what `mend/pivots.rs` writes.
    fn read(&mut self, body: &'e SetExpr) {
        match body {
            SetExpr::SetOperation { left, right, .. } => {
                self.read(left);
                self.read(right);
            }
            SetExpr::Select(select) => {
                let values = select.projection.iter().map(|it| match it {
                    SelectItem::UnnamedExpr(value) => Some((value, None)),
                    SelectItem::ExprWithAlias { expr, alias } => Some((expr, Some(alias))),
                    _ => None,
                });
                self.values.push(values.collect());
                self.conditions.extend(&select.selection);
                if let GroupByExpr::Expressions(keys, _) = &select.group_by
                    && !keys.is_empty()
                {
                    self.groups = Some(keys.iter().collect());
                }
            }
            _ => self.values.push(None),
        }
    }

    /// Names what there is for each set of values. None if somebody else knows.
    fn names(&self) -> Option<Vec<String>> {
        let mut all = vec![String::new()];
        for values in &self.values {
            let names = values.as_ref()?.iter();
            let names = names.map(|(value, alias)| match alias {
                Some(alias) => Some(alias.value.clone()),
                None => spelled(value),
            });
            let names = names.collect::<Option<Vec<_>>>()?;
            let before = all.iter();
            let longer = before.flat_map(|it| {
                names.iter().map(move |name| match it.is_empty() {
                    true => name.clone(),
                    false => format!("{it}_{name}"),
                })
            });
            all = longer.collect();
        }
        Some(all)
    }
}

impl Analyzer<'_> {
    /// A column for each value of a column, and all columns that are not asked for.
    pub(super) fn pivot(
        &mut self,
        aggregates: &[(&Expr, Option<&Ident>)],
        by: &[Expr],
        values: &PivotValueSource,
        scope: &Scope<'_>,
        place: Span,
    ) -> Shape {
        let made: Vec<(Flow, Option<&Ident>)> = aggregates
            .iter()
            .map(|(it, alias)| (self.expression(it, scope), *alias))
            .collect();
        let keys: Vec<Flow> = by
            .iter()
            .map(|it| self.expression(it, scope).then(Made::Condition))
            .collect();
        let asked = Asked::of(values);
        for condition in &asked.conditions {
            self.expression(condition, scope);
        }
        // What is asked there is not followed.
        self.is_partial |= matches!(values, PivotValueSource::Subquery(it) if !is_mended(it));
        let mut all = match &asked.groups {
            Some(groups) => self.groups_of_pivot(groups, scope),
            None => {
                let mut used: Vec<String> = Vec::new();
                let within = aggregates.iter().map(|it| it.0).chain(by);
                within.for_each(|it| names_in(it, &mut used));
                let mut all = everything(scope);
                all.leave_out(&used);
                all
            }
        };
        let is_named =
            |(it, alias): &(&Expr, Option<&Ident>)| alias.is_some() || has_plain_name(it);
        let several = made.len() > 1;
        let names = match asked.names() {
            Some(names) if !several || aggregates.iter().all(is_named) => Ok(names),
            Some(_) => Err("which names PIVOT gives to columns is not known"),
            None => Err("which columns PIVOT makes depends on the rows"),
        };
        let names = match names {
            Ok(names) => names,
            Err(reason) => {
                let reason = reason.to_owned();
                all.open.push(Open::Opaque { place, reason });
                return all;
            }
        };
        for text in names {
            for ((flow, alias), (expression, _)) in made.iter().zip(aggregates) {
                let name = match alias {
                    Some(alias) => format!("{text}_{}", alias.value),
                    None if several => format!("{text}_{}", called(expression, self.grammar)),
                    None => text.clone(),
                };
                let mut column = plain(&name, flow.sql_type.clone());
                let parts = std::iter::once(flow.clone()).chain(keys.iter().cloned());
                column.flow = Flow::of(Made::Aggregate, parts).typed(flow.sql_type.clone());
                all.columns.push(column);
            }
        }
        all
    }

    /// The columns by which PIVOT groups.
    fn groups_of_pivot(&mut self, groups: &[&Expr], scope: &Scope<'_>) -> Shape {
        let columns = groups.iter().map(|it| {
            let flow = self.expression(it, scope);
            self.unnamed(it, flow)
        });
        Shape {
            columns: columns.collect(),
            ..Shape::default()
        }
    }

    /// A row for each of several columns.
    pub(super) fn unpivot(
        &mut self,
        value: &Expr,
        name: &Ident,
        columns: &[ExprWithAlias],
        scope: &Scope<'_>,
        place: Span,
    ) -> Shape {
        let mut all = everything(scope);
        let names = match bare(value) {
            Expr::Identifier(value) => vec![value],
            Expr::Tuple(values) => {
                let names = values.iter().filter_map(|it| match it {
                    Expr::Identifier(name) => Some(name),
                    _ => None,
                });
                names.collect()
            }
            _ => Vec::new(),
        };
        let mut used: Vec<String> = Vec::new();
        let mut flows: Vec<Vec<Flow>> = vec![Vec::new(); names.len()];
        let mut is_known = !names.is_empty();
        for column in columns {
            if let Some(found) = self.columns_of_unpivot(&column.expr, scope) {
                is_known &= found.open.is_empty() && names.len() == 1;
                if !found.open.is_empty() {
                    // Which columns are left is not known either.
                    all = Shape::default();
                }
                used.extend(found.columns.iter().map(|it| it.name.clone()));
                if let Some(flows) = flows.first_mut() {
                    flows.extend(found.columns.into_iter().map(|it| it.flow));
                }
                continue;
            }
            names_in(&column.expr, &mut used);
            let parts = match bare(&column.expr) {
                Expr::Tuple(parts) => parts.iter().collect(),
                other => vec![other],
            };
            is_known &= parts.len() == names.len();
            for (part, flows) in parts.into_iter().zip(&mut flows) {
                flows.push(self.expression(part, scope));
            }
        }
        all.leave_out(&used);
        let free = |all: &Shape, name: &str| match all.find(name).next() {
            Some(_) => format!("{name}_1"),
            None => name.to_owned(),
        };
        let key = free(&all, &name.value);
        all.columns.push(plain(&key, SqlType::Varchar));
        if !is_known {
            let reason = "which columns UNPIVOT makes is not followed".to_owned();
            all.open.push(Open::Opaque { place, reason });
            return all;
        }
        for (name, flows) in names.into_iter().zip(flows) {
            let types = flows.iter().map(|it| it.sql_type.clone());
            let sql_type = types.reduce(|one, two| common(&one, &two));
            let mut column = plain(&free(&all, &name.value), SqlType::Unknown);
            column.flow = Flow::of(Made::Expression, flows).typed(sql_type.unwrap_or_default());
            all.columns.push(column);
        }
        all
    }

    /// The columns that an expression with `COLUMNS(…)` stands for.
    fn columns_of_unpivot(&mut self, expression: &Expr, scope: &Scope<'_>) -> Option<Shape> {
        if !contains_columns(expression) {
            return None;
        }
        let (columns, cast) = match bare(expression) {
            Expr::Cast {
                expr, data_type, ..
            } => (bare(expr), Some(SqlType::from(data_type))),
            other => (other, None),
        };
        let mut found = Shape::default();
        let alone = Scope {
            relations: scope.relations.clone(),
            merged: scope.merged.clone(),
            ..Scope::new(scope.env)
        };
        match arguments(columns, "columns") {
            Some(_) => {
                self.columns_call(columns, None, &alone, &mut found);
            }
            None => self.opaque(expression, "what stands here is not followed", &mut found),
        }
        for column in &mut found.columns {
            if let Some(cast) = &cast {
                column.flow = column.flow.clone().then(Made::Cast).typed(cast.clone());
            }
        }
        Some(found)
    }
}

/// Tells whether a query stands nowhere in the text.
fn is_mended(query: &Query) -> bool {
    let mut body = &*query.body;
    while let SetExpr::SetOperation { left, .. } = body {
        body = left;
    }
    matches!(body, SetExpr::Select(it) if it.select_token.0.span == TokenSpan::empty())
}

/// Writes a value as the name of its column.
fn spelled(value: &Expr) -> Option<String> {
    match bare(value) {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text.clone()),
            Value::Null => Some("NULL".to_owned()),
            Value::Number(text, _) if text.bytes().all(|it| it.is_ascii_digit()) => {
                Some(text.clone())
            }
            _ => None,
        },
        Expr::Tuple(values) => {
            let values = values.iter().map(spelled).collect::<Option<Vec<_>>>()?;
            Some(values.join("_"))
        }
        // PIVOT of other engines takes a name for a value.
        Expr::Identifier(name) => Some(name.value.clone()),
        _ => None,
    }
}

/// Tells whether an engine names a call as it is written.
fn has_plain_name(expression: &Expr) -> bool {
    let Expr::Function(function) = expression else {
        return false;
    };
    let name = function.name.to_string();
    let is_lower = name == name.to_lowercase() && !name.contains('"');
    let is_plain = function.filter.is_none() && !expression.to_string().contains(' ');
    // A name that is a word of the grammar is in quotes there.
    let is_free = |it: &Ident| match Token::make_keyword(&it.value) {
        Token::Word(word) => it.quote_style.is_none() && word.keyword == Keyword::NoKeyword,
        _ => false,
    };
    let is_name = |it: &&Expr| matches!(it, Expr::Identifier(name) if is_free(name));
    is_lower && is_plain && children(expression).iter().all(is_name)
}

/// Lists the names of columns within an expression.
fn names_in(expression: &Expr, names: &mut Vec<String>) {
    match expression {
        Expr::Identifier(name) => names.push(name.value.clone()),
        Expr::CompoundIdentifier(parts) => names.extend(parts.last().map(|it| it.value.clone())),
        other => {
            for child in children(other) {
                names_in(child, names);
            }
        }
    }
}
