//! A tag that is restricted, in a public model or behind an exposure.

use std::collections::BTreeSet;

use super::layer_direction::read_name;
use super::queries::place_of;
use super::reads::listed;
use super::{CheckInput, Finding, Wanted};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::lineage::{Carried, Place, carried};
use crate::nodes::{Node, Resource, UniqueId};
use crate::text::Location;

const HELP: &str = "mask it (`sha256(…)`; `tags: {masking: […]}` of dsql.yml names functions of your own), or leave it out";

pub(super) fn find(input: &CheckInput<'_>, is_wanted: Wanted<'_>) -> Vec<Finding> {
    let restricted = &input.settings.restricted_tags;
    if restricted.is_empty() {
        return Vec::new();
    }
    let carried = carried(input.resources, input.graph, &input.lineage.nodes);
    let mut findings = Vec::new();
    for node in input.resources.nodes.values() {
        let is_public = node.as_model().is_some_and(|it| it.access == "public");
        let is_own = node.package_name == input.root_package;
        if !(is_public && is_own && is_wanted(&node.unique_id)) {
            continue;
        }
        for (at, place, tag) in tagged(&node.unique_id, input, &carried) {
            let column = &place.column;
            let name = node.search_name();
            let message =
                format!("`{column}` carries the tag `{tag}` into the public model `{name}`");
            let finding = Diagnostic::error(Code::TagReachesPublic, message);
            let finding = finding.at(column_at(node, at, input));
            let finding = finding.note(come(&place, tag, input, &carried));
            let finding = Finding::of(node, finding.help(HELP));
            findings.push(finding.about(format!("{column}: {tag}")));
        }
    }
    findings.extend(exposed(input, is_wanted, &carried));
    findings
}

/// Finds restricted tags that no column has.
pub(super) fn unknown(input: &CheckInput<'_>) -> Vec<Diagnostic> {
    let resources = input.resources;
    let nodes = resources.nodes.values().map(|it| &it.columns);
    let sources = resources.sources.values().map(|it| &it.columns);
    let columns = nodes.chain(sources).flat_map(|it| it.values());
    let known: BTreeSet<&str> = columns
        .flat_map(|it| &it.tags)
        .map(String::as_str)
        .collect();
    let restricted = input.settings.restricted_tags.iter();
    let unknown = restricted.filter(|(tag, _)| !known.contains(tag.as_str()));
    let told = unknown.map(|(tag, at)| {
        let message = format!("no column has the tag `{tag}`");
        let finding = Diagnostic::warning(Code::InvalidSettings, message).at(*at);
        match did_you_mean(tag, known.iter().copied()) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("add it to `tags:` in the `config` of columns, or take it out"),
        }
    });
    told.collect()
}

/// Finds exposures that read columns with restricted tags.
fn exposed(input: &CheckInput<'_>, is_wanted: Wanted<'_>, carried: &Carried) -> Vec<Finding> {
    let mut findings = Vec::new();
    let exposures = input.resources.exposures.values();
    for exposure in exposures.filter(|it| is_wanted(&it.unique_id)) {
        let package = &exposure.package_name;
        if package != input.root_package {
            continue;
        }
        let whole = exposure.location;
        for read in listed(&exposure.refs, &exposure.sources, package, whole, input) {
            let is_told = match read.target {
                Resource::Node(node) => {
                    node.as_model().is_some_and(|it| it.access == "public")
                        && node.package_name == input.root_package
                }
                _ => false,
            };
            if is_told {
                continue;
            }
            for (_, place, tag) in tagged(read.target.unique_id(), input, carried) {
                let name = read_name(read.target);
                let message = format!(
                    "`{name}.{}` carries the tag `{tag}` into the exposure `{}`",
                    place.column, exposure.name
                );
                let finding = read.point(Diagnostic::error(Code::TagReachesPublic, message));
                let finding = finding.note(come(&place, tag, input, carried));
                let finding = Finding::with(&exposure.unique_id, finding.help(HELP));
                let column = &place.column;
                findings.push(finding.about(format!("{name}.{column}: {tag}")));
            }
        }
    }
    findings
}

/// Lists the columns of a relation that carry restricted tags, with their places in the list.
fn tagged<'t>(
    id: &UniqueId,
    input: &CheckInput<'t>,
    carried: &Carried,
) -> Vec<(usize, Place, &'t str)> {
    let Some(own) = input.lineage.nodes.get(id) else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for (at, name) in own.columns.keys().enumerate() {
        let place = Place {
            node: Some(id.clone()),
            relation: None,
            column: name.clone(),
        };
        let tags = carried.tags(&place);
        for (tag, _) in &input.settings.restricted_tags {
            if tags.contains(&tag.as_str()) {
                all.push((at, place.clone(), tag.as_str()));
            }
        }
    }
    all
}

/// Says by which columns a tag comes.
fn come(place: &Place, tag: &str, input: &CheckInput<'_>, carried: &Carried) -> String {
    let path = carried.path(place, tag);
    let path: Vec<String> = path
        .iter()
        .map(|it| {
            let resource = it.node.as_ref().and_then(|id| input.resources.get(id));
            let name = resource.map_or_else(|| "?".to_owned(), read_name);
            format!("{name}.{}", it.column)
        })
        .collect();
    format!("it comes by {}", path.join(" → "))
}

/// Finds the bytes that make a column.
fn column_at(node: &Node, at: usize, input: &CheckInput<'_>) -> Location {
    let places = input.lineage.places.get(&node.unique_id);
    let place = places.and_then(|it| it.get(at));
    let compiled = input.compiled.get(&node.unique_id);
    let compiled = compiled.and_then(|it| it.compiled.as_ref());
    match (place, compiled) {
        (Some(place), Some(compiled)) => place_of(node, compiled, *place),
        _ => node.location,
    }
}
