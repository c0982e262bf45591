//! `ls`: the selected resources.

use serde_json::Value as Json;

use super::{Exit, Listed, Product, Ready, facts, selected};
use crate::diagnostics::Diagnostic;
use crate::invocation::Invocation;
use crate::nodes::ResourceType;

/// Lists what is selected, in dbt's order.
pub fn list(
    invocation: &Invocation,
    ready: &Ready,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let Some(found) = selected(invocation, ready, findings) else {
        return (Exit::CouldNotRun, Product::None);
    };
    let kinds = facts::resource_types(invocation);
    let mut listed: Vec<Listed> = Vec::new();
    for index in found {
        let id = ready.graph.id(index);
        let resources = &ready.resources;
        if let Some(node) = resources.nodes.get(id) {
            if kinds.contains(&node.resource_type) {
                listed.push(Listed {
                    name: node.search_name(),
                    selector: node.fqn.join("."),
                    path: node.original_file_path.clone(),
                    json: serde_json::to_value(&**node).unwrap_or_default(),
                });
            }
        } else if let Some(source) = resources.sources.get(id) {
            if kinds.contains(&ResourceType::Source) {
                listed.push(Listed {
                    name: format!("{}.{}", source.source_name, source.name),
                    selector: format!(
                        "source:{}.{}.{}",
                        source.package_name, source.source_name, source.name
                    ),
                    path: source.original_file_path.clone(),
                    json: serde_json::to_value(&**source).unwrap_or_default(),
                });
            }
        } else if let Some(exposure) = resources.exposures.get(id)
            && kinds.contains(&ResourceType::Exposure)
        {
            listed.push(Listed {
                name: exposure.name.clone(),
                selector: format!("exposure:{}.{}", exposure.package_name, exposure.name),
                path: exposure.original_file_path.clone(),
                json: serde_json::to_value(&**exposure).unwrap_or_default(),
            });
        }
    }
    // dbt's order.
    let id = |it: &Listed| {
        it.json
            .get("unique_id")
            .and_then(Json::as_str)
            .map(str::to_owned)
    };
    listed.sort_by_key(id);
    (Exit::Done, Product::Listed(listed))
}
