//! What dbt-semantic-interfaces asks of semantic models, metrics and saved queries: one file per
//! subject.
//!
//! In: resources whose references are resolved. Out: findings at the bytes in the properties
//! files. dbt checks only where there are metrics and semantic models.

mod dimensions;
mod entities;
mod filters;
mod labels;
mod measures;
mod metric_inputs;
mod metrics;
mod names;
mod saved_queries;
mod time_spines;
mod validity;
mod windows;

use serde_json::Value as Json;

use super::GraphOptions;
use crate::artifacts::is_legacy_time_spine;
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Node, ResourceType, Resources, Semantic};
use crate::text::Location;

/// Units of time, the smallest first.
pub(super) const GRAINS: [&str; 11] = [
    "nanosecond",
    "microsecond",
    "millisecond",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
];

/// The semantic layer of a project.
struct Layer<'a> {
    models: Vec<&'a Semantic>,
    metrics: Vec<&'a Semantic>,
    queries: Vec<&'a Semantic>,
    spines: Vec<&'a Node>,
    options: &'a GraphOptions,
    /// The model that is a time spine by its name alone.
    legacy_spine: Option<&'a Node>,
}

type Rule = fn(&Layer<'_>, &mut Vec<Diagnostic>);

/// All rules, in the order in which their findings come at one place.
const RULES: &[Rule] = &[
    names::check,
    entities::check,
    dimensions::check,
    validity::check,
    measures::check,
    labels::check,
    metrics::check,
    metric_inputs::check,
    filters::check,
    saved_queries::check,
    time_spines::check,
];

/// Checks the semantic layer.
pub(super) fn check(resources: &Resources, options: &GraphOptions) -> Vec<Diagnostic> {
    let all = |kind| resources.semantic_of(kind).map(|(_, it)| &**it).collect();
    let nodes = resources.nodes.values().map(|it| &**it);
    let is_spine = |it: &&Node| it.as_model().is_some_and(|it| it.time_spine.is_some());
    let layer = Layer {
        models: all(ResourceType::SemanticModel),
        metrics: all(ResourceType::Metric),
        queries: all(ResourceType::SavedQuery),
        spines: nodes.clone().filter(is_spine).collect(),
        options,
        legacy_spine: nodes.clone().find(|it| is_legacy_time_spine(it)),
    };
    let mut findings = Vec::new();
    if layer.models.is_empty() {
        return findings;
    }
    time_spines::check_presence(&layer, &mut findings);
    if !layer.metrics.is_empty() {
        for rule in RULES {
            rule(&layer, &mut findings);
        }
    }
    findings
}

impl Layer<'_> {
    /// Lists the granularities that time spines define.
    fn custom_granularities(&self) -> Vec<&str> {
        let mut found = Vec::new();
        for node in &self.spines {
            let spine = node.as_model().and_then(|it| it.time_spine.as_ref());
            let granularities = spine.and_then(|it| it.get("custom_granularities")?.as_array());
            let names = granularities.into_iter().flatten();
            found.extend(names.filter_map(|it| it["name"].as_str()));
        }
        found
    }
}

/// Makes an error.
fn wrong(at: Location, message: String, help: &str) -> Diagnostic {
    Diagnostic::error(Code::InvalidSemantics, message)
        .at(at)
        .help(help)
}

/// Makes a warning.
fn odd(at: Location, message: String, help: &str) -> Diagnostic {
    Diagnostic::warning(Code::InvalidSemantics, message)
        .at(at)
        .help(help)
}

/// Returns a text; empty where there is none.
fn text<'a>(value: &'a Json, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Finds an object of a list by its name.
fn named<'a>(it: &'a Semantic, list: &str, name: &str) -> Option<&'a Json> {
    it.objects(list)
        .map(|(_, it)| it)
        .find(|it| it["name"] == name)
}

/// Tells whether a semantic model has a dimension of time under a name.
fn has_time_dimension(it: &Semantic, name: &str) -> bool {
    let mut dimensions = it.objects("dimensions");
    dimensions.any(|(_, it)| it["name"] == name && it["type"] == "time")
}
