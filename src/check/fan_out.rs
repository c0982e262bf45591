//! Sums over rows that a join repeats.

use crate::diagnostics::{Code, Diagnostic};
use crate::sql::MistakeKind;
use crate::text::Location;

/// Says how often rows are added up. None of another mistake.
pub(super) fn finding(mistake: &MistakeKind, at: Location) -> Option<Diagnostic> {
    let MistakeKind::FanOut {
        repeated,
        joined,
        by,
        key,
        aggregate,
    } = mistake
    else {
        return None;
    };
    let message = format!(
        "a row of `{repeated}` comes once for each row of `{joined}` that it meets, so `{aggregate}` takes it as often"
    );
    let finding = Diagnostic::warning(Code::FanOut, message).at(at);
    let (by, key) = (by.join(", "), key.join(", "));
    Some(finding.help(format!(
        "`{joined}` is joined by {by}, and its rows are told apart by {key}: aggregate it before it is joined"
    )))
}
