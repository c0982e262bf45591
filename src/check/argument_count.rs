//! A function with too many arguments, or too few.

use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(
    function: &str,
    given: usize,
    least: usize,
    most: Option<usize>,
    at: Location,
) -> Diagnostic {
    let arguments = |count: usize| match count {
        1 => "1 argument".to_owned(),
        count => format!("{count} arguments"),
    };
    let takes = match most {
        Some(most) if most == least => arguments(most),
        Some(most) => format!("{least} to {}", arguments(most)),
        None => format!("at least {}", arguments(least)),
    };
    let message = format!("`{function}` takes {takes}, and has {given}");
    Diagnostic::error(Code::ArgumentCount, message).at(at)
}
