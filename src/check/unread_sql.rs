//! SQL that the grammar does not read, though the engine may.

use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(message: &str, at: Location) -> Diagnostic {
    let said =
        format!("the SQL is not read from here on, so nothing is known of its columns: {message}");
    let finding = Diagnostic::warning(Code::UnreadSql, said).at(at);
    finding.help("if the database takes it, it is dsql that does not know it yet")
}
