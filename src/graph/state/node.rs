//! Models, seeds, snapshots, data tests, analyses.

use serde_json::{Value as Json, json};

use super::equal::equal;
use super::{Pair, config};
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Details, Resource, ResourceType};

/// Tells whether a node is the same, macros and contract aside.
pub(super) fn same(pair: &Pair<'_>) -> bool {
    let Resource::Node(node) = pair.resource else {
        return true;
    };
    if node.as_generic_test().is_some() {
        return config::same(pair) && pair.same(&["fqn"]);
    }
    let reference = node.as_model().is_none() || same_reference(pair);
    same_body(pair)
        && config::same(pair)
        && same_persisted_description(pair)
        && pair.same(&["fqn"])
        && same_place(pair)
        && reference
}

/// Compares templates; of seeds, the fingerprints of the files, and of generated models those of template and row.
pub(super) fn same_body(pair: &Pair<'_>) -> bool {
    let is_generated = pair.resource.node().is_some_and(|it| it.row.is_some());
    match pair.resource.resource_type() {
        ResourceType::Seed => pair.same(&["checksum"]),
        _ if is_generated => pair.same(&["checksum"]),
        _ => pair.same(&["raw_code"]),
    }
}

/// Warns of a seed that is too large for a fingerprint.
pub(super) fn large_seed(pair: &Pair<'_>) -> Option<Diagnostic> {
    let Resource::Node(node) = pair.resource else {
        return None;
    };
    if !matches!(node.details, Details::Seed { .. }) || node.checksum.name != "path" {
        return None;
    }
    let name = &node.name;
    let message = if pair.old["checksum"]["name"] != "path" {
        format!("the seed `{name}` is larger than 1MB and was not: it counts as changed")
    } else if same_body(pair) {
        format!("the seed `{name}` is larger than 1MB: nobody can tell whether it has changed")
    } else {
        format!("the seed `{name}` is larger than 1MB and its file has moved: it counts as changed")
    };
    let help = "select it by name if it has changed";
    let finding = Diagnostic::warning(Code::SeedNotCompared, message).at(node.file_or_entry());
    Some(finding.help(help))
}

/// Compares descriptions where they go to the database.
pub(super) fn same_persisted_description(pair: &Pair<'_>) -> bool {
    if pair.resource.resource_type() == ResourceType::Test {
        return true;
    }
    let persisted = &pair.new["config"]["persist_docs"];
    let goes = |what: &str| {
        let value = persisted.get(what);
        value.is_some_and(|it| !matches!(it, Json::Null | Json::Bool(false)))
    };
    let columns = |side: &Json| -> Json {
        let columns = side["columns"].as_object().cloned().unwrap_or_default();
        let described = columns.into_iter();
        described
            .map(|(name, column)| (name, column["description"].clone()))
            .collect()
    };
    (!goes("relation") || pair.same(&["description"]))
        && (!goes("columns") || equal(&columns(&pair.new), &columns(pair.old)))
}

/// Compares database, schema and alias as written.
pub(super) fn same_place(pair: &Pair<'_>) -> bool {
    let written = |side: &Json, key: &str| side["unrendered_config"][key].clone();
    let mut keys = ["database", "schema", "alias"].into_iter();
    keys.all(|key| equal(&written(&pair.new, key), &written(pair.old, key)))
}

/// Compares what others' references depend on.
fn same_reference(pair: &Pair<'_>) -> bool {
    let access = |side: &Json| match &side["access"] {
        Json::Null => json!("protected"),
        access => access.clone(),
    };
    pair.same(&["latest_version", "deprecation_date"]) && access(&pair.new) == access(pair.old)
}
