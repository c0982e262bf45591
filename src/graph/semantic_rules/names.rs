//! Names are valid, and mean one thing.

use std::collections::HashMap;

use super::{GRAINS, Layer, text, wrong};
use crate::diagnostics::Diagnostic;
use crate::nodes::Semantic;
use crate::text::Location;

/// Words of SQL that all engines keep for themselves.
const RESERVED: [&str; 26] = [
    "AND", "AS", "CREATE", "DISTINCT", "FOR", "FROM", "FULL", "HAVING", "IN", "INNER", "INTO",
    "IS", "JOIN", "LEFT", "LIKE", "NATURAL", "NOT", "NULL", "ON", "OR", "RIGHT", "SELECT", "UNION",
    "USING", "WHERE", "WITH",
];
/// Names that MetricFlow keeps for itself.
const KEPT: [&str; 2] = ["metric_time", "mf_internal_uuid"];
/// Lists of a semantic model, with what their entries are called.
pub(super) const ELEMENTS: [(&str, &str); 3] = [
    ("measures", "measure"),
    ("entities", "entity"),
    ("dimensions", "dimension"),
];

pub(super) fn check(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    let all = [
        (&layer.models, "semantic model"),
        (&layer.metrics, "metric"),
        (&layer.queries, "saved query"),
    ];
    for (items, what) in all {
        unique(items, what, findings);
    }
    for it in &layer.models {
        elements(it, findings);
        relation(it, findings);
    }
    kinds(layer, findings);
}

/// Checks a name, and says where it stands.
pub(super) fn valid(name: &str, at: Location, findings: &mut Vec<Diagnostic>) {
    let inner = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
    let good = name.len() >= 2
        && name.starts_with(|it: char| it.is_ascii_lowercase())
        && name.chars().all(inner)
        && !name.ends_with('_')
        && !name.contains("__");
    if !good {
        let message = format!("`{name}` is not a name for the semantic layer");
        let help = "use at least two lower-case letters, digits and single `_`; begin with a letter, \
                    do not end with `_`";
        findings.push(wrong(at, message, help));
    }
    if GRAINS.contains(&name.to_lowercase().as_str()) {
        let message = format!("the name `{name}` is kept for a unit of time");
        findings.push(wrong(at, message, "choose another name"));
    }
    if KEPT.contains(&name.to_lowercase().as_str()) {
        let message = format!("the name `{name}` is kept for MetricFlow");
        findings.push(wrong(at, message, "choose another name"));
    }
}

/// Names of one kind, whichever package they are in.
fn unique(items: &[&Semantic], what: &str, findings: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, Location> = HashMap::new();
    for it in items {
        let at = it.place("/name");
        valid(&it.name, at, findings);
        match seen.get(it.name.as_str()) {
            Some(first) => {
                let message = format!("there are two of the {what} `{}`", it.name);
                let finding = wrong(at, message, "rename one of them");
                findings.push(finding.label(*first, "the other one"));
            }
            None => {
                seen.insert(&it.name, at);
            }
        }
    }
}

/// Names of measures, entities and dimensions in one semantic model.
fn elements(it: &Semantic, findings: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, (&str, Location)> = HashMap::new();
    for (list, what) in ELEMENTS {
        for (pointer, element) in it.objects(list) {
            let name = text(element, "name");
            let at = it.place(&format!("{pointer}/name"));
            valid(name, at, findings);
            if RESERVED.contains(&name.to_uppercase().as_str()) {
                let message = format!("the name `{name}` is a word of SQL");
                findings.push(wrong(at, message, "choose another name, and give `expr:`"));
            }
            match seen.get(name) {
                Some((other, first)) => {
                    let message = format!(
                        "`{name}` is the name of {} {what} and of {} {other} of the semantic model \
                         `{}`",
                        article(what),
                        article(other),
                        it.name
                    );
                    let finding = wrong(at, message, "rename one of them");
                    findings.push(finding.label(*first, "the other one"));
                }
                None => {
                    seen.insert(name, (what, at));
                }
            }
        }
    }
}

fn article(what: &str) -> &'static str {
    match what {
        "entity" => "an",
        _ => "a",
    }
}

/// The parts of a relation's name, where they are not quoted.
fn relation(it: &Semantic, findings: &mut Vec<Diagnostic>) {
    let relation = text(it.field("node_relation"), "relation_name");
    for part in relation.split('.') {
        if RESERVED.contains(&part.to_uppercase().as_str()) {
            let message = format!("`{part}` in the relation `{relation}` is a word of SQL");
            let help = "give the model another `alias`, `schema` or `database`, or quote it";
            findings.push(wrong(it.place("/model"), message, help));
        }
    }
}

/// A name is that of a measure, of an entity or of a dimension wherever it is used.
fn kinds(layer: &Layer<'_>, findings: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, (&str, &str, Location)> = HashMap::new();
    for it in &layer.models {
        for (list, what) in ELEMENTS {
            for (pointer, element) in it.objects(list) {
                let name = text(element, "name");
                let at = it.place(&format!("{pointer}/name"));
                match seen.get(name) {
                    // Within one model it is told already.
                    Some((other, model, first)) if *other != what && *model != it.name => {
                        let message = format!(
                            "`{name}` is {} {what} here and {} {other} in the semantic model `{model}`",
                            article(what),
                            article(other),
                        );
                        let finding = wrong(at, message, "rename one of them");
                        findings.push(finding.label(*first, "the other one"));
                    }
                    Some(_) => {}
                    None => {
                        seen.insert(name, (what, &it.name, at));
                    }
                }
            }
        }
    }
}
