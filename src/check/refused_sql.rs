//! SQL that the engine refuses.

use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

/// Says why. `is_at_end` if the engine points behind the SQL.
pub(super) fn finding(message: &str, is_at_end: bool, at: Location) -> Diagnostic {
    let mut lines = message.lines().map(str::trim);
    let headline = lines.next().unwrap_or_default();
    let mut finding = Diagnostic::error(Code::RefusedSql, headline).at(at);
    // The drawing of the SQL is left out: the finding has its own.
    for line in lines.take_while(|it| !it.starts_with("LINE ")) {
        if !line.is_empty() {
            finding = finding.note(line);
        }
    }
    match is_at_end {
        true => finding.help("the SQL ends before the query does"),
        false => finding,
    }
}
