//! A model of stage that leaves out repeated rows.

use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(text: &str, at: Location) -> Diagnostic {
    let message = format!("stage de-duplicates: `{text}`");
    let help = "de-duplicate in transform, once for all that read it";
    Diagnostic::warning(Code::StageDeduplication, message)
        .at(at)
        .help(help)
}
