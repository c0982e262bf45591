//! Values of two kinds side by side.

use crate::diagnostics::{Code, Diagnostic};
use crate::sql::Mixing;
use crate::text::Location;

pub(super) fn finding([left, right]: [&str; 2], done: &Mixing, at: Location) -> Diagnostic {
    let taken = |is_taken: bool, message: String| {
        let made = match is_taken {
            true => Diagnostic::warning(Code::TypeMismatch, message),
            false => Diagnostic::error(Code::TypeMismatch, message),
        };
        made.at(at)
    };
    match done {
        Mixing::Compared { operator, is_taken } => {
            let message = format!("{left} is compared with {right} by `{operator}`");
            let finding = taken(*is_taken, message);
            match is_taken {
                true => finding.help("the database compares what it casts itself: cast one of them to the type of the other"),
                false => finding.help("cast one of them to the type of the other"),
            }
        }
        Mixing::Calculated { operator } => {
            let message = format!("there is no {left} `{operator}` {right}");
            taken(false, message).help("cast what is no number: `cast(… as integer)`")
        }
        Mixing::Chosen => {
            let message = format!("a value is {left} or {right}");
            taken(false, message).help("cast them to one type")
        }
        Mixing::Unified { column, is_taken } => {
            let message = format!("the column `{column}` is {left} before, and {right} here");
            let finding = taken(*is_taken, message);
            match is_taken {
                true => finding.help("the database makes one type of both, mostly VARCHAR: cast one of them if that is not meant"),
                false => finding.help("cast one of them to the type of the other"),
            }
        }
    }
}

/// Says that a text in quotes is not what it would have to be.
pub(super) fn no_value(text: &str, sql_type: &str, at: Location) -> Diagnostic {
    let message = format!("{text} is no {sql_type}");
    let finding = Diagnostic::warning(Code::TypeMismatch, message).at(at);
    finding.help("the database casts it to the type of what it is compared with, which fails at the first row")
}
