//! `ls`: the selected resources.

use serde_json::Value as Json;

use super::{Exit, Listed, Product, Ready, exit_of, facts, selected};
use crate::diagnostics::{Code, Diagnostic};
use crate::invocation::Invocation;
use crate::nodes::{Node, Resource};

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
    let found = found
        .iter()
        .filter_map(|index| ready.resources.get(ready.graph.id(*index)));
    let mut listed: Vec<Listed> = found
        .filter(|it| kinds.contains(&it.resource_type()))
        .filter(|it| !it.node().is_some_and(Node::calls_a_tested_macro))
        .map(listed)
        .collect();
    // dbt's order.
    let id = |it: &Listed| {
        it.json
            .get("unique_id")
            .and_then(Json::as_str)
            .map(str::to_owned)
    };
    listed.sort_by_key(id);
    if listed.is_empty() {
        let message = "No nodes selected!";
        findings.push(Diagnostic::warning(Code::NothingToDo, message));
        ready.facts.base.warnings.judge(findings);
    }
    (exit_of(findings), Product::Listed(listed))
}

fn listed(resource: Resource<'_>) -> Listed {
    let (name, selector) = match resource {
        Resource::Node(it) => (it.search_name(), it.fqn.join(".")),
        Resource::Source(it) => {
            let name = it.search_name();
            let selector = format!("source:{}.{name}", it.package_name);
            (name, selector)
        }
        Resource::UnitTest(it) => {
            let selector = format!("unit_test:{}.{}", it.package_name, it.versioned_name());
            (it.name.clone(), selector)
        }
        Resource::Exposure(_) | Resource::Semantic(_) => {
            let (kind, name) = (resource.resource_type(), resource.name().to_owned());
            let selector = format!("{kind}:{}.{name}", resource.package());
            (name, selector)
        }
    };
    Listed {
        name,
        selector,
        path: resource.file().to_owned(),
        json: resource.to_json(),
    }
}
