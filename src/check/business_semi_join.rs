//! Rows that are left out by what is in another relation, before consume.

use super::layers::Layer;
use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(layer: Layer, text: &str, at: Location) -> Diagnostic {
    let message = format!("{layer} drops rows by what is in another relation: `{text}`");
    let help = "which of them count is a rule of the business: move it to consume";
    Diagnostic::warning(Code::BusinessSemiJoin, message)
        .at(at)
        .help(help)
}
