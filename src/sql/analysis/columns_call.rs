//! DuckDB's `COLUMNS(…)`: columns that a pattern, a condition or a list chooses, alone or within an expression.

use std::ops::ControlFlow;

use regex::Regex;
use sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, Ident, InTarget, OneOrManyWithParens,
    Spanned, UnaryOperator, Value, WindowType, visit_expressions, visit_expressions_mut,
};

use super::Analyzer;
use super::names::bare;
use super::scope::Scope;
use super::shape::{Named, Shape, is_same};
use super::stars::{arguments, everything, idents, like};
use crate::sql::children::children;

/// Columns that are chosen.
struct Chosen {
    shape: Shape,
    /// What chooses them by their names; names of what comes of them may say parts of it.
    pattern: Option<Regex>,
}

impl Chosen {
    /// Names what comes of a column: `\0` is its name, `\1` the first part of it in parentheses.
    fn name(&self, column: &str, alias: &Ident) -> Option<String> {
        let parts = self.pattern.as_ref().and_then(|it| it.captures(column));
        let (mut name, mut letters) = (String::new(), alias.value.chars());
        while let Some(letter) = letters.next() {
            let number = match letter {
                '\\' => letters.next()?.to_digit(10)?,
                letter => {
                    name.push(letter);
                    continue;
                }
            };
            match number {
                0 => name.push_str(column),
                number => {
                    let part = parts.as_ref()?.get(usize::try_from(number).ok()?)?;
                    name.push_str(part.as_str());
                }
            }
        }
        Some(name)
    }
}

impl Analyzer<'_> {
    /// Adds the columns that `COLUMNS(…)` stands for. Tells whether an expression has one.
    pub(super) fn columns_call(
        &mut self,
        expression: &Expr,
        alias: Option<&Ident>,
        scope: &Scope<'_>,
        shape: &mut Shape,
    ) -> bool {
        let Some(argument) = columns_argument(expression) else {
            return contains_columns(expression) && {
                self.of_each(expression, alias, scope, shape);
                true
            };
        };
        if let (FunctionArgExpr::WildcardWithOptions(options), None) = (argument, alias) {
            self.star(scope, Some(options), shape);
            return true;
        }
        let chosen = self.chosen(argument, scope);
        let named = chosen.and_then(|chosen| match alias {
            None => Some(chosen.shape),
            Some(_) if !chosen.shape.open.is_empty() => None,
            Some(alias) => {
                let mut named = Vec::new();
                for column in &chosen.shape.columns {
                    let name = chosen.name(&column.name, alias)?;
                    let name = Ident::with_quote_and_span('"', alias.span, name);
                    let place = self.span(alias.span);
                    named.push(column.clone().renamed(&name, place));
                }
                Some(Shape {
                    columns: named,
                    ..chosen.shape
                })
            }
        });
        match named {
            Some(all) => self.take_in(all, None, scope, shape),
            None => {
                let reason = "which columns `COLUMNS` stands for is not followed";
                self.opaque(expression, reason, shape);
            }
        }
        true
    }

    /// Adds what an expression makes of each column that `COLUMNS(…)` in it stands for.
    fn of_each(
        &mut self,
        expression: &Expr,
        alias: Option<&Ident>,
        scope: &Scope<'_>,
        shape: &mut Shape,
    ) {
        match self.each(expression, alias, scope) {
            Some(columns) => {
                for column in columns {
                    self.add(column, scope, shape);
                }
            }
            None => {
                let reason = "which columns `COLUMNS` makes of an expression is not followed";
                self.opaque(expression, reason, shape);
            }
        }
    }

    fn each(
        &mut self,
        expression: &Expr,
        alias: Option<&Ident>,
        scope: &Scope<'_>,
    ) -> Option<Vec<Named>> {
        let mut calls: Vec<Expr> = Vec::new();
        let is_followed = visit_expressions(expression, |it| {
            if columns_argument(it).is_some() {
                calls.push(it.clone());
            }
            let is_unpacked = arguments(it, "unpack").is_some();
            match it {
                Expr::Subquery(_) | Expr::Exists { .. } => ControlFlow::Break(()),
                _ if is_unpacked => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        });
        let first = calls.first()?;
        if calls.iter().any(|it| it != first) || is_followed.is_break() {
            return None;
        }
        let chosen = self.chosen(columns_argument(first)?, scope)?;
        let all = everything(scope);
        let is_alone = |it: &Named| all.find(&it.name).count() == 1;
        if !chosen.shape.open.is_empty() || !chosen.shape.columns.iter().all(is_alone) {
            return None;
        }
        let mut columns = Vec::new();
        for column in &chosen.shape.columns {
            let mut one = expression.clone();
            let name = Ident::with_quote_and_span('"', first.span(), column.name.clone());
            let _: ControlFlow<()> = visit_expressions_mut(&mut one, |it| {
                if columns_argument(it).is_some() {
                    *it = Expr::Identifier(name.clone());
                }
                ControlFlow::Continue(())
            });
            let name = match alias {
                Some(alias) => chosen.name(&column.name, alias)?,
                None => column.name.clone(),
            };
            columns.push(Named {
                name,
                quoted: true,
                is_named: true,
                flow: self.compared(&one, scope),
                place: self.span(expression.span()),
            });
        }
        Some(columns)
    }

    /// Chooses columns. None if it is not followed which.
    fn chosen(&mut self, by: &FunctionArgExpr, scope: &Scope<'_>) -> Option<Chosen> {
        let mut shape = everything(scope);
        let mut pattern = None;
        match by {
            FunctionArgExpr::Wildcard => {}
            FunctionArgExpr::WildcardWithOptions(options) => {
                self.modify(&mut shape, options, scope);
            }
            FunctionArgExpr::QualifiedWildcard(name) => {
                let parts = idents(name)?;
                let relation = scope.relations.iter().find(|it| it.is(&parts));
                shape = relation?.shape.clone();
            }
            FunctionArgExpr::Expr(Expr::Value(value)) => {
                let wanted = Regex::new(&text(&value.value)?).ok()?;
                shape.columns.retain(|it| wanted.is_match(&it.name));
                pattern = Some(wanted);
            }
            FunctionArgExpr::Expr(Expr::Lambda(lambda)) => {
                let parameter = match &lambda.params {
                    OneOrManyWithParens::One(one) => one,
                    OneOrManyWithParens::Many(many) => many.first()?,
                };
                let mut chosen = Vec::new();
                for column in shape.columns {
                    if holds(&parameter.name, &lambda.body, &column.name)? {
                        chosen.push(column);
                    }
                }
                shape.columns = chosen;
            }
            FunctionArgExpr::Expr(Expr::Array(list)) => {
                let names = list.elem.iter().map(literal).collect::<Option<Vec<_>>>()?;
                let is_listed = |it: &Named| names.iter().any(|name| is_same(name, &it.name));
                shape.columns.retain(is_listed);
            }
            FunctionArgExpr::Expr(_) => return None,
        }
        Some(Chosen { shape, pattern })
    }
}

