//! A setting of a model or a snapshot that names a column which it does not have.

use serde_json::Value as Json;

use super::{CheckInput, Finding, Wanted, unknown_column};
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Node, ResourceType};
use crate::text::{Location, Span};

/// Settings of incremental models by which rows are written.
const OF_INCREMENTAL: &[&str] = &["unique_key", "updated_at", "merge_update_columns"];
/// Strategies that read them.
const STRATEGIES: &[&str] = &["delete+insert", "merge", "scd2"];
/// Settings of snapshots.
const OF_SNAPSHOT: &[&str] = &["unique_key", "updated_at", "check_cols"];
/// Settings that not every engine reads.
const OF_TABLE: &[&str] = &["event_time", "partition_by", "cluster_by"];

/// Finds them where all columns are known.
pub(super) fn find(input: &CheckInput<'_>, is_wanted: Wanted<'_>) -> Vec<Finding> {
    let nodes = input.resources.nodes.values();
    let looked_at = nodes.filter(|it| {
        let is_own = it.package_name == input.root_package;
        is_own && is_wanted(&it.unique_id)
    });
    looked_at.flat_map(|it| of_node(it, input)).collect()
}

fn of_node(node: &Node, input: &CheckInput<'_>) -> Vec<Finding> {
    let columns = input.lineage.certain(&node.unique_id);
    let Some(columns) = columns.filter(|it| it.is_complete) else {
        return Vec::new();
    };
    let known: Vec<String> = columns.columns.keys().cloned().collect();
    let mut findings = Vec::new();
    for (key, is_read) in settings(node) {
        let Some(value) = node.config.get(key) else {
            continue;
        };
        for name in names(value) {
            let is_all = key == "check_cols" && name == "all";
            let is_known = known.iter().any(|it| it.eq_ignore_ascii_case(name));
            if is_all || is_known || !is_plain(name) {
                continue;
            }
            let own = node.search_name();
            let message = format!("`{key}` of `{own}` is `{name}`, which is no column of it");
            let finding = match is_read {
                true => Diagnostic::error(Code::UnknownKeyColumn, message),
                false => Diagnostic::warning(Code::UnknownKeyColumn, message),
            };
            let finding = finding.at(place(node, key, name, input));
            let finding = unknown_column::helped(finding, name, &known);
            findings.push(Finding::of(node, finding).about(format!("{key}: {name}")));
        }
    }
    findings
}

/// Lists the settings that name columns, and whether every engine reads them.
fn settings(node: &Node) -> Vec<(&'static str, bool)> {
    let read = match (node.resource_type, node.config.materialized()) {
        (ResourceType::Snapshot, _) => OF_SNAPSHOT,
        (ResourceType::Model, "incremental") => {
            let strategy = node.config.str("incremental_strategy");
            match strategy.is_none_or(|it| STRATEGIES.contains(&it)) {
                true => OF_INCREMENTAL,
                false => &[],
            }
        }
        _ => &[],
    };
    let others: &[&str] = match node.resource_type {
        ResourceType::Model => OF_TABLE,
        _ => &[],
    };
    let read = read.iter().map(|it| (*it, true));
    read.chain(others.iter().map(|it| (*it, false))).collect()
}

/// Lists the texts of a setting: one, a list of them, or the `field` of a mapping.
fn names(value: &Json) -> Vec<&str> {
    match value {
        Json::String(one) => vec![one],
        Json::Array(many) => many.iter().filter_map(Json::as_str).collect(),
        Json::Object(fields) => fields
            .get("field")
            .and_then(Json::as_str)
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// Tells whether a text can be nothing but the name of a column.
fn is_plain(text: &str) -> bool {
    let is_inside = |it: char| it.is_alphanumeric() || it == '_';
    text.starts_with(|it: char| it.is_alphabetic() || it == '_') && text.chars().all(is_inside)
}

/// Finds the name in the template, else the entry of the node.
fn place(node: &Node, key: &str, name: &str, input: &CheckInput<'_>) -> Location {
    let Location { file, span } = node.location;
    let text = input.texts.content(file).get(span.range());
    let written = text.filter(|_| !node.is_made()).and_then(|text| {
        let key = text.find(key)?;
        let quoted = ['\'', '"'].map(|it| format!("{it}{name}{it}"));
        let behind = text.get(key..)?;
        // Where the setting itself ends nobody can tell: the first such text behind it counts, as far as the tag goes.
        let tag = behind.get(..behind.find("}}").unwrap_or(behind.len()))?;
        let at = quoted.iter().filter_map(|it| tag.find(it.as_str())).min()?;
        let start = span.start as usize + key + at + 1;
        Some(Location::new(file, Span::new(start, start + name.len())))
    });
    let entry = || node.patch_location.unwrap_or(node.file_or_entry());
    written.unwrap_or_else(entry)
}
