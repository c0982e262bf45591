//! A CASE that puts values into categories before consume.

use super::layers::Layer;
use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(layer: Layer, text: &str, at: Location) -> Diagnostic {
    let message = format!("{layer} puts values into categories: `{text}`");
    let help = "what belongs to what is a rule of the business: move it to consume";
    Diagnostic::warning(Code::BusinessCase, message)
        .at(at)
        .help(help)
}
