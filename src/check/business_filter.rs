//! A model of transform that leaves out rows by values of the business.

use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(text: &str, at: Location) -> Diagnostic {
    let message = format!("transform filters by a value of the business: `{text}`");
    let help = "what counts is a rule of the business: move it to consume";
    Diagnostic::warning(Code::BusinessFilter, message)
        .at(at)
        .help(help)
}
