//! A join that connects nothing.

use crate::diagnostics::{Code, Diagnostic};
use crate::sql::Instead;
use crate::text::Location;

pub(super) fn finding(relation: &str, instead: Instead, at: Location) -> Diagnostic {
    let named = match relation {
        "" => "a relation".to_owned(),
        name => format!("`{name}`"),
    };
    match instead {
        Instead::Nothing { is_outer } => {
            let message = format!("{named} is joined without a condition");
            let finding = Diagnostic::error(Code::JoinWithoutCondition, message).at(at);
            let all = if is_outer { "on true" } else { "cross join" };
            finding.help(format!(
                "say which rows belong together: `on …` or `using (…)`; `{all}` if all do"
            ))
        }
        Instead::Comma => {
            let message = format!("nothing in WHERE connects {named} with the relations before it");
            let finding = Diagnostic::warning(Code::JoinWithoutCondition, message).at(at);
            finding.help("every row meets every other: write `join … on …`, or `cross join` if that is meant")
        }
        Instead::OneSide { is_outer } => {
            let message =
                format!("the condition does not connect {named} with the relations before it");
            let finding = Diagnostic::warning(Code::JoinWithoutCondition, message).at(at);
            // There is no other way to write that every row meets every other, or none.
            match is_outer {
                true => finding.help("compare columns of both sides"),
                false => finding.help("compare columns of both sides; write `cross join` if every row is to meet every other"),
            }
        }
    }
}
