//! A semantic model has one primary entity if it has dimensions, and natural ones where they make
//! sense.

use std::collections::HashMap;

use super::{Layer, text, wrong};
use crate::diagnostics::Diagnostic;
use crate::nodes::Semantic;
use crate::text::Location;

pub(super) fn check(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    for it in &layer.models {
        primary(it, findings);
        natural(it, findings);
    }
    pairs(layer, findings);
}

/// Lists the entities of a type: name and place.
pub(super) fn of_type<'a>(it: &'a Semantic, kind: &str) -> Vec<(&'a str, Location)> {
    let entities = it.objects("entities").filter(|(_, it)| it["type"] == kind);
    let named = |(pointer, entity)| (text(entity, "name"), it.place(&format!("{pointer}/name")));
    entities.map(named).collect()
}

fn primary(it: &Semantic, findings: &mut Vec<Diagnostic>) {
    let primary = of_type(it, "primary");
    let field = it.field("primary_entity").as_str();
    if let [first, second, ..] = primary[..] {
        let message = format!(
            "the semantic model `{}` has several primary entities",
            it.name
        );
        let help = "make one of them `unique` or `foreign`";
        findings.push(wrong(second.1, message, help).label(first.1, "the first one"));
    } else if let (Some((name, at)), Some(field)) = (primary.first(), field) {
        let message = format!(
            "the semantic model `{}` has the primary entity `{name}`, and `primary_entity: {field}`",
            it.name
        );
        let finding = wrong(it.place("/primary_entity"), message, "remove one of them");
        findings.push(finding.label(*at, "the primary entity"));
    } else if primary.is_empty() && field.is_none() && it.objects("dimensions").next().is_some() {
        let message = format!(
            "the semantic model `{}` has dimensions, and no primary entity",
            it.name
        );
        let help = "add an entity with `type: primary`, or `primary_entity: …` to the model";
        findings.push(wrong(it.location, message, help));
    }
}

fn natural(it: &Semantic, findings: &mut Vec<Diagnostic>) {
    let natural = of_type(it, "natural");
    let mut others = natural.iter().skip(1);
    if let Some((name, at)) = others.find(|(name, _)| *name != natural[0].0) {
        let message = format!(
            "the semantic model `{}` has several natural entities: `{}` and `{name}`",
            it.name, natural[0].0
        );
        let finding = wrong(*at, message, "make one of them `foreign`");
        findings.push(finding.label(natural[0].1, "the first one"));
    }
    let mut dimensions = it.objects("dimensions");
    let windowed = dimensions.any(|(_, it)| !it["type_params"]["validity_params"].is_null());
    if let (Some((name, at)), false) = (natural.first(), windowed) {
        let message =
            format!("the entity `{name}` is natural, and no dimension tells when it holds");
        let help = "add `validity_params` to two dimensions of time, or change its `type`";
        findings.push(wrong(*at, message, help));
    }
}

/// A dimension of an entity stands in one semantic model.
fn pairs(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<(&str, &str), (&str, Location)> = HashMap::new();
    for it in &layer.models {
        let field = it.field("primary_entity").as_str();
        let primary = of_type(it, "primary");
        let Some(entity) = field.or_else(|| primary.first().map(|it| it.0)) else {
            continue;
        };
        for (pointer, dimension) in it.objects("dimensions") {
            let name = text(dimension, "name");
            let at = it.place(&format!("{pointer}/name"));
            match seen.get(&(entity, name)) {
                Some((model, _)) if *model == it.name => {}
                Some((model, first)) => {
                    let message = format!(
                        "the entity `{entity}` has the dimension `{name}` here and in the semantic \
                         model `{model}`"
                    );
                    let finding = wrong(at, message, "rename one of them, or remove it");
                    findings.push(finding.label(*first, "the other one"));
                }
                None => {
                    seen.insert((entity, name), (&it.name, at));
                }
            }
        }
    }
}
