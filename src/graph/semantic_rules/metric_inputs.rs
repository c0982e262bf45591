//! Measures of metrics are told apart by aliases.

use std::collections::{HashMap, HashSet};

use serde_json::Value as Json;

use super::{Layer, names, odd, text, wrong};
use crate::diagnostics::Diagnostic;
use crate::nodes::Semantic;
use crate::text::Location;

pub(super) fn check(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    let measures: HashSet<&str> = layer
        .models
        .iter()
        .flat_map(|it| it.objects("measures").map(|(_, it)| text(it, "name")))
        .collect();
    let mut aliases: HashMap<&str, Location> = HashMap::new();
    for it in &layer.metrics {
        let inputs = it.field("type_params")["input_measures"].as_array();
        let inputs: Vec<&Json> = inputs.into_iter().flatten().collect();
        constrained(it, &inputs, findings);
        for input in inputs {
            let alias = text(input, "alias");
            if alias.is_empty() {
                continue;
            }
            let at = it.place("/type_params/measure/alias");
            names::valid(alias, at, findings);
            if measures.contains(alias) {
                let message = format!("the alias `{alias}` is the name of a measure");
                findings.push(wrong(at, message, "choose another alias"));
            }
            match aliases.get(alias) {
                Some(first) => {
                    let message = format!("the alias `{alias}` of a measure is used elsewhere");
                    let finding = wrong(at, message, "choose another alias");
                    findings.push(finding.label(*first, "the other one"));
                }
                None => {
                    aliases.insert(alias, at);
                }
            }
        }
    }
}

/// A measure that comes several times with different conditions needs an alias each.
fn constrained(it: &Semantic, inputs: &[&Json], findings: &mut Vec<Diagnostic>) {
    let mut seen = HashSet::new();
    for input in inputs {
        let name = text(input, "name");
        let same: Vec<_> = inputs.iter().filter(|it| it["name"] == name).collect();
        if same.len() < 2 || !seen.insert(name) {
            continue;
        }
        let place = it.place("/type_params");
        if same.iter().all(|it| it == &same[0]) {
            let message = format!(
                "the metric `{}` has the measure `{name}` twice in the same way",
                it.name
            );
            findings.push(odd(place, message, "name it once"));
        } else if same
            .iter()
            .any(|it| !it["filter"].is_null() && it["alias"].is_null())
        {
            let message = format!(
                "the metric `{}` has the measure `{name}` with different filters, not each with an \
                 alias",
                it.name
            );
            findings.push(wrong(
                place,
                message,
                "give each measure with a filter an `alias`",
            ));
        }
    }
}
