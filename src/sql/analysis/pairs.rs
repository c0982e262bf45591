//! Values side by side: whether an engine compares, adds up or chooses between them.

use sqlparser::ast::{BinaryOperator, Expr, Value};

use super::names::bare;
use super::{Analyzer, MistakeKind, Mixing};
use crate::sql::grammar::Grammar;
use crate::sql::types::{Kind, SqlType};
use crate::text::Span;

/// Words that are numbers or days.
const WORDS: [&str; 9] = [
    "epoch",
    "inf",
    "infinity",
    "nan",
    "now",
    "today",
    "tomorrow",
    "yesterday",
    "allballs",
];

/// What is done with two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Whether they are equal.
    Equal,
    /// Which comes first.
    Sorted,
    /// One of them is taken.
    Chosen,
    /// They are rows of one column.
    Unified,
}

/// Tells whether the two are of kinds that do not go together, from what the engines say of each pair.
fn clash(left: &SqlType, right: &SqlType, grammar: Grammar) -> bool {
    let (Some(left), Some(right)) = (left.kind(), right.kind()) else {
        return false;
    };
    let is_number = |it: Kind| matches!(it, Kind::Whole | Kind::Number);
    match (left, right) {
        _ if left == right => false,
        _ if is_number(left) && is_number(right) => false,
        (Kind::Boolean, Kind::Whole) | (Kind::Whole, Kind::Boolean) => grammar == Grammar::Postgres,
        _ => true,
    }
}

impl Analyzer<'_> {
    /// Finds values of two kinds side by side.
    pub(super) fn pair(&mut self, place: Span, [left, right]: [&SqlType; 2], used: Use, by: &str) {
        if !self.is_tried() || !clash(left, right, self.grammar) {
            return;
        }
        // DuckDB makes texts of both.
        let is_taken = self.grammar == Grammar::DuckDb;
        let done = match used {
            Use::Equal => Mixing::Compared {
                operator: by.to_owned(),
                is_taken,
            },
            Use::Sorted => Mixing::Compared {
                operator: by.to_owned(),
                is_taken: false,
            },
            Use::Chosen => Mixing::Chosen,
            Use::Unified => Mixing::Unified {
                column: by.to_owned(),
                is_taken,
            },
        };
        let types = [left.to_string(), right.to_string()];
        self.mistake(place, MistakeKind::TypeMismatch { types, done });
    }

    /// Finds what is wrong with an operator between two values.
    pub(super) fn operator(
        &mut self,
        [left, right]: [&Expr; 2],
        op: &BinaryOperator,
        types: [&SqlType; 2],
    ) {
        let used = match op {
            BinaryOperator::Eq | BinaryOperator::NotEq => Use::Equal,
            BinaryOperator::Lt
            | BinaryOperator::LtEq
            | BinaryOperator::Gt
            | BinaryOperator::GtEq => Use::Sorted,
            BinaryOperator::Plus
            | BinaryOperator::Minus
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Modulo => return self.calculation([left, right], op, types),
            _ => return,
        };
        let place = self.places([left, right]);
        if is_null(left) || is_null(right) {
            let operator = op.to_string();
            return self.mistake(place, MistakeKind::NullComparison { operator });
        }
        for (side, other) in [(left, types[1]), (right, types[0])] {
            self.literal(side, other);
        }
        self.pair(place, types, used, &op.to_string());
    }

    /// Finds a text in quotes that no number and no day is written like.
    pub(super) fn literal(&mut self, expression: &Expr, wanted: &SqlType) {
        let bare = bare(expression);
        let Expr::Value(value) = bare else {
            return;
        };
        let Value::SingleQuotedString(text) = &value.value else {
            return;
        };
        let is_meant = matches!(wanted.kind(), Some(Kind::Whole | Kind::Number | Kind::Day));
        let has_digits = text.contains(|it: char| it.is_ascii_digit());
        let word = text.trim().trim_start_matches(['-', '+']).to_lowercase();
        let is_word = WORDS.contains(&word.as_str());
        if is_meant && !has_digits && !is_word && self.is_tried() {
            let kind = MistakeKind::NoValue {
                text: bare.to_string(),
                sql_type: wanted.to_string(),
            };
            self.mistake(self.place(expression), kind);
        }
    }

    fn calculation(
        &mut self,
        [left, right]: [&Expr; 2],
        op: &BinaryOperator,
        types: [&SqlType; 2],
    ) {
        if !self.is_tried() {
            return;
        }
        let is_number = |it: &SqlType| matches!(it.kind(), Some(Kind::Whole | Kind::Number));
        let is_text = |it: &SqlType| matches!(it.kind(), Some(Kind::Text | Kind::Boolean));
        let [one, two] = types;
        let is_wrong =
            is_text(one) && (is_number(two) || is_text(two)) || is_number(one) && is_text(two);
        if is_wrong {
            let place = self.places([left, right]);
            let done = Mixing::Calculated {
                operator: op.to_string(),
            };
            let types = [one.to_string(), two.to_string()];
            self.mistake(place, MistakeKind::TypeMismatch { types, done });
        }
    }
}

pub(super) fn is_null(expression: &Expr) -> bool {
    matches!(bare(expression), Expr::Value(value) if value.value == Value::Null)
}
