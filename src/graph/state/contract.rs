//! Contracts: what a model promised, and whether it still does.

use chrono::DateTime;
use serde_json::Value as Json;

use super::equal::equal;
use super::{Pair, Rules};
use crate::artifacts::previous::PreviousManifest;
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Resource, Resources};
use crate::text::Location;

/// Compares the contracts of a model. A promise that is not kept is reported: a warning, and an
/// error where the model has versions.
pub(super) fn compare(pair: &Pair<'_>, rules: Rules) -> (bool, Option<Diagnostic>) {
    let (new, old) = (&pair.new, pair.old);
    if !enforced(old) {
        return (!enforced(new), None);
    }
    if enforced(new) && equal(&new["contract"]["checksum"], &old["contract"]["checksum"]) {
        return (true, None);
    }
    let reasons = broken_promises(new, old, rules);
    if reasons.is_empty() {
        return (false, None);
    }
    let Resource::Node(node) = pair.resource else {
        return (false, None);
    };
    let place = node.patch_location.unwrap_or(node.location);
    (false, Some(broken(new, &reasons, Some(place))))
}

/// Reports models with an enforced contract that are gone, or are switched off.
pub(super) fn removed(
    resources: &Resources,
    previous: &PreviousManifest,
    rules: Rules,
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (id, old) in &previous.nodes {
        if old["resource_type"] != "model" {
            continue;
        }
        let disabled = resources.disabled.get(id.as_str());
        let disabled = disabled.and_then(|nodes| nodes.first());
        let (model, what, place) = match disabled {
            Some(node) => {
                let json = Resource::Node(node).to_json();
                let place = node.patch_location.unwrap_or(node.location);
                (json, "disabled", Some(place))
            }
            None if resources.nodes.contains_key(id.as_str()) => continue,
            None => (old.clone(), "deleted or renamed", None),
        };
        if enforced(&model) && !is_past(&model["deprecation_date"], rules) {
            let reason = format!("Contracted model '{id}' was {what}.");
            findings.push(broken(&model, &[reason], place));
        }
    }
    findings
}

fn is_past(date: &Json, rules: Rules) -> bool {
    let date = date
        .as_str()
        .and_then(|it| DateTime::parse_from_rfc3339(it).ok());
    date.is_some_and(|date| date.to_utc() < rules.now)
}

fn enforced(side: &Json) -> bool {
    side["contract"]["enforced"] == true
}

fn broken(model: &Json, reasons: &[String], place: Option<Location>) -> Diagnostic {
    let text = |key: &str| model[key].as_str().unwrap_or_default();
    let message = format!(
        "model `{}` ({}) breaks the contract that it had in the earlier state",
        text("name"),
        text("original_file_path")
    );
    let finding = match model["version"].is_null() {
        true => Diagnostic::warning(Code::BrokenContract, message),
        false => Diagnostic::error(Code::BrokenContract, message),
    };
    let finding = reasons.iter().fold(finding, Diagnostic::note);
    let finding = match place {
        Some(place) => finding.at(place),
        None => finding,
    };
    finding.help("make a change that only adds, or give the model a version of its own")
}

fn is_built_with_constraints(side: &Json) -> bool {
    let materialized = &side["config"]["materialized"];
    materialized == "table" || materialized == "incremental"
}

/// Lists what is no longer promised, in dbt's words.
fn broken_promises(new: &Json, old: &Json, rules: Rules) -> Vec<String> {
    let mut reasons = Vec::new();
    if !enforced(new) {
        let reason = "Contract enforcement was removed: Previously, this model had an enforced \
                      contract. It is no longer configured to enforce its contract, and this is a \
                      breaking change.";
        reasons.push(reason.to_owned());
    }
    let (mut gone, mut types, mut constraints) = (Vec::new(), Vec::new(), Vec::new());
    let mut constrained = !list(&old["constraints"]).is_empty();
    let mut columns: Vec<_> = old["columns"].as_object().into_iter().flatten().collect();
    columns.sort_by_key(|(name, _)| name.as_str());
    for (name, before) in columns {
        let own = &before["constraints"];
        constrained |= !list(own).is_empty();
        let Some(column) = new["columns"].get(name) else {
            gone.push(before["name"].as_str().unwrap_or(name).to_owned());
            continue;
        };
        let (was, is) = (&before["data_type"], &column["data_type"]);
        if was != is && base_type(was) != base_type(is) {
            types.push(format!("{name} ({} -> {})", shown(was), shown(is)));
        }
        if is_built_with_constraints(old) {
            let lost = lost(own, &column["constraints"], rules);
            let lost = lost.map(|it| format!("'{}' constraint on column {name}", label(it)));
            constraints.extend(lost);
        }
    }
    let mut of_model = Vec::new();
    if is_built_with_constraints(old) {
        let lost = lost(&old["constraints"], &new["constraints"], rules);
        of_model.extend(lost.map(|it| {
            let columns = list(&it["columns"]).iter().filter_map(Json::as_str);
            let columns: Vec<String> = columns.map(|it| format!("'{it}'")).collect();
            format!(
                "'{}' constraint on columns [{}]",
                label(it),
                columns.join(", ")
            )
        }));
    }
    let mut list_of = |title: &str, items: Vec<String>| {
        if !items.is_empty() {
            reasons.push(format!("{title}: {}", items.join(", ")));
        }
    };
    list_of("Columns were removed", gone);
    list_of("Columns with data_type changes", types);
    list_of(
        "Enforced column level constraints were removed",
        constraints,
    );
    list_of("Enforced model level constraints were removed", of_model);
    if is_built_with_constraints(old) && !is_built_with_constraints(new) && constrained {
        let kind = |side: &Json| shown(&side["config"]["materialized"]);
        list_of(
            "Materialization changed with enforced constraints",
            vec![format!("{} -> {}", kind(old), kind(new))],
        );
    }
    reasons
}

/// Lists enforced constraints that are gone.
fn lost<'a>(old: &'a Json, new: &'a Json, rules: Rules) -> impl Iterator<Item = &'a Json> {
    list(old).iter().filter(move |it| {
        let kind = it["type"].as_str().unwrap_or_default();
        let there = list(new).iter().any(|other| equal(it, other));
        !there && rules.enforced_constraints.contains(&kind)
    })
}

fn label(constraint: &Json) -> &str {
    let name = constraint["name"].as_str();
    name.or_else(|| constraint["type"].as_str())
        .unwrap_or_default()
}

/// Returns a type without size, precision and scale, which may change.
fn base_type(data_type: &Json) -> Option<String> {
    let base = data_type.as_str()?.split('(').next()?;
    Some(base.trim().to_lowercase())
}

fn shown(value: &Json) -> String {
    value.as_str().unwrap_or("None").to_owned()
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
