//! A model of stage that looks at many rows at once.

use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(text: &str, at: Location) -> Diagnostic {
    let message = format!("stage brings rows together: `{text}`");
    let help = "a row of stage is a row of the source: aggregate in consume, or in transform if that is how things are keyed";
    Diagnostic::warning(Code::StageAggregation, message)
        .at(at)
        .help(help)
}
