//! Sides of a set operation with other numbers of columns.

use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding([left, right]: [usize; 2], at: Location) -> Diagnostic {
    let columns = |count: usize| match count {
        1 => "1 column".to_owned(),
        count => format!("{count} columns"),
    };
    let message = format!("{} here, and {} before", columns(right), columns(left));
    let finding = Diagnostic::error(Code::UnequalUnion, message).at(at);
    finding.help(
        "list the same columns on both sides, with `null as name` for those that one side lacks",
    )
}
