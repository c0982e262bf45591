//! One name, one node; one relation, one node.

use std::collections::HashMap;

use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Node, Resources};

/// Reports nodes that share a name within a package, or a relation.
pub(super) fn check(resources: &Resources) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut names: HashMap<(&str, String), &Node> = HashMap::new();
    let mut relations: HashMap<String, &Node> = HashMap::new();
    let nodes = resources
        .nodes
        .values()
        .filter(|node| node.resource_type.is_refable());
    for node in nodes {
        let name = (node.package_name.as_str(), node.search_name());
        if let Some(first) = names.insert(name, node) {
            diagnostics.push(same_name(first, node));
            continue;
        }
        let Some(relation) = &node.relation_name else {
            continue;
        };
        if let Some(first) = relations.insert(relation.to_lowercase(), node) {
            diagnostics.push(same_relation(relation, first, node));
        }
    }
    diagnostics
}

fn same_name(first: &Node, second: &Node) -> Diagnostic {
    let message = format!(
        "{} {} and {} {} have the same name, `{}`",
        first.resource_type,
        first.original_file_path,
        second.resource_type,
        second.original_file_path,
        second.search_name()
    );
    Diagnostic::error(Code::DuplicateName, message)
        .label(second.file_or_entry(), "the second one")
        .label(first.file_or_entry(), "the first one")
        .help("rename one of them: `ref()` could not tell them apart")
}

fn same_relation(relation: &str, first: &Node, second: &Node) -> Diagnostic {
    let message = format!(
        "{} `{}` and {} `{}` both write {relation}",
        first.resource_type, first.name, second.resource_type, second.name
    );
    Diagnostic::error(Code::DuplicateRelation, message)
        .label(second.file_or_entry(), "the second one")
        .label(first.file_or_entry(), "the first one")
        .help("give one of them another `alias` or `schema`")
}
