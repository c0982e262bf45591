//! A model of stage that makes values up.

use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(text: &str, at: Location) -> Diagnostic {
    let message = format!("stage invents a default: `{text}`");
    let help = "leave it null, so that everybody sees that there is none: what stands for it is chosen in consume";
    Diagnostic::warning(Code::StageDefault, message)
        .at(at)
        .help(help)
}
