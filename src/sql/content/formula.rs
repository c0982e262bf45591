//! Arithmetic with money and with status.

use sqlparser::ast::{BinaryOperator, Expr};

use super::constant::{column, constant, number};
use crate::sql::children::children;

/// Words of columns that hold money.
const MONEY: [&str; 38] = [
    "amount",
    "amounts",
    "amt",
    "balance",
    "budget",
    "charge",
    "charges",
    "commission",
    "cost",
    "costs",
    "credit",
    "debit",
    "discount",
    "discounts",
    "earnings",
    "expense",
    "expenses",
    "fee",
    "fees",
    "gross",
    "income",
    "margin",
    "net",
    "payout",
    "premium",
    "price",
    "prices",
    "profit",
    "refund",
    "refunds",
    "revenue",
    "salary",
    "sales",
    "spend",
    "subtotal",
    "surcharge",
    "tax",
    "vat",
];
/// Words of columns that hold a status.
const STATUS: [&str; 4] = ["status", "score", "grade", "tier"];
/// Last words of columns that hold neither, whatever stands before.
const OTHER: [&str; 12] = [
    "at", "code", "count", "date", "day", "days", "id", "key", "month", "name", "on", "type",
];

pub(super) fn is_arithmetic(operator: &BinaryOperator) -> bool {
    matches!(
        operator,
        BinaryOperator::Plus
            | BinaryOperator::Minus
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Modulo
            | BinaryOperator::DuckIntegerDivide
    )
}

/// Tells whether money or a status is calculated with. To write the same amount in another unit is not to calculate.
pub(super) fn is_formula(of: &Expr) -> bool {
    let mut parts = Parts::default();
    parts.collect(of);
    if !parts.columns.iter().any(|it| is_told(it)) {
        return false;
    }
    parts.columns.len() > 1 || parts.numbers.iter().any(|it| !is_unit(*it))
}

#[derive(Default)]
struct Parts {
    columns: Vec<String>,
    numbers: Vec<f64>,
}

impl Parts {
    fn collect(&mut self, of: &Expr) {
        if let Some(name) = column(of) {
            let name = name.value.to_lowercase();
            if !self.columns.contains(&name) {
                self.columns.push(name);
            }
            return;
        }
        if let Some(constant) = constant(of) {
            self.numbers.extend(number(&constant));
            return;
        }
        match of {
            Expr::BinaryOp { op, left, right } if is_arithmetic(op) => {
                self.collect(left);
                self.collect(right);
            }
            // A number in there is a default, a place, a number of digits.
            other => {
                let mut inner = Self::default();
                for child in children(other) {
                    inner.collect(child);
                }
                for name in inner.columns {
                    if !self.columns.contains(&name) {
                        self.columns.push(name);
                    }
                }
            }
        }
    }
}

fn is_told(column: &str) -> bool {
    let mut words = column.split('_');
    let last = column.rsplit('_').next().unwrap_or_default();
    let is_named = |it: &str| MONEY.contains(&it) || STATUS.contains(&it);
    !OTHER.contains(&last) && words.any(is_named)
}

/// Tells whether a number leads from one unit to another: a power of ten, or a sign.
fn is_unit(number: f64) -> bool {
    let mut rest = number.abs();
    if rest == 0.0 {
        return true;
    }
    while rest < 0.999_999 {
        rest *= 10.0;
    }
    while rest > 9.999_999 {
        rest /= 10.0;
    }
    (rest - 1.0).abs() < 1e-9
}
