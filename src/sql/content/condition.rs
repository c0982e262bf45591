//! Conditions: what leaves rows out, and by what.

use std::collections::HashSet;

use sqlparser::ast::{BinaryOperator, Expr, InTarget, Spanned, UnaryOperator};

use super::constant::{columns, constant, is_empty, is_fixed};
use super::term::{Term, term};
use super::value::{Within, is_rank};
use super::{FactKind, Walker};
use crate::sql::children::children;

/// Words of columns that say something of the machinery that brings rows.
const TECHNICAL: [&str; 6] = ["deleted", "tombstone", "batch", "loaded", "synced", "dbt"];

/// How many leaves a condition has that is a rule by itself: a column and two values.
const RULE: usize = 3;

impl Walker<'_> {
    /// Takes a condition apart. `optional`: relations of which a join may not find a row.
    pub(super) fn condition(&mut self, condition: &Expr, optional: &HashSet<String>) {
        let mut small: Vec<(&Expr, Term)> = Vec::new();
        for part in parts(condition) {
            if self.reads_itself(part) {
                continue;
            }
            if self.is_semi_join(part, optional) {
                self.add_value(FactKind::SemiJoin, part);
                continue;
            }
            if self.ranks(part) {
                self.add_value(FactKind::Deduplication, part);
                continue;
            }
            self.value(part, Within::condition());
            if !compares(part) {
                continue;
            }
            let is_technical = columns(part).iter().all(|it| is_technical(it));
            let term = term(part, self.names);
            let is_rule = !is_technical && term.leaves() >= RULE;
            if !is_rule && !is_technical {
                small.push((part, term.clone()));
            }
            let kind = FactKind::Filter { is_technical };
            let term = (Some(term), is_rule);
            self.add_rule(kind, part.span(), &part.to_string(), term);
        }
        if let [(first, _), .., (last, _)] = small.as_slice() {
            let place = first.span().union(&last.span());
            let texts: Vec<String> = small.iter().map(|it| it.0.to_string()).collect();
            let terms = small.iter().map(|it| it.1.clone()).collect();
            let term = (Some(Term::all("and", terms)), true);
            self.add_rule(FactKind::Conditions, place, &texts.join(" AND "), term);
        }
    }

    /// Tells whether a condition compares with what the model itself has, as incremental models do.
    fn reads_itself(&self, of: &Expr) -> bool {
        match of {
            Expr::Subquery(query)
            | Expr::Exists {
                subquery: query, ..
            } => self.is_own(query),
            Expr::In {
                target: InTarget::Subquery(query),
                ..
            } => self.is_own(query),
            other => children(other).into_iter().any(|it| self.reads_itself(it)),
        }
    }

    /// Tells whether a condition asks for rows of another relation.
    fn is_semi_join(&mut self, of: &Expr, optional: &HashSet<String>) -> bool {
        match of {
            Expr::Nested(inner) => self.is_semi_join(inner, optional),
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr,
            } => self.is_semi_join(expr, optional),
            Expr::Exists { subquery, .. } => {
                self.query(subquery);
                true
            }
            Expr::In {
                target: InTarget::Subquery(query),
                ..
            } => {
                self.query(query);
                true
            }
            // The other half of a left join that is not there.
            Expr::IsNull(value) => match &**value {
                Expr::CompoundIdentifier(parts) => parts
                    .first()
                    .is_some_and(|it| optional.contains(&it.value.to_lowercase())),
                _ => false,
            },
            _ => false,
        }
    }

    /// Tells whether a condition asks for the number of a row among its like.
    fn ranks(&self, of: &Expr) -> bool {
        let named = columns(of);
        is_rank(of) || (!named.is_empty() && named.iter().all(|it| self.ranks.contains(it)))
    }
}

/// Takes apart what must hold together.
fn parts(condition: &Expr) -> Vec<&Expr> {
    match condition {
        Expr::Nested(inner) => match &**inner {
            Expr::BinaryOp {
                op: BinaryOperator::And,
                ..
            }
            | Expr::Nested(_) => parts(inner),
            _ => vec![condition],
        },
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => [parts(left), parts(right)].concat(),
        other => vec![other],
    }
}

/// Tells whether a condition asks for certain values. Whether there is a value at all, and whether two columns
/// are the same, is another matter.
pub(super) fn compares(of: &Expr) -> bool {
    let is_value = |it: &Expr| is_fixed(it) && !constant(it).is_some_and(|it| is_empty(&it));
    let of_columns = |it: &Expr| !columns(it).is_empty();
    match of {
        Expr::Nested(inner) => compares(inner),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => compares(expr),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And | BinaryOperator::Or | BinaryOperator::Xor,
            right,
        } => compares(left) || compares(right),
        Expr::BinaryOp { left, right, .. }
        | Expr::IsDistinctFrom(left, right)
        | Expr::IsNotDistinctFrom(left, right) => {
            (is_value(left) && of_columns(right)) || (of_columns(left) && is_value(right))
        }
        Expr::In {
            expr,
            target: InTarget::List(list),
            ..
        } => of_columns(expr) && list.iter().any(is_value),
        Expr::Between {
            expr, low, high, ..
        } => of_columns(expr) && (is_value(low) || is_value(high)),
        Expr::Like { expr, pattern, .. }
        | Expr::ILike { expr, pattern, .. }
        | Expr::SimilarTo { expr, pattern, .. }
        | Expr::RLike { expr, pattern, .. } => of_columns(expr) && is_value(pattern),
        // A column of truth values, and a call that gives one; whether a text has some form is another matter.
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => true,
        Expr::Function(call) => {
            let name = call.name.to_string().to_lowercase();
            of_columns(of) && !name.starts_with("regexp")
        }
        Expr::IsTrue(inner)
        | Expr::IsNotTrue(inner)
        | Expr::IsFalse(inner)
        | Expr::IsNotFalse(inner) => of_columns(inner),
        _ => false,
    }
}

fn is_technical(column: &str) -> bool {
    column.starts_with('_') || column.split('_').any(|it| TECHNICAL.contains(&it))
}
