//! How many resources there are and how many ran, in dbt's words.

use std::collections::BTreeMap;

use crate::nodes::{Details, Node, ResourceType, Resources};
use crate::plan::Plan;

/// Counts resources in dbt's words and order: `models`, `seeds` …
pub(super) fn found(resources: &Resources) -> Vec<(usize, String)> {
    let of = |kind: ResourceType| {
        let enabled = resources.nodes.values().filter(|it| it.config.enabled());
        let own = enabled.filter(|it| !it.calls_a_tested_macro());
        own.filter(|it| it.resource_type == kind).count()
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
    let semantic = |kind| resources.semantic_of(kind).count();
    let others = [
        (resources.sources.len(), "source"),
        (resources.exposures.len(), "exposure"),
        (semantic(ResourceType::Metric), "metric"),
        (resources.macros.len(), "macro"),
        (resources.groups.len(), "group"),
        (semantic(ResourceType::SavedQuery), "saved query"),
        (semantic(ResourceType::SemanticModel), "semantic model"),
        (resources.unit_tests.len(), "unit test"),
    ];
    nodes
        .into_iter()
        .chain(others)
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| (count, word.to_owned()))
        .collect()
}

/// Counts what ran: `2 view models`, `4 data tests` …
pub(super) fn ran(plan: &Plan, resources: &Resources) -> Vec<(usize, String)> {
    // dbt sorts by its own words, in which a data test is a test.
    let mut counts: BTreeMap<(String, &str), usize> = BTreeMap::new();
    let hooks = plan.on_run_start.iter().chain(&plan.on_run_end);
    let steps = plan
        .steps
        .iter()
        .filter(|step| step.visible)
        .map(|step| &step.node);
    for id in steps.chain(hooks) {
        let Some(resource) = resources.get(id) else {
            continue;
        };
        let kind = match resource.resource_type() {
            ResourceType::Model => (resource.config().materialized().to_owned(), " model"),
            ResourceType::Operation => ("project".to_owned(), " hook"),
            kind => (kind.as_str().replace('_', " "), ""),
        };
        *counts.entry(kind).or_default() += 1;
    }
    let shown = |((kind, rest), count): ((String, &str), usize)| match kind.as_str() {
        "test" => (count, "data test".to_owned()),
        // A materialization is told with blanks in its name: `table function`.
        _ => (count, format!("{}{rest}", kind.replace('_', " "))),
    };
    counts.into_iter().map(shown).collect()
}
