//! A value that is made up before consume.

use super::layers::Layer;
use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(layer: Layer, text: &str, at: Location) -> Diagnostic {
    let message = format!("{layer} invents a default: `{text}`");
    let help = "what stands for nothing is a rule of the business: leave it null, and choose it in consume";
    Diagnostic::warning(Code::BusinessDefault, message)
        .at(at)
        .help(help)
}
