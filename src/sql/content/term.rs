//! The normal form of an expression: what two that say the same share.
//!
//! Names are the columns that they mean, order that does not matter is none, types and brackets are left out.

use sqlparser::ast::{BinaryOperator, Expr, Ident, InTarget, UnaryOperator};

use super::Names;
use super::constant::constant;
use crate::sql::children::children;

/// A part of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A column.
    Column {
        /// The relation, by its place in [`Analysis::reads`](crate::sql::Analysis); none where it is not known.
        read: Option<usize>,
        /// Its name there, in lower case.
        name: String,
    },
    /// What stands as it is.
    Plain(String),
    /// What is made of others.
    Made {
        /// How.
        head: String,
        /// Whether their order matters.
        is_ordered: bool,
        /// Of what.
        of: Vec<Term>,
    },
}

impl Term {
    /// Makes a term of terms whose order does not matter.
    pub(super) fn all(head: &str, of: Vec<Self>) -> Self {
        Self::Made {
            head: head.to_owned(),
            is_ordered: false,
            of,
        }
    }

    fn ordered(head: impl Into<String>, of: Vec<Self>) -> Self {
        Self::Made {
            head: head.into(),
            is_ordered: true,
            of,
        }
    }

    /// Counts columns and constants.
    pub(super) fn leaves(&self) -> usize {
        match self {
            Self::Made { of, .. } => of.iter().map(Self::leaves).sum(),
            _ => 1,
        }
    }

    /// Counts columns.
    pub(super) fn columns(&self) -> usize {
        match self {
            Self::Column { .. } => 1,
            Self::Plain(_) => 0,
            Self::Made { of, .. } => of.iter().map(Self::columns).sum(),
        }
    }

    /// Lists the columns in it.
    pub fn named(&self) -> Vec<(Option<usize>, &str)> {
        match self {
            Self::Column { read, name } => vec![(*read, name)],
            Self::Plain(_) => Vec::new(),
            Self::Made { of, .. } => of.iter().flat_map(Self::named).collect(),
        }
    }

    /// Writes it down, with the columns' names by `named`; terms that say the same have one text.
    pub fn written(&self, named: &dyn Fn(Option<usize>, &str) -> String) -> String {
        match self {
            Self::Column { read, name } => named(*read, name),
            Self::Plain(text) => text.clone(),
            Self::Made {
                head,
                is_ordered,
                of,
            } => {
                let mut of: Vec<String> = of.iter().map(|it| it.written(named)).collect();
                if !is_ordered {
                    of.sort();
                }
                // What holds twice holds once; a sum of twice the same is another one.
                if matches!(head.as_str(), "and" | "or" | "") {
                    of.dedup();
                }
                format!("{head}({})", of.join(", "))
            }
        }
    }
}

/// Makes the normal form of an expression.
pub(super) fn term(of: &Expr, names: &Names) -> Term {
    let made = |it: &Expr| term(it, names);
    let negated = |head: &str, is_negated: bool| match is_negated {
        true => format!("not {head}"),
        false => head.to_owned(),
    };
    match of {
        Expr::Identifier(name) => column(std::slice::from_ref(name), names),
        Expr::CompoundIdentifier(parts) => column(parts, names),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => made(inner),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => Term::ordered("not", vec![made(expr)]),
        Expr::BinaryOp { left, op, right } => {
            let (left, right) = (made(left), made(right));
            match op {
                BinaryOperator::And => flat("and", left, right),
                BinaryOperator::Or => flat("or", left, right),
                BinaryOperator::Plus => flat("+", left, right),
                BinaryOperator::Multiply => flat("*", left, right),
                BinaryOperator::Eq => Term::all("=", vec![left, right]),
                BinaryOperator::NotEq => Term::all("<>", vec![left, right]),
                BinaryOperator::Gt => Term::ordered("<", vec![right, left]),
                BinaryOperator::GtEq => Term::ordered("<=", vec![right, left]),
                other => Term::ordered(other.to_string().to_lowercase(), vec![left, right]),
            }
        }
        Expr::In {
            expr,
            target: InTarget::List(list),
            negated: is_negated,
            ..
        } => {
            let list = Term::all("", list.iter().map(made).collect());
            Term::ordered(negated("in", *is_negated), vec![made(expr), list])
        }
        Expr::Between {
            negated: is_negated,
            ..
        } => Term::ordered(negated("between", *is_negated), parts(of, names)),
        Expr::Like {
            negated: is_negated,
            ..
        } => Term::ordered(negated("like", *is_negated), parts(of, names)),
        Expr::ILike {
            negated: is_negated,
            ..
        } => Term::ordered(negated("ilike", *is_negated), parts(of, names)),
        Expr::IsNull(_) => Term::ordered("is null", parts(of, names)),
        Expr::IsNotNull(_) => Term::ordered("is not null", parts(of, names)),
        Expr::IsTrue(_) => Term::ordered("is true", parts(of, names)),
        Expr::IsFalse(_) => Term::ordered("is false", parts(of, names)),
        Expr::Trim { .. } => Term::ordered("trim", parts(of, names)),
        Expr::Case {
            operand,
            conditions,
            else_result,
            ..
        } => {
            // `case x when 1` is `case when x = 1`.
            let mut all = Vec::new();
            for when in conditions {
                let condition = made(&when.condition);
                all.push(match operand {
                    Some(operand) => Term::all("=", vec![made(operand), condition]),
                    None => condition,
                });
                all.push(made(&when.result));
            }
            all.extend(else_result.iter().map(|it| made(it)));
            Term::ordered("case", all)
        }
        Expr::Function(call) if call.over.is_none() => {
            let name = call.name.to_string().to_lowercase();
            match parts(of, names) {
                parts if parts.is_empty() => Term::Plain(format!("{name}()")),
                parts => Term::ordered(name, parts),
            }
        }
        other => match constant(other) {
            Some(constant) => Term::Plain(constant),
            None => Term::Plain(other.to_string().to_lowercase()),
        },
    }
}

fn parts(of: &Expr, names: &Names) -> Vec<Term> {
    children(of).into_iter().map(|it| term(it, names)).collect()
}

/// Puts what is chained by one operator side by side.
fn flat(head: &str, left: Term, right: Term) -> Term {
    let mut all = Vec::new();
    for side in [left, right] {
        match side {
            Term::Made {
                head: own,
                is_ordered: false,
                of,
            } if own == head => all.extend(of),
            other => all.push(other),
        }
    }
    Term::all(head, all)
}

fn column(parts: &[Ident], names: &Names) -> Term {
    let known = parts.first().and_then(|it| names.get(&it.span.start));
    match known {
        Some((read, name)) => Term::Column {
            read: Some(*read),
            name: name.to_lowercase(),
        },
        None => Term::Column {
            read: None,
            name: parts
                .last()
                .map_or_else(String::new, |it| it.value.to_lowercase()),
        },
    }
}
