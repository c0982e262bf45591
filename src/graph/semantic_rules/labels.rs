//! Labels tell things apart.

use std::collections::HashMap;

use super::names::ELEMENTS;
use super::{Layer, text, wrong};
use crate::diagnostics::Diagnostic;
use crate::nodes::Semantic;
use crate::text::Location;

pub(super) fn check(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    unique(&layer.metrics, "metric", findings);
    unique(&layer.models, "semantic model", findings);
    for it in &layer.models {
        for (list, what) in ELEMENTS {
            elements(it, list, what, findings);
        }
    }
    entities(layer, findings);
}

fn unique(items: &[&Semantic], what: &str, findings: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, (&str, Location)> = HashMap::new();
    for it in items {
        let Some(label) = it.field("label").as_str() else {
            continue;
        };
        let at = it.place("/label");
        match seen.get(label) {
            Some((name, first)) => {
                findings.push(twice(label, &format!("{what} `{name}`"), at, *first));
            }
            None => {
                seen.insert(label, (&it.name, at));
            }
        }
    }
}

fn elements(it: &Semantic, list: &str, what: &str, findings: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, (&str, Location)> = HashMap::new();
    for (pointer, element) in it.objects(list) {
        let Some(label) = element["label"].as_str() else {
            continue;
        };
        let at = it.place(&format!("{pointer}/label"));
        match seen.get(label) {
            Some((name, first)) => {
                findings.push(twice(label, &format!("{what} `{name}`"), at, *first));
            }
            None => {
                seen.insert(label, (text(element, "name"), at));
            }
        }
    }
}

fn twice(label: &str, other: &str, at: Location, first: Location) -> Diagnostic {
    let message = format!("the label `{label}` is that of the {other}, too");
    wrong(at, message, "choose another label").label(first, "the other one")
}

/// An entity has one label in all semantic models.
fn entities(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, (&str, Location)> = HashMap::new();
    for it in &layer.models {
        for (pointer, entity) in it.objects("entities") {
            let Some(label) = entity["label"].as_str() else {
                continue;
            };
            let at = it.place(&format!("{pointer}/label"));
            match seen.get(text(entity, "name")) {
                Some((other, first)) if *other != label => {
                    let message = format!(
                        "the entity `{}` has the label `{label}` here and `{other}` elsewhere",
                        text(entity, "name")
                    );
                    let finding = wrong(at, message, "write the same label, or leave one out");
                    findings.push(finding.label(*first, "the other one"));
                }
                Some(_) => {}
                None => {
                    seen.insert(text(entity, "name"), (label, at));
                }
            }
        }
    }
}
