//! What a CASE is for: to clean, to parse, to make a value up, to put values into categories.

use std::collections::BTreeSet;

use sqlparser::ast::{BinaryOperator, Expr, InTarget};

use super::condition::compares;
use super::constant::{
    columns, constant, is_empty, is_fixed, is_null, is_truth, is_yes_or_no, spelt,
};

pub(super) enum Case {
    /// It decides by values what something is.
    Category,
    /// It makes a value up where there is none.
    Default,
    /// It cleans, parses, conforms, or chooses between columns.
    Plain,
}

pub(super) fn case(of: &Expr) -> Case {
    let Expr::Case {
        operand,
        conditions,
        else_result,
        ..
    } = of
    else {
        return Case::Plain;
    };
    let otherwise = else_result.as_deref();
    let results: Vec<&Expr> = conditions
        .iter()
        .map(|it| &it.result)
        .chain(otherwise)
        .collect();
    let constants: BTreeSet<String> = results.iter().filter_map(|it| constant(it)).collect();
    let others: Vec<&&Expr> = results
        .iter()
        .filter(|it| constant(it).is_none() && !is_null(it))
        .collect();
    let asks = |condition: &Expr| match operand {
        Some(_) => is_fixed(condition) && !constant(condition).is_some_and(|it| is_empty(&it)),
        None => compares(condition),
    };
    if !conditions.iter().any(|it| asks(&it.condition)) {
        let is_made_up = |it: &String| !is_truth(it) && !is_empty(it);
        return match constants.iter().any(is_made_up) && !others.is_empty() {
            true => Case::Default,
            false => Case::Plain,
        };
    }
    if constants.is_empty() {
        return chosen(
            operand.as_deref(),
            conditions.iter().map(|it| &it.condition),
            &others,
        );
    }
    let spellings = spellings(
        operand.as_deref(),
        conditions.iter().map(|it| &it.condition),
    );
    if let Some((column, values)) = &spellings {
        let truths = constants.iter().all(|it| is_truth(it));
        if truths && others.is_empty() && values.iter().all(|it| is_yes_or_no(it)) {
            return Case::Plain;
        }
        // Another spelling of the same.
        let is_same = |it: &&&Expr| spelt(it).is_some_and(|it| it.value.to_lowercase() == *column);
        if !others.is_empty() && others.iter().all(is_same) {
            return Case::Plain;
        }
    }
    let decided: Vec<String> = others.iter().flat_map(|it| columns(it)).collect();
    let asked: Vec<String> = operand
        .as_deref()
        .into_iter()
        .chain(conditions.iter().map(|it| &it.condition))
        .flat_map(columns)
        .collect();
    let bounds = !decided.is_empty() && asked.iter().all(|it| decided.contains(it));
    match constants.len() >= 2 || !(others.is_empty() || bounds) {
        true => Case::Category,
        false => Case::Plain,
    }
}

/// A choice between columns by values of others.
fn chosen<'e>(
    operand: Option<&'e Expr>,
    conditions: impl Iterator<Item = &'e Expr>,
    results: &[&&Expr],
) -> Case {
    let asked: Vec<String> = operand
        .into_iter()
        .chain(conditions)
        .flat_map(columns)
        .collect();
    let given: BTreeSet<String> = results.iter().flat_map(|it| columns(it)).collect();
    // Rows that belong to a value: a column, or nothing.
    let is_several = results.len() > 1 && given.len() > 1;
    match is_several && !asked.iter().all(|it| given.contains(it)) {
        true => Case::Category,
        false => Case::Plain,
    }
}

/// Returns the one column whose spellings are asked for, and these.
fn spellings<'e>(
    operand: Option<&Expr>,
    conditions: impl Iterator<Item = &'e Expr>,
) -> Option<(String, Vec<String>)> {
    let mut column = operand.map(|it| spelt(it).map(|it| it.value.to_lowercase()));
    let mut values = Vec::new();
    for condition in conditions {
        match operand {
            Some(_) => values.push(constant(condition)?),
            None => {
                let (name, found) = equal(condition)?;
                match &column {
                    None => column = Some(Some(name)),
                    Some(Some(it)) if *it == name => {}
                    Some(_) => return None,
                }
                values.extend(found);
            }
        }
    }
    Some((column??, values))
}

/// Reads `column = value` and `column in (values)`.
fn equal(condition: &Expr) -> Option<(String, Vec<String>)> {
    let name = |it: &Expr| spelt(it).map(|it| it.value.to_lowercase());
    match condition {
        Expr::Nested(inner) => equal(inner),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        } => Some((name(left)?, vec![constant(right)?])),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Or,
            right,
        } => {
            let ((one, mut values), (other, more)) = (equal(left)?, equal(right)?);
            values.extend(more);
            (one == other).then_some((one, values))
        }
        Expr::In {
            expr,
            target: InTarget::List(list),
            negated: false,
            ..
        } => {
            let values: Option<Vec<String>> = list.iter().map(constant).collect();
            Some((name(expr)?, values?))
        }
        _ => None,
    }
}