/// Tells whether a condition on the name of a column is so. None if it is not followed.
fn holds(parameter: &Ident, condition: &Expr, name: &str) -> Option<bool> {
    let is_name = |it: &Expr| matches!(bare(it), Expr::Identifier(it) if is_same(&it.value, &parameter.value));
    let like = |text: &str, pattern: &Expr, lower: bool| {
        let pattern = literal(pattern)?;
        Some(match lower {
            true => like(&text.to_lowercase(), &pattern.to_lowercase()),
            false => like(text, &pattern),
        })
    };
    match bare(condition) {
        Expr::Like {
            negated,
            any: false,
            expr,
            pattern,
            escape_char: None,
        } if is_name(expr) => Some(like(name, pattern, false)? != *negated),
        Expr::ILike {
            negated,
            any: false,
            expr,
            pattern,
            escape_char: None,
        } if is_name(expr) => Some(like(name, pattern, true)? != *negated),
        Expr::SimilarTo {
            negated,
            expr,
            pattern,
            escape_char: None,
        } if is_name(expr) => {
            let pattern = Regex::new(&format!("^(?:{})$", literal(pattern)?)).ok()?;
            Some(pattern.is_match(name) != *negated)
        }
        Expr::In {
            expr,
            target: InTarget::List(list),
            negated,
            ..
        } if is_name(expr) => {
            let names = list.iter().map(literal).collect::<Option<Vec<_>>>()?;
            Some(names.iter().any(|it| it == name) != *negated)
        }
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => Some(!holds(parameter, expr, name)?),
        Expr::BinaryOp { left, op, right } => {
            let both = |this: &Expr| holds(parameter, this, name);
            match op {
                BinaryOperator::And => Some(both(left)? & both(right)?),
                BinaryOperator::Or => Some(both(left)? | both(right)?),
                BinaryOperator::Custom(operator) if operator == "GLOB" && is_name(left) => {
                    glob(name, &literal(right)?)
                }
                BinaryOperator::Eq if is_name(left) => Some(literal(right)? == name),
                BinaryOperator::NotEq if is_name(left) => Some(literal(right)? != name),
                _ => None,
            }
        }
        call @ Expr::Function(_) => {
            let [value, other] = children(call)[..] else {
                return None;
            };
            let other = literal(other).filter(|_| is_name(value))?;
            let is_call = |it: &str| arguments(call, it).is_some_and(|it| it.len() == 2);
            match () {
                () if is_call("starts_with") => Some(name.starts_with(&other)),
                () if is_call("ends_with") || is_call("suffix") => Some(name.ends_with(&other)),
                () if is_call("contains") => Some(name.contains(&other)),
                () => None,
            }
        }
        _ => None,
    }
}

/// Compares with a pattern in which `*` stands for any letters and `?` for one. None if it has sets of letters.
fn glob(text: &str, pattern: &str) -> Option<bool> {
    let is_plain = !pattern.contains(['[', '\\']);
    let pattern = regex::escape(pattern)
        .replace("\\*", ".*")
        .replace("\\?", ".");
    let pattern = Regex::new(&format!("^(?s){pattern}$")).ok()?;
    is_plain.then(|| pattern.is_match(text))
}

fn literal(expression: &Expr) -> Option<String> {
    match bare(expression) {
        Expr::Value(value) => text(&value.value),
        _ => None,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::SingleQuotedString(text) => Some(text.clone()),
        _ => None,
    }
}

fn columns_argument(expression: &Expr) -> Option<&FunctionArgExpr> {
    match arguments(expression, "columns")? {
        [FunctionArg::Unnamed(argument)] => Some(argument),
        _ => None,
    }
}

/// Tells whether columns are chosen somewhere within an expression, but for queries in it.
pub(super) fn contains_columns(expression: &Expr) -> bool {
    let over = match expression {
        Expr::Function(function) => match &function.over {
            Some(WindowType::WindowSpec(spec)) => {
                let keys = spec.order_by.iter().map(|it| &it.expr);
                spec.partition_by.iter().chain(keys).collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    let mut within = children(expression).into_iter().chain(over);
    let is_unpacked = arguments(expression, "unpack").is_some();
    !is_unpacked && (columns_argument(expression).is_some() || within.any(contains_columns))
}
