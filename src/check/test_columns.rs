//! Columns that dbt's own data tests name and that are not there, and what they have to say and do not.

use serde_json::Value as Json;

use super::{CheckInput, Finding, Wanted, unknown_column};
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{DataTest, Node, UniqueId};

/// Tests whose SQL is known: they read the column that they stand at.
const TESTS: [&str; 4] = ["accepted_values", "not_null", "relationships", "unique"];

/// Finds tests that would fail since a column is not there.
pub(super) fn find(input: &CheckInput<'_>, is_wanted: Wanted<'_>) -> Vec<Finding> {
    let tests = input.resources.nodes.values();
    let tests = tests.filter_map(|node| Some((node, node.as_generic_test()?)));
    let tests = tests.filter(|(node, test)| {
        let is_own = test.namespace.as_deref().is_none_or(|it| it == "dbt");
        is_own && TESTS.contains(&test.name.as_str()) && is_wanted(&node.unique_id)
    });
    let found = tests.flat_map(|(node, test)| {
        let lacking = lacking(node, test, input);
        let own = named(test, "column_name").zip(test.attached_node.as_ref());
        let other = named(test, "field").zip(other(node, test));
        let missing = [own, other].into_iter().flatten();
        let missing = missing.filter_map(|(column, id)| finding(input, node, test, (column, id)));
        missing.chain(lacking).collect::<Vec<_>>()
    });
    found.collect()
}

/// Finds an argument without which the SQL of a test is none. A project's own test of the name may do without.
fn lacking(node: &Node, test: &DataTest, input: &CheckInput<'_>) -> Option<Finding> {
    let needed: &[&str] = match test.name.as_str() {
        "accepted_values" => &["values"],
        "relationships" => &["to", "field"],
        _ => &[],
    };
    let own = format!("macro.{}.test_{}", input.root_package, test.name);
    if input.resources.macros.contains_key(own.as_str()) {
        return None;
    }
    let is_said = |key: &str| match test.kwargs.get(key) {
        None | Some(Json::Null) => false,
        Some(Json::Array(values)) => !values.is_empty(),
        Some(_) => true,
    };
    let key = needed.iter().find(|it| !is_said(it))?;
    let message = format!("`{}` has no `{key}`", test.name);
    let finding = Diagnostic::error(Code::InvalidDataTest, message).at(node.location);
    let help = format!("add `{key}` to its `arguments`");
    Some(Finding::of(node, finding.help(help)))
}

/// Returns an argument that is the name of a column.
fn named<'t>(test: &'t DataTest, key: &str) -> Option<&'t str> {
    let name = test.kwargs.get(key)?.as_str()?;
    let is_name = |it: char| it.is_alphanumeric() || it == '_';
    name.chars().all(is_name).then_some(name)
}

/// Returns the relation that `relationships` reads beside its own.
fn other<'n>(node: &'n Node, test: &DataTest) -> Option<&'n UniqueId> {
    let needs = node.depends_on.nodes.iter();
    let mut others = needs.filter(|id| Some(*id) != test.attached_node.as_ref());
    let other = others.next()?;
    others.next().is_none().then_some(other)
}

fn finding(
    input: &CheckInput<'_>,
    node: &Node,
    test: &DataTest,
    (column, id): (&str, &UniqueId),
) -> Option<Finding> {
    let columns = input.lineage.certain(id).filter(|it| it.is_complete)?;
    let names: Vec<String> = columns.columns.keys().cloned().collect();
    if names.iter().any(|it| it.eq_ignore_ascii_case(column)) {
        return None;
    }
    let relation = input.resources.get(id)?.name();
    let message = format!(
        "`{}` tests a column `{column}`, which `{relation}` does not have",
        test.name
    );
    let finding = Diagnostic::error(Code::UnknownColumn, message).at(node.location);
    Some(Finding::of(
        node,
        unknown_column::helped(finding, column, &names),
    ))
}
