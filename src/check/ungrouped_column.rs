//! A column beside aggregates that is no key of the groups.

use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(name: &str, has_keys: bool, at: Location) -> Diagnostic {
    let message = match has_keys {
        true => format!("`{name}` is neither in GROUP BY nor within an aggregate"),
        false => format!("`{name}` stands beside an aggregate, and there is no GROUP BY"),
    };
    let finding = Diagnostic::error(Code::UngroupedColumn, message).at(at);
    finding.help(format!(
        "add it to GROUP BY, or say which of its values is meant: `max({name})`"
    ))
}
