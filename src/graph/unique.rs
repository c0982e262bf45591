//! One name, one node; one relation, one node.

use std::collections::HashMap;

use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Node, ResourceType, Resources};

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
        "two resources of package `{}` are named `{}`: {} and {}",
        second.package_name,
        second.search_name(),
        described(first),
        described(second)
    );
    Diagnostic::error(Code::DuplicateName, message)
        .label(second.location, "the second one")
        .label(first.location, "the first one")
        .help("rename one of the files; `ref()` could not tell them apart")
}

fn same_relation(relation: &str, first: &Node, second: &Node) -> Diagnostic {
    let message = format!(
        "{} and {} both write {relation}",
        described(first),
        described(second)
    );
    Diagnostic::error(Code::DuplicateRelation, message)
        .label(second.location, "the second one")
        .label(first.location, "the first one")
        .help("give one of them another `alias` or `schema`")
}

fn described(node: &Node) -> String {
    let kind = match node.resource_type {
        ResourceType::Seed => "seed",
        ResourceType::Snapshot => "snapshot",
        _ => "model",
    };
    format!("{kind} {}", node.original_file_path)
}
