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
    let kind = match second.resource_type {
        ResourceType::Test => "data test",
        kind => kind.as_str(),
    };
    let message = format!(
        "two resources have the unique id `{}`: {} and {}",
        second.unique_id, first.original_file_path, second.original_file_path
    );
    let help = match second.resource_type {
        ResourceType::Test => "remove one of the tests, or give one of them a `name:`",
        _ => "rename one of the files",
    };
    Diagnostic::error(Code::DuplicateName, message)
        .label(second.location, format!("the second {kind}"))
        .label(first.location, format!("the first {kind}"))
        .help(help)
}
