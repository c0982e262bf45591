//! One name, one node; one relation, one node.

use std::collections::HashMap;

use super::GraphOptions;
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::nodes::{Node, Resources};

/// Reports nodes that share a name within a package, or a relation.
pub(super) fn check(resources: &Resources, options: &GraphOptions) -> Vec<Diagnostic> {
    let mut diagnostics = spaces(resources, options);
    let mut names: HashMap<(&str, String), &Node> = HashMap::new();
    let mut relations: HashMap<String, &Node> = HashMap::new();
    // By name: one with a version, one without.
    let mut kinds: HashMap<(&str, &str), [Option<&Node>; 2]> = HashMap::new();
    let nodes = resources
        .nodes
        .values()
        .filter(|node| node.resource_type.is_refable());
    for node in nodes {
        let name = (node.package_name.as_str(), node.search_name());
        if let Some(first) = names.insert(name, node) {
            let mut finding = same_name(first, node);
            if !options.unique_names {
                finding.severity = Severity::Warning;
            }
            diagnostics.push(finding);
            if options.unique_names {
                continue;
            }
        }
        let kind = kinds.entry((&node.package_name, &node.name)).or_default();
        kind[usize::from(node.version().is_some())].get_or_insert(node);
        if let [Some(plain), Some(versioned)] = *kind {
            diagnostics.extend(half_versioned(plain, versioned, node));
        }
        let Some(relation) = &node.relation_name else {
            continue;
        };
        if let Some(first) = relations.insert(relation.to_lowercase(), node) {
            let mut finding = same_relation(relation, first, node);
            // dbt takes them for two, and the second to be built fails.
            if first.relation_name != node.relation_name {
                finding.severity = Severity::Warning;
            }
            diagnostics.push(finding);
        }
    }
    diagnostics
}

/// Reports names with blanks.
fn spaces(resources: &Resources, options: &GraphOptions) -> Vec<Diagnostic> {
    let nodes = resources.nodes.values();
    let finding = |node: &Node| {
        let message = format!(
            "the name of {} `{}` contains a blank",
            node.resource_type, node.name
        );
        let finding = match options.no_spaces_in_names {
            true => Diagnostic::error(Code::InvalidName, message),
            false => Diagnostic::warning(Code::InvalidName, message),
        };
        let name = node.name.replace(' ', "_");
        finding
            .at(node.file_or_entry())
            .help(format!("rename it: `{name}`"))
    };
    let named = nodes.filter(|node| node.name.contains(' '));
    named.map(|node| finding(node)).collect()
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
        .help("rename one of them: `ref()` finds the second")
}

/// Tells of a name with and without versions, at the node that makes it so.
fn half_versioned(plain: &Node, versioned: &Node, at: &Node) -> Option<Diagnostic> {
    let makes_it_so = std::ptr::eq(plain, at) || std::ptr::eq(versioned, at);
    let message = format!(
        "model `{}` has versions, and there is one without",
        plain.name
    );
    let help = "rename it, or list it as a version with `defined_in:`";
    makes_it_so.then(|| {
        Diagnostic::error(Code::DuplicateName, message)
            .label(plain.file_or_entry(), "has no version")
            .label(versioned.file_or_entry(), "is a version")
            .help(help)
    })
}

fn same_relation(relation: &str, first: &Node, second: &Node) -> Diagnostic {
    let message = format!(
        "{} `{}` and {} `{}` both write {relation}",
        first.resource_type,
        first.search_name(),
        second.resource_type,
        second.search_name()
    );
    Diagnostic::error(Code::DuplicateRelation, message)
        .label(second.file_or_entry(), "the second one")
        .label(first.file_or_entry(), "the first one")
        .help("give one of them another `alias` or `schema`")
}
