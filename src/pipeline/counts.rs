//! How many resources there are and how many ran, in dbt's words.

use std::collections::BTreeMap;

use crate::nodes::{Details, Node, ResourceType, Resources};
use crate::plan::{Action, Plan};

/// Counts resources in dbt's words and order: `models`, `seeds` …
pub(super) fn found(resources: &Resources) -> Vec<(usize, &'static str)> {
    let of = |kind: ResourceType| {
        let enabled = resources.nodes.values().filter(|it| it.config.enabled());
        enabled.filter(|it| it.resource_type == kind).count()
    };
    let singular = |node: &Node| matches!(node.details, Details::DataTest { generic: None });
    let mut nodes = vec![
        (of(ResourceType::Model), "model"),
        (of(ResourceType::Snapshot), "snapshot"),
        (of(ResourceType::Analysis), "analysis"),
        (of(ResourceType::Seed), "seed"),
        (of(ResourceType::Operation), "operation"),
    ];
    // dbt reads singular tests before seeds, and generic ones last.
    let place = match resources.nodes.values().any(|it| singular(it)) {
        true => 3,
        false => nodes.len(),
    };
    nodes.insert(place, (of(ResourceType::Test), "data test"));
    let others = [
        (resources.sources.len(), "source"),
        (resources.exposures.len(), "exposure"),
        (resources.macros.len(), "macro"),
        (resources.groups.len(), "group"),
        (resources.unit_tests.len(), "unit test"),
    ];
    nodes
        .into_iter()
        .chain(others)
        .filter(|(count, _)| *count > 0)
        .collect()
}

/// Counts what ran: `2 view models`, `4 data tests` …
pub(super) fn ran(plan: &Plan, resources: &Resources) -> Vec<(usize, String)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let hooks = plan.on_run_start.iter().chain(&plan.on_run_end);
    let steps = plan
        .steps
        .iter()
        .filter(|step| step.visible)
        .map(|step| &step.node);
    for node in steps.chain(hooks).filter_map(|id| resources.nodes.get(id)) {
        let kind = match node.resource_type {
            ResourceType::Model => format!("{} model", node.config.materialized()),
            ResourceType::Test => "data test".to_owned(),
            ResourceType::Operation => "project hook".to_owned(),
            kind => kind.as_str().to_owned(),
        };
        *counts.entry(kind).or_default() += 1;
    }
    let unit_tests = plan
        .steps
        .iter()
        .filter(|step| step.action == Action::UnitTest);
    let unit_tests = unit_tests.count();
    if unit_tests > 0 {
        counts.insert("unit test".to_owned(), unit_tests);
    }
    counts
        .into_iter()
        .map(|(kind, count)| (count, kind))
        .collect()
}
