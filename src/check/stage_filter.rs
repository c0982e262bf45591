//! A model of stage that leaves out rows by their values.

use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(text: &str, at: Location) -> Diagnostic {
    let message = format!("stage filters by a value: `{text}`");
    let help =
        "a row of stage is a row of the source: clean in transform, and say in consume what counts";
    Diagnostic::warning(Code::StageFilter, message)
        .at(at)
        .help(help)
}
