//! PIVOT and UNPIVOT.

use sqlparser::ast::{Expr, Ident, PivotValueSource};

use super::Analyzer;
use super::flow::{Flow, Made};
use super::scope::Scope;
use super::shape::{Open, Shape};
use super::stars::everything;
use super::tables::plain;
use crate::sql::children::children;
use crate::sql::types::{SqlType, common};
use crate::text::Span;

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
        let mut all = everything(scope);
        let mut used: Vec<String> = Vec::new();
        let within = aggregates.iter().map(|it| it.0).chain(by);
        within.for_each(|it| names_in(it, &mut used));
        all.leave_out(&used);
        let PivotValueSource::List(values) = values else {
            let reason = "which columns PIVOT makes depends on the rows".to_owned();
            all.open.push(Open::Opaque { place, reason });
            return all;
        };
        let several = made.len() > 1;
        for value in values {
            let text = match (&value.alias, &value.expr) {
                (Some(alias), _) => alias.value.clone(),
                (None, Expr::Value(value)) => match value.value.clone().into_string() {
                    Some(text) => text,
                    None => value.to_string(),
                },
                (None, other) => other.to_string(),
            };
            for ((flow, alias), (expression, _)) in made.iter().zip(aggregates) {
                let name = match alias {
                    Some(alias) => format!("{text}_{}", alias.value),
                    None if several => format!("{text}_{expression}"),
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

    /// A row for each of several columns.
    pub(super) fn unpivot(
        &mut self,
        value: &Expr,
        name: &Ident,
        columns: &[&Expr],
        scope: &Scope<'_>,
        place: Span,
    ) -> Shape {
        let mut all = everything(scope);
        let mut used: Vec<String> = Vec::new();
        columns.iter().for_each(|it| names_in(it, &mut used));
        let flows: Vec<Flow> = columns
            .iter()
            .map(|it| self.expression(it, scope))
            .collect();
        let types = flows.iter().map(|it| it.sql_type.clone());
        let sql_type = types.reduce(|one, two| common(&one, &two));
        all.leave_out(&used);
        all.columns.push(plain(&name.value, SqlType::Varchar));
        match value {
            Expr::Identifier(value) => {
                let mut column = plain(&value.value, SqlType::Unknown);
                column.flow = Flow::of(Made::Expression, flows).typed(sql_type.unwrap_or_default());
                all.columns.push(column);
            }
            _ => {
                let reason = "which columns UNPIVOT makes is not followed".to_owned();
                all.open.push(Open::Opaque { place, reason });
            }
        }
        all
    }
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
