//! Time spines: models with one row for each moment.

use std::collections::{HashMap, HashSet};

use serde_json::Value as Json;

use super::names::{ELEMENTS, valid};
use super::{GRAINS, Layer, odd, text, wrong};
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::Node;
use crate::text::Location;

/// Semantic models need a time spine by day or finer.
pub(super) fn check_presence(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    let day = rank("day");
    let mut grains = layer.spines.iter().filter_map(|it| rank(grain(it)?));
    if grains.any(|it| Some(it) <= day) || layer.legacy_spine.is_some() {
        return;
    }
    let Some(first) = layer.models.first() else {
        return;
    };
    let message = "semantic models need a time spine by day or finer, and the project has none";
    let help = "add a model with one row a day and, in its properties, `time_spine: \
                {standard_granularity_column: date_day}` and the column with `granularity: day`";
    findings.push(wrong(first.location, message.to_owned(), help));
}

pub(super) fn check(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    custom(layer, findings);
    legacy(layer, findings);
    twice(layer, findings);
    coarse(layer, findings);
}

fn place(node: &Node) -> Location {
    node.patch_location.unwrap_or(node.location)
}

/// Returns the granularity of a time spine.
fn grain(node: &Node) -> Option<&str> {
    let spine = node.as_model()?.time_spine.as_ref()?;
    let column = spine.get("standard_granularity_column")?.as_str()?;
    node.columns.get(column)?.granularity.as_deref()
}

fn rank(grain: &str) -> Option<usize> {
    GRAINS.iter().position(|it| *it == grain)
}

/// A time spine that is not declared as one.
fn legacy(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    let by_day = layer.spines.iter().any(|it| grain(it) == Some("day"));
    let Some(node) = layer.legacy_spine else {
        return;
    };
    if by_day || layer.options.time_spines_in_yaml {
        return;
    }
    let message = "`metricflow_time_spine` is a time spine by its name alone, which is deprecated";
    let help = "add `time_spine: {standard_granularity_column: date_day}` to its properties, and \
                `granularity: day` to the column";
    let finding = Diagnostic::warning(Code::DeprecatedKey, message);
    findings.push(finding.at(node.file_or_entry()).help(help));
}

/// Names of granularities are valid and mean nothing else.
fn custom(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    let mut taken: HashMap<&str, &str> = HashMap::new();
    for it in &layer.models {
        for (list, what) in ELEMENTS {
            taken.extend(it.objects(list).map(|(_, it)| (text(it, "name"), what)));
        }
    }
    taken.extend(layer.metrics.iter().map(|it| (it.name.as_str(), "metric")));
    taken.extend(
        layer
            .models
            .iter()
            .map(|it| (it.name.as_str(), "semantic model")),
    );
    let mut seen = HashSet::new();
    for node in &layer.spines {
        let spine = node.as_model().and_then(|it| it.time_spine.as_ref());
        let granularities = spine.and_then(|it| it.get("custom_granularities")?.as_array());
        for granularity in granularities.into_iter().flatten() {
            let name = text(granularity, "name");
            valid(name, place(node), findings);
            if let Some(what) = taken.get(name) {
                let message =
                    format!("the granularity `{name}` is called like the {what} `{name}`");
                findings.push(wrong(place(node), message, "rename one of them"));
            }
            if !seen.insert(name) {
                let message = format!("the granularity `{name}` is defined twice");
                findings.push(wrong(place(node), message, "rename one of them"));
            }
        }
    }
}

fn twice(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, &Node> = HashMap::new();
    for node in &layer.spines {
        let Some(grain) = grain(node) else { continue };
        match seen.get(grain) {
            Some(first) => {
                let message = format!(
                    "`{}` and `{}` are both time spines by {grain}",
                    first.name, node.name
                );
                let finding = odd(
                    place(node),
                    message,
                    "keep one time spine of each granularity",
                );
                findings.push(finding.label(place(first), "the other one"));
            }
            None => {
                seen.insert(grain, node);
            }
        }
    }
}

/// Dimensions finer than all time spines.
fn coarse(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(finest) = layer.spines.iter().filter_map(|it| rank(grain(it)?)).min() else {
        return;
    };
    let dimensions = layer.models.iter().flat_map(|it| {
        let grained = it.objects("dimensions").filter_map(|(pointer, dimension)| {
            let grain: &Json = &dimension["type_params"]["time_granularity"];
            Some((
                rank(grain.as_str()?)?,
                it.place(&format!("{pointer}/type_params/time_granularity")),
            ))
        });
        grained.collect::<Vec<_>>()
    });
    if let Some((dimension, at)) = dimensions.min_by_key(|it| it.0).filter(|it| it.0 < finest) {
        let message = format!(
            "a dimension by {} is finer than all time spines, of which the finest is by {}",
            GRAINS[dimension], GRAINS[finest]
        );
        let help = format!("add a time spine by {}", GRAINS[dimension]);
        findings.push(odd(at, message, &help));
    }
}
