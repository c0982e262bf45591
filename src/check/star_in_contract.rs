//! A star that fills a contract with whatever columns a relation has.

use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(at: Location) -> Diagnostic {
    let message = "the contract's columns are whatever this star takes in";
    let finding = Diagnostic::warning(Code::StarInContract, message).at(at);
    finding.help("list the columns of the contract: a column more in the relation before would break the build")
}
