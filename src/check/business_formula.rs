//! Arithmetic with money or a status before consume.

use super::layers::Layer;
use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(layer: Layer, text: &str, at: Location) -> Diagnostic {
    let message = format!("{layer} calculates with money or a status: `{text}`");
    let help = "how it is calculated is a rule of the business: move it to consume";
    Diagnostic::warning(Code::BusinessFormula, message)
        .at(at)
        .help(help)
}
