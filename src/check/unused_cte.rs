//! A common table expression that nothing reads.

use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(name: &str, at: Location) -> Diagnostic {
    let message = format!("nothing reads `{name}`");
    let finding = Diagnostic::warning(Code::UnusedCte, message).at(at);
    finding.help("take it out, or read it")
}
