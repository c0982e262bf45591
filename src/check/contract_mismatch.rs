//! A model whose query does not give the columns that its contract says.

use super::Finding;
use super::bound::GivenType;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::lineage::Given;
use crate::nodes::Node;
use crate::sql::SqlType;
use crate::text::{Location, Span};

/// Compares the columns of a query with those of the contract: their names, and their types as the engine says them, or
/// as far as they are known.
pub(super) fn findings(
    node: &Node,
    given: &Given,
    types: Option<&[GivenType]>,
    at: impl Fn(Span) -> Location,
) -> Vec<Finding> {
    let Some(columns) = &given.columns else {
        return Vec::new();
    };
    let same = |one: &str, two: &str| one.eq_ignore_ascii_case(two);
    let mut findings = Vec::new();
    let mut add = |column: &str, finding: Diagnostic| {
        findings.push(Finding::of(node, finding).about(column));
    };
    let undeclared = |name: &str| !node.columns.values().any(|it| same(&it.name, name));
    for declared in node.columns.values() {
        let found = columns.iter().find(|it| same(&it.0, &declared.name));
        let Some((_, sql_type, place)) = found else {
            let message = format!(
                "the contract has a column `{}`, which the query does not give",
                declared.name
            );
            let place = columns.last().map_or(node.location, |it| at(it.2));
            let finding = Diagnostic::error(Code::ContractMismatch, message).at(place);
            let others = columns.iter().map(|it| it.0.as_str());
            let near = did_you_mean(&declared.name, others.filter(|it| undeclared(it)));
            let help = match near {
                Some(near) => format!("name `{near}` as the contract does, or change the contract"),
                None => "select it, or take it out of the contract".to_owned(),
            };
            add(&declared.name, finding.help(help));
            continue;
        };
        let exact = types.and_then(|it| it.iter().find(|it| same(&it.name, &declared.name)));
        let differ = match exact {
            Some(exact) => exact
                .wanted
                .as_ref()
                .filter(|wanted| **wanted != exact.given)
                .map(|wanted| (exact.given.clone(), wanted.clone())),
            None => {
                let wanted = declared.data_type.as_deref().map(SqlType::read);
                let wanted = wanted.unwrap_or_default();
                let differ = sql_type.is_of_another_kind(&wanted);
                differ.then(|| (sql_type.to_string(), wanted.to_string()))
            }
        };
        if let Some((given, wanted)) = differ {
            let message = format!(
                "`{}` is {given}, and {wanted} by the contract",
                declared.name
            );
            let finding = Diagnostic::error(Code::ContractMismatch, message).at(at(*place));
            add(
                &declared.name,
                finding.help("cast it, or change the contract"),
            );
        }
    }
    for (name, _, place) in columns.iter().filter(|it| undeclared(&it.0)) {
        let message = format!("the contract has no column `{name}`");
        let finding = Diagnostic::error(Code::ContractMismatch, message).at(at(*place));
        let help = "add it to the contract, or take it out of the query";
        add(name, finding.help(help));
    }
    findings
}
