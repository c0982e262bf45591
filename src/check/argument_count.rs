//! A function with too many arguments, or too few.

use crate::diagnostics::{Code, Diagnostic};
use crate::sql::Call;
use crate::text::Location;

/// How many functions of a name are listed.
const MOST: usize = 4;

/// Says that the engine knows no function of that name with so many arguments, and which it knows.
pub(super) fn refused(call: &Call, message: &str, at: Location) -> Diagnostic {
    let given = arguments(call.arguments.as_ref().map_or(0, Vec::len));
    let headline = format!("no `{}` takes {given}", call.name);
    let finding = Diagnostic::error(Code::ArgumentCount, headline).at(at);
    let lines = message.lines().map(str::trim);
    let known = lines.filter(|it| it.starts_with(&format!("{}(", call.name)));
    known.take(MOST).fold(finding, Diagnostic::note)
}

fn arguments(count: usize) -> String {
    match count {
        1 => "1 argument".to_owned(),
        count => format!("{count} arguments"),
    }
}

pub(super) fn finding(
    function: &str,
    given: usize,
    least: usize,
    most: Option<usize>,
    at: Location,
) -> Diagnostic {
    let takes = match most {
        Some(most) if most == least => arguments(most),
        Some(most) => format!("{least} to {}", arguments(most)),
        None => format!("at least {}", arguments(least)),
    };
    let message = format!("`{function}` takes {takes}, and has {given}");
    Diagnostic::error(Code::ArgumentCount, message).at(at)
}
