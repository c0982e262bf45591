//! Settings that only dsql has: words that are nearly those, and those that stand where they say nothing.
//!
//! dbt takes any key without a word, so what a project itself may mean stays untold.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::Value;

use crate::diagnostics::{Code, Diagnostic, nearly};
use crate::nodes::{
    CHECKPOINT, MAX_QUARANTINED, Node, ON_FAILURE, ResourceType, Resources, SURVIVOR,
};
use crate::text::Location;

/// Of data tests.
const OF_TESTS: [&str; 4] = [MAX_QUARANTINED, ON_FAILURE, "rows_of", SURVIVOR];
/// Of what is built.
const OF_BUILT: [&str; 6] = [
    CHECKPOINT,
    "ledger",
    MAX_QUARANTINED,
    "publish",
    "score_by",
    "versions_kept",
];

/// A warning, and how many nodes have it.
struct Told {
    first: String,
    at: Location,
    help: String,
    nodes: usize,
}

/// Finds settings that are misspelt, misplaced, or no `true` or `false`; each once, however many nodes
/// have it.
pub fn check_settings(resources: &Resources) -> Vec<Diagnostic> {
    let mut near: HashMap<(bool, &str), Option<&str>> = HashMap::new();
    let mut told: IndexMap<String, Told> = IndexMap::new();
    for node in resources.nodes.values().filter(|it| it.config.enabled()) {
        let is_test = node.resource_type == ResourceType::Test;
        for (key, value) in node.config.iter().filter(|(_, it)| !it.is_null()) {
            if node.config.is_known(key) {
                continue;
            }
            let found = wrong(key, value, node).or_else(|| {
                let known = near.entry((is_test, key)).or_insert_with(|| match is_test {
                    true => nearly(key, OF_TESTS),
                    false => nearly(key, OF_BUILT),
                });
                let words = (
                    format!("`{key}` is no setting"),
                    format!("did you mean `{}`?", (*known)?),
                );
                Some(words)
            });
            let Some((message, help)) = found else {
                continue;
            };
            let entry = told.entry(message).or_insert_with(|| Told {
                first: node.name.clone(),
                at: node.patch_location.unwrap_or(node.file_or_entry()),
                help,
                nodes: 0,
            });
            entry.nodes += 1;
        }
    }
    let findings = told.into_iter().map(|(message, told)| {
        let more = match told.nodes - 1 {
            0 => String::new(),
            more => format!(" and of {more} more"),
        };
        let message = format!("{message}: it says nothing of `{}`{more}", told.first);
        let finding = Diagnostic::warning(Code::InvalidConfig, message);
        finding.at(told.at).help(told.help)
    });
    findings.collect()
}

/// Says what is wrong with a setting that is dsql's, and what to write.
fn wrong(key: &str, value: &Value, node: &Node) -> Option<(String, String)> {
    let is_test = node.resource_type == ResourceType::Test;
    let says = |message: String, help: &str| Some((message, help.to_owned()));
    match key {
        "ledger" if !is_test && !value.is_boolean() => says(
            format!("`ledger` cannot be {value}"),
            "write `true` or `false`",
        ),
        ON_FAILURE | SURVIVOR if !is_test => says(
            format!("`{key}` is a setting of data tests"),
            "write it under `config:` of a test, or under `data_tests:` in dbt_project.yml",
        ),
        // What is set for all tests is meant for those that put rows aside.
        MAX_QUARANTINED | SURVIVOR if is_test && !node.quarantines() && node.says(key) => says(
            format!("`{key}` is a setting of tests with `{ON_FAILURE}: quarantine`"),
            "add `on_failure: quarantine`, or leave it out",
        ),
        _ => None,
    }
}
