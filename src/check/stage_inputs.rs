//! A model of stage that reads more than one relation.

use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(text: &str, at: Location) -> Diagnostic {
    let message = format!("stage reads a second relation: `{text}`");
    let help = "give each source a model of stage of its own, and bring them together in transform";
    Diagnostic::warning(Code::StageInputs, message)
        .at(at)
        .help(help)
}
