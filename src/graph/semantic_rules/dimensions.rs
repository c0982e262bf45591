//! Dimensions of one name are alike, and defaults name dimensions of time.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::{Layer, has_time_dimension, text, wrong};
use crate::diagnostics::{Diagnostic, did_you_mean};
use crate::nodes::Semantic;
use crate::text::Location;

pub(super) fn check(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    for it in &layer.models {
        let name = text(it.field("defaults"), "agg_time_dimension");
        if !name.is_empty() && !has_time_dimension(it, name) {
            let at = it.place("/defaults/agg_time_dimension");
            findings.push(no_time_dimension(it, name, at));
        }
    }
    alike(layer, findings);
}

/// Says that a name is not that of a dimension of time.
pub(super) fn no_time_dimension(it: &Semantic, name: &str, at: Location) -> Diagnostic {
    let message = format!(
        "`{name}` is not a dimension of time of the semantic model `{}`",
        it.name
    );
    let times = it
        .objects("dimensions")
        .filter(|(_, it)| it["type"] == "time");
    let names: Vec<&str> = times.map(|(_, it)| text(it, "name")).collect();
    let help = match did_you_mean(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => "add a dimension with `type: time`".to_owned(),
        None => format!("name one of {}", names.join(", ")),
    };
    wrong(at, message, &help)
}

fn alike(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, (&Json, Location)> = HashMap::new();
    for it in &layer.models {
        for (pointer, dimension) in it.objects("dimensions") {
            let name = text(dimension, "name");
            let place = |key: &str| it.place(&format!("{pointer}/{key}"));
            let Some((first, at)) = seen.get(name) else {
                seen.insert(name, (dimension, place("name")));
                continue;
            };
            for key in ["type", "is_partition"] {
                if first[key] == dimension[key] {
                    continue;
                }
                let shown = |it: &Json| it.as_str().map_or(it.to_string(), str::to_owned);
                let message = format!(
                    "the dimension `{name}` has `{key}: {}` here and `{key}: {}` elsewhere",
                    shown(&dimension[key]),
                    shown(&first[key])
                );
                let finding = wrong(place(key), message, "write the same in both, or rename one");
                findings.push(finding.label(*at, "the other one"));
            }
        }
    }
}
