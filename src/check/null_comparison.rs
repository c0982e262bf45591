//! A comparison with NULL, which is never true.

use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(operator: &str, at: Location) -> Diagnostic {
    let message = match operator {
        "not in" => "NOT IN with NULL in the list is never true".to_owned(),
        "when" => "WHEN NULL never holds".to_owned(),
        operator => format!("`{operator}` with NULL is never true"),
    };
    let finding = Diagnostic::warning(Code::NullComparison, message).at(at);
    finding.help(match operator {
        "=" => "write `is null`",
        "not in" => "take NULL out of the list, and write `is not null` beside it",
        "when" => "write `case when … is null then …`",
        _ => "write `is not null`, or `is distinct from`",
    })
}
