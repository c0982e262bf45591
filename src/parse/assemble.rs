//! Nodes → resources: enabled and disabled apart, none twice.

use std::sync::Arc;

use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Node, ResourceType, Resources};

/// Takes up nodes in order.
pub(super) fn nodes(
    resources: &mut Resources,
    read: Vec<(Option<Node>, Vec<Diagnostic>)>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (node, findings) in read {
        diagnostics.extend(findings);
        let Some(node) = node else { continue };
        let id = node.unique_id.clone();
        if !node.config.enabled() {
            resources
                .disabled
                .entry(id)
                .or_default()
                .push(Arc::new(node));
            continue;
        }
        if let Some(first) = resources.nodes.get(&id) {
            diagnostics.push(twice(first, &node));
            continue;
        }
        resources.nodes.insert(id, Arc::new(node));
    }
}

fn twice(first: &Node, second: &Node) -> Diagnostic {
    let (kind, help) = match second.resource_type {
        ResourceType::Test => (
            "data test",
            "remove one of the tests, or give one of them a `name:`",
        ),
        kind => (kind.as_str(), "rename one of them"),
    };
    let message = format!("two {kind}s are named `{}`", second.name);
    Diagnostic::error(Code::DuplicateName, message)
        .label(second.file_or_entry(), "the second one")
        .label(first.file_or_entry(), "the first one")
        .help(help)
}
