//! A name that no relation in sight has.

use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::text::Location;

/// How many columns are listed where none is near.
const MOST: usize = 12;

pub(super) fn finding(name: &str, known: &[String], at: Location) -> Diagnostic {
    let message = format!("there is no column `{name}`");
    helped(
        Diagnostic::error(Code::UnknownColumn, message).at(at),
        name,
        known,
    )
}

/// Says what could be meant.
pub(super) fn helped(finding: Diagnostic, name: &str, known: &[String]) -> Diagnostic {
    if let Some(near) = did_you_mean(name, known.iter().map(String::as_str)) {
        return finding.help(format!("did you mean `{near}`?"));
    }
    match known {
        [] => finding.help("no relation is in sight that could have it: name it in FROM"),
        known if known.len() <= MOST => finding.help(format!("there are {}", known.join(", "))),
        known => {
            let shown = known.get(..MOST).unwrap_or_default().join(", ");
            let more = known.len() - MOST;
            finding.help(format!("there are {shown} and {more} more"))
        }
    }
}
