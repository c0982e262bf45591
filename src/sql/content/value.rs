//! Expressions: defaults, categories, formulas, and what looks at many rows.

use sqlparser::ast::{BinaryOperator, Expr, Function, InTarget, Spanned};

use super::case::{Case, case};
use super::constant::{columns, compared, constant, is_empty, is_word, number};
use super::formula::{is_arithmetic, is_formula};
use super::term::term;
use super::{FactKind, Walker};
use crate::sql::analysis::aggregates;
use crate::sql::children::children;

/// What stands around an expression.
#[derive(Clone, Copy, Default)]
pub(super) struct Within {
    /// A condition, or a key that is made of values: what stands for nothing there is no default.
    has_no_defaults: bool,
    /// A text that is put together.
    is_text: bool,
}

impl Within {
    pub(super) fn condition() -> Self {
        Self {
            has_no_defaults: true,
            is_text: false,
        }
    }
}

/// Functions that choose the first value that there is.
const CHOOSING: [&str; 4] = ["coalesce", "ifnull", "nvl", "isnull"];
/// Functions that make a key of values.
const KEYING: [&str; 16] = [
    "md5",
    "md5_hex",
    "md5_number",
    "sha",
    "sha1",
    "sha1_hex",
    "sha2",
    "sha2_hex",
    "sha256",
    "sha512",
    "hash",
    "xxhash64",
    "farm_fingerprint",
    "fnv_hash",
    "hashbytes",
    "checksum",
];
/// Functions that number rows.
const RANKING: [&str; 3] = ["row_number", "rank", "dense_rank"];

impl Walker<'_> {
    pub(super) fn value(&mut self, of: &Expr, within: Within) {
        match of {
            Expr::Function(call) => return self.call(of, call, within),
            Expr::Case { .. } => match case(of) {
                Case::Category => {
                    let term = (Some(term(of, self.names)), true);
                    let kind = FactKind::Category;
                    return self.add_rule(kind, of.span(), &of.to_string(), term);
                }
                Case::Default if !within.has_no_defaults => {
                    return self.add_value(FactKind::Default, of);
                }
                Case::Default | Case::Plain => return self.cases(of, within),
            },
            Expr::BinaryOp { op, .. } if is_arithmetic(op) && is_formula(of) => {
                let term = term(of, self.names);
                let is_rule = term.columns() > 1 || term.leaves() > 2;
                let term = (Some(term), is_rule);
                return self.add_rule(FactKind::Formula, of.span(), &of.to_string(), term);
            }
            Expr::BinaryOp {
                op: BinaryOperator::StringConcat,
                left,
                right,
            } => {
                let within = Within {
                    is_text: true,
                    ..within
                };
                self.value(left, within);
                return self.value(right, within);
            }
            _ if !within.has_no_defaults && is_flag(of) => {
                return self.add_value(FactKind::Category, of);
            }
            Expr::Subquery(query) => {
                if !self.is_own(query) {
                    self.query(query);
                }
                return;
            }
            _ => {}
        }
        for child in children(of) {
            self.value(child, within);
        }
    }

    /// What stands in a CASE that is no finding itself.
    fn cases(&mut self, of: &Expr, within: Within) {
        let Expr::Case {
            operand,
            conditions,
            else_result,
            ..
        } = of
        else {
            return;
        };
        for when in conditions {
            self.value(&when.condition, Within::condition());
            self.value(&when.result, within);
        }
        for value in operand.iter().chain(else_result) {
            self.value(value, within);
        }
    }

    fn call(&mut self, of: &Expr, call: &Function, within: Within) {
        let name = called(call);
        let name = name.as_str();
        if call.over.is_some() {
            let kind = match RANKING.contains(&name) {
                true => FactKind::Deduplication,
                false => FactKind::Aggregation,
            };
            self.add_value(kind, of);
        } else if aggregates(name) {
            self.add_value(FactKind::Aggregation, of);
        }
        if CHOOSING.contains(&name) && !within.has_no_defaults && is_default(of, within) {
            self.add_value(FactKind::Default, of);
        }
        for (column, value) in compared(of) {
            if !within.has_no_defaults && constant(value).is_some_and(|it| is_word(&it)) {
                let place = column.span.union(&value.span());
                self.add(FactKind::Category, place, &format!("{column} = {value}"));
            }
        }
        if let Some(filter) = &call.filter {
            self.condition(filter, &Default::default());
        }
        let within = Within {
            has_no_defaults: within.has_no_defaults || KEYING.contains(&name),
            is_text: within.is_text || matches!(name, "concat" | "concat_ws"),
        };
        let filter = call.filter.as_deref();
        for child in children(of) {
            if !filter.is_some_and(|it| std::ptr::eq(it, child)) {
                self.value(child, within);
            }
        }
    }
}

fn called(call: &Function) -> String {
    let last = call.name.0.last().and_then(|it| it.as_ident());
    last.map(|it| it.value.to_lowercase()).unwrap_or_default()
}

/// Tells whether the last thing that is chosen is a value that somebody thought of. Nothing is a sum of nothing, and a
/// text without anything in it adds nothing to a text.
fn is_default(of: &Expr, within: Within) -> bool {
    let values = children(of);
    let Some((last, before)) = values.split_last() else {
        return false;
    };
    if before.iter().all(|it| columns(it).is_empty()) {
        return false;
    }
    match constant(last) {
        None => false,
        Some(text) if within.is_text && is_empty(&text) => false,
        Some(text) if number(&text) == Some(0.0) => !before.iter().any(|it| has_aggregate(it)),
        Some(_) => true,
    }
}

fn has_aggregate(of: &Expr) -> bool {
    let many = |it: &Function| it.over.is_some() || aggregates(&called(it));
    let is_one = matches!(of, Expr::Function(call) if many(call));
    is_one || children(of).into_iter().any(has_aggregate)
}

/// Tells whether an expression says whether a value is one of those that somebody thought of.
fn is_flag(of: &Expr) -> bool {
    let says = |it: &Expr| constant(it).is_some_and(|it| is_word(&it));
    match of {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq | BinaryOperator::NotEq,
            right,
        } => {
            (says(left) && !columns(right).is_empty()) || (says(right) && !columns(left).is_empty())
        }
        Expr::In {
            expr,
            target: InTarget::List(list),
            ..
        } => !columns(expr).is_empty() && list.iter().any(says),
        _ => false,
    }
}

/// Tells whether an expression numbers rows among their like.
pub(super) fn is_rank(of: &Expr) -> bool {
    match of {
        Expr::Function(call) if call.over.is_some() && RANKING.contains(&called(call).as_str()) => {
            true
        }
        other => children(other).into_iter().any(is_rank),
    }
}
