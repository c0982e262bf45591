//! How many resources there are and how many ran, in dbt's words.

use std::collections::BTreeMap;

use crate::nodes::{ResourceType, Resources};
use crate::plan::Plan;

/// Counts resources in dbt's words and order: `models`, `seeds` …
pub(super) fn found(resources: &Resources) -> Vec<(usize, &'static str)> {
    let of = |kind: ResourceType| {
        resources
            .nodes
            .values()
            .filter(|node| node.resource_type == kind)
            .count()
    };
    let counted = [
        (of(ResourceType::Model), "model"),
        (of(ResourceType::Analysis), "analysis"),
        (of(ResourceType::Seed), "seed"),
        (of(ResourceType::Snapshot), "snapshot"),
        (of(ResourceType::Operation), "operation"),
        (of(ResourceType::Test), "data test"),
        (resources.sources.len(), "source"),
        (resources.exposures.len(), "exposure"),
        (resources.macros.len(), "macro"),
        (resources.groups.len(), "group"),
    ];
    counted
        .into_iter()
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
    counts
        .into_iter()
        .map(|(kind, count)| (count, kind))
        .collect()
}
