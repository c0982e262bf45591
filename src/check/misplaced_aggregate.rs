//! An aggregate or a window where rows are not grouped yet.

use crate::diagnostics::{Code, Diagnostic};
use crate::sql::Clause;
use crate::text::Location;

pub(super) fn finding(function: &str, within: Clause, at: Location) -> Diagnostic {
    let (message, help) = match within {
        Clause::Where => (
            format!("the aggregate `{function}` stands in WHERE, before rows are grouped"),
            "write the condition in HAVING",
        ),
        Clause::WindowInWhere => (
            format!(
                "the window function `{function}` stands in WHERE, before windows are calculated"
            ),
            "write the condition in QUALIFY, or filter in a query around this one",
        ),
        Clause::WindowInHaving => (
            format!(
                "the window function `{function}` stands in HAVING, before windows are calculated"
            ),
            "write the condition in QUALIFY, or filter in a query around this one",
        ),
        Clause::Join => (
            format!(
                "the aggregate `{function}` stands in the condition of a join, before rows are grouped"
            ),
            "aggregate in a query of its own, and join that",
        ),
        Clause::Aggregate => (
            format!("the aggregate `{function}` stands within another one"),
            "aggregate in a query of its own, and aggregate that",
        ),
    };
    Diagnostic::error(Code::MisplacedAggregate, message)
        .at(at)
        .help(help)
}
