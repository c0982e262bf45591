//! Contracts and constraints of models: whether they hold together, what foreign keys refer to,
//! and the checksum.

use super::Stage;
use super::call::capture;
use super::properties::Patch;
use super::raw::sha256;
use crate::diagnostics::{Code, Diagnostic};
use crate::jinja::Value;
use crate::jinja::python::repr;
use crate::nodes::{Column, Constraint, Details, Node};
use crate::text::Location;

/// Completes a model that a properties file describes.
pub(super) fn complete(
    node: &mut Node,
    patch: &Patch,
    stage: &Stage<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Details::Model(model) = &node.details else {
        return;
    };
    let location = patch.location;
    let own = model.constraints.clone();
    if node.contract.enforced {
        diagnostics.extend(unfit(node, &own, location));
        diagnostics.extend(patch.gaps.iter().map(|gap| {
            Diagnostic::warning(Code::InvalidProperty, gap.message.clone())
                .at(gap.location)
                .help(gap.help)
        }));
    }
    diagnostics.extend(two_keys(node, &own, location));
    let columns = node.columns.values().flat_map(|it| &it.constraints);
    let targets = own.iter().chain(columns).filter_map(Constraint::target);
    let targets: Vec<String> = targets.map(str::to_owned).collect();
    for target in targets {
        let written = patch.foreign_keys.iter().find(|(to, _)| *to == target);
        let at = written.map_or(location, |(_, at)| *at);
        match references(node, &target, at, stage) {
            Some(captured) => {
                node.refs.extend(captured.refs);
                node.sources.extend(captured.sources);
            }
            None => diagnostics.push(
                Diagnostic::error(
                    Code::InvalidProperty,
                    format!("a foreign key of `{}` refers to `{target}`", node.name),
                )
                .at(at)
                .help("write `to: ref('model')` or `to: source('source', 'table')`"),
            ),
        }
    }
    if node.contract.enforced && node.contract.checksum.is_none() {
        node.contract.checksum = Some(checksum(node, &own));
    }
}

/// Finds what keeps a contract from being enforced.
fn unfit(node: &Node, own: &[Constraint], location: Location) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let columns = node.columns.values().flat_map(|it| &it.constraints);
    let unsupported = own.iter().chain(columns).any(|it| it.warn_unsupported);
    if unsupported && !enforces_constraints(node) {
        let materialized = node.config.str("materialized").unwrap_or("view");
        let message = format!(
            "constraints of `{}` are ignored: it is a {materialized}",
            node.name
        );
        let help = "set `warn_unsupported: false` on the constraint to ignore this warning";
        findings.push(Diagnostic::warning(Code::InvalidProperty, message).help(help));
    }
    if node.columns.is_empty() {
        let message = format!("`{}` has a contract, but no columns", node.name);
        let help = "list the columns and their types under `columns:`";
        findings.push(Diagnostic::error(Code::InvalidProperty, message).help(help));
    }
    if node.language != "sql" {
        let message = format!("`{}` has a contract, but is no SQL", node.name);
        let help = "remove `contract:`: only SQL models have one";
        findings.push(Diagnostic::error(Code::InvalidProperty, message).help(help));
    }
    findings.into_iter().map(|it| it.at(location)).collect()
}

/// Finds primary keys that are declared more than once.
fn two_keys(node: &Node, own: &[Constraint], location: Location) -> Option<Diagnostic> {
    let is_key = |it: &Constraint| it.r#type == "primary_key";
    let keyed = |column: &&Column| column.constraints.iter().any(is_key);
    let columns: Vec<&str> = node
        .columns
        .values()
        .filter(keyed)
        .map(|it| &*it.name)
        .collect();
    let message = match columns.as_slice() {
        [] => return None,
        [_] if own.iter().any(is_key) => {
            format!(
                "`{}` has a primary key of its own and one of a column",
                node.name
            )
        }
        [_] => return None,
        many => {
            let columns = many.join("`, `");
            format!(
                "`{}` has several columns with a primary key: `{columns}`",
                node.name
            )
        }
    };
    let finding = Diagnostic::error(Code::InvalidProperty, message).at(location);
    Some(finding.help("write one constraint `type: primary_key` with `columns:` for the model"))
}

fn references(
    node: &Node,
    target: &str,
    location: Location,
    stage: &Stage<'_>,
) -> Option<crate::jinja::context::Captured> {
    let captured = capture(target, location, &node.package_name, &node.unique_id, stage).ok()?;
    let found = captured.refs.len() + captured.sources.len();
    (found > 0).then_some(captured)
}

fn enforces_constraints(node: &Node) -> bool {
    matches!(
        node.config.str("materialized"),
        Some("table" | "incremental")
    )
}

/// Digests names, types and constraints as dbt does: over what Python prints of them.
fn checksum(node: &Node, own: &[Constraint]) -> String {
    let mut columns: Vec<&Column> = node.columns.values().collect();
    columns.sort_by(|one, other| one.name.cmp(&other.name));
    let mut text = String::new();
    for column in columns {
        let data_type = column.data_type.as_deref().unwrap_or("None");
        text.push_str(&format!("|{}{data_type}", column.name));
        text.push_str(&printed("ColumnLevelConstraint", &column.constraints));
    }
    if enforces_constraints(node) {
        text.push_str(node.config.str("materialized").unwrap_or_default());
        text.push_str(&printed("ModelLevelConstraint", own));
    }
    sha256(&text).checksum
}

fn printed(class: &str, constraints: &[Constraint]) -> String {
    let one = |text: &str| repr(&Value::from(text));
    let text = |text: &Option<String>| text.as_deref().map_or("None".to_owned(), one);
    let list = |texts: &[String]| {
        let texts: Vec<_> = texts.iter().map(|it| one(it)).collect();
        format!("[{}]", texts.join(", "))
    };
    let truth = |truth| if truth { "True" } else { "False" };
    let print = |it: &Constraint| {
        let columns = match class {
            "ModelLevelConstraint" => {
                format!(
                    ", columns={}",
                    list(it.columns.as_deref().unwrap_or_default())
                )
            }
            _ => String::new(),
        };
        format!(
            "{class}(type=<ConstraintType.{kind}: '{kind}'>, name={}, expression={}, \
             warn_unenforced={}, warn_unsupported={}, to={}, to_columns={}{columns})",
            text(&it.name),
            text(&it.expression),
            truth(it.warn_unenforced),
            truth(it.warn_unsupported),
            text(&it.to),
            list(&it.to_columns),
            kind = it.r#type,
        )
    };
    let printed: Vec<_> = constraints.iter().map(print).collect();
    format!("[{}]", printed.join(", "))
}
