//! A name that several relations have.

use crate::diagnostics::{Code, Diagnostic};
use crate::text::Location;

pub(super) fn finding(name: &str, relations: &[String], at: Location) -> Diagnostic {
    let message = format!("`{name}` is a column of several relations");
    let finding = Diagnostic::error(Code::AmbiguousColumn, message).at(at);
    let named: Vec<String> = relations
        .iter()
        .filter(|it| !it.is_empty())
        .map(|it| format!("`{}.{name}`", last(it)))
        .collect();
    match named.is_empty() {
        true => finding.help("give the relations names, and write which one is meant"),
        false => finding.help(format!("write {}", named.join(" or "))),
    }
}

fn last(relation: &str) -> &str {
    relation.rsplit('.').next().unwrap_or(relation)
}
