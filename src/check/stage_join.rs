//! A model of stage that joins.

use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(text: &str, at: Location) -> Diagnostic {
    let message = format!("stage joins `{text}`");
    let help = "stage gives one source its names and types: join in transform, or if the join says what counts, in consume";
    Diagnostic::warning(Code::StageJoin, message)
        .at(at)
        .help(help)
}
