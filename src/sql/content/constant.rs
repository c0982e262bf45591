//! What an expression is made of: columns, constants.

use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArgOperator, FunctionArguments, Ident, InTarget,
    Value,
};

use crate::sql::children::children;

/// Returns the constant that an expression is, as it is written; none for null and what is no constant.
pub(super) fn constant(of: &Expr) -> Option<String> {
    match of {
        Expr::Value(value) => match &value.value {
            Value::Null | Value::Placeholder(_) => None,
            Value::Boolean(value) => Some(value.to_string()),
            other => Some(other.to_string()),
        },
        Expr::TypedString(typed) => Some(typed.to_string()),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => constant(inner),
        Expr::UnaryOp { op, expr } => Some(format!("{op}{}", constant(expr)?)),
        _ => None,
    }
}

/// Tells whether an expression is null.
pub(super) fn is_null(of: &Expr) -> bool {
    match of {
        Expr::Value(value) => matches!(value.value, Value::Null),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => is_null(inner),
        _ => false,
    }
}

/// Tells whether a constant, as it is written, is a truth value.
pub(super) fn is_truth(constant: &str) -> bool {
    constant.eq_ignore_ascii_case("true") || constant.eq_ignore_ascii_case("false")
}

/// Tells whether a constant, as it is written, is a text without anything in it.
pub(super) fn is_empty(constant: &str) -> bool {
    let inner = constant
        .strip_prefix('\'')
        .and_then(|it| it.strip_suffix('\''));
    inner.is_some_and(|it| it.trim().is_empty())
}

/// Reads a constant, as it is written, as a number.
pub(super) fn number(constant: &str) -> Option<f64> {
    constant.parse().ok()
}

/// Tells whether an expression names no column, and is more than null.
pub(super) fn is_fixed(of: &Expr) -> bool {
    !is_null(of) && columns(of).is_empty() && !has_query(of)
}

/// Tells whether a query stands in an expression.
pub(super) fn has_query(of: &Expr) -> bool {
    match of {
        Expr::Subquery(_) | Expr::Exists { .. } => true,
        Expr::In {
            target: InTarget::Subquery(_),
            ..
        } => true,
        other => children(other).into_iter().any(has_query),
    }
}

/// Lists the names of columns in an expression, the last part of each in lower case, each once.
pub(super) fn columns(of: &Expr) -> Vec<String> {
    let mut all = Vec::new();
    collect(of, &mut all);
    all
}

fn collect(of: &Expr, all: &mut Vec<String>) {
    if let Some(name) = column(of) {
        // Clocks are written as columns are.
        let name = name.value.to_lowercase();
        if !name.starts_with("current_") && !all.contains(&name) {
            all.push(name);
        }
        return;
    }
    for name in compared(of) {
        let name = name.0.value.to_lowercase();
        if !all.contains(&name) {
            all.push(name);
        }
    }
    for child in children(of) {
        collect(child, all);
    }
}

/// Lists comparisons that the grammar takes for named arguments: `f(name = value)`.
pub(super) fn compared(of: &Expr) -> Vec<(&Ident, &Expr)> {
    let Expr::Function(call) = of else {
        return Vec::new();
    };
    let FunctionArguments::List(list) = &call.args else {
        return Vec::new();
    };
    let named = list.args.iter().filter_map(|it| match it {
        FunctionArg::Named {
            name,
            arg: FunctionArgExpr::Expr(value),
            operator: FunctionArgOperator::Equals,
        } => Some((name, value)),
        _ => None,
    });
    named.collect()
}

/// Tells whether a constant, as it is written, is a word that means something to people: no yes and no, no number.
pub(super) fn is_word(constant: &str) -> bool {
    constant.starts_with('\'') && !is_empty(constant) && !is_yes_or_no(constant)
}

/// Words for yes and no.
const TRUTHS: [&str; 14] = [
    "y", "n", "yes", "no", "t", "f", "true", "false", "on", "off", "1", "0", "x", "",
];

/// Tells whether a constant, as it is written, says yes or no.
pub(super) fn is_yes_or_no(constant: &str) -> bool {
    let word = constant.trim_matches('\'').trim().to_lowercase();
    TRUTHS.contains(&word.as_str())
}

/// Returns the name of the column that an expression is.
pub(super) fn column(of: &Expr) -> Option<&Ident> {
    match of {
        Expr::Identifier(name) => Some(name),
        Expr::CompoundIdentifier(parts) => parts.last(),
        _ => None,
    }
}

/// Returns the column that an expression is, through brackets, casts, and functions that only change how it is spelt.
pub(super) fn spelt(of: &Expr) -> Option<&Ident> {
    const SPELLING: [&str; 5] = ["lower", "upper", "trim", "ltrim", "rtrim"];
    match of {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } | Expr::Trim { expr: inner, .. } => {
            spelt(inner)
        }
        Expr::Function(call) => {
            let name = call.name.to_string().to_lowercase();
            let inner = children(of);
            match inner.as_slice() {
                [inner] if SPELLING.contains(&name.as_str()) => spelt(inner),
                _ => None,
            }
        }
        other => column(other),
    }
}
