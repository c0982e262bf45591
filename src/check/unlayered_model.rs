//! A model of the project that is in none of the layers that `dsql.yml` names; a name in it that means nothing.

use super::layers::{Layer, Layers, LayersSettings, is_within};
use super::{CheckInput, Finding, Wanted};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::nodes::ResourceType;

pub(super) fn find(
    input: &CheckInput<'_>,
    layers: &Layers<'_>,
    is_wanted: Wanted<'_>,
) -> Vec<Finding> {
    if !layers.are_named {
        return Vec::new();
    }
    let nodes = input.resources.nodes.values();
    let lost = nodes.filter(|it| {
        it.resource_type == ResourceType::Model
            && it.package_name == input.root_package
            && layers.layer(&it.unique_id).is_none()
            && is_wanted(&it.unique_id)
    });
    let told = lost.map(|node| {
        let message = format!("`{}` is in no layer", node.name);
        let finding = Diagnostic::error(Code::UnlayeredModel, message).at(node.file_or_entry());
        let folder = node
            .original_file_path
            .rsplit_once('/')
            .map_or("", |it| it.0);
        let help =
            format!("add `{folder}` to the `paths` of a layer in dsql.yml, or move the model");
        Finding::of(node, finding.help(help))
    });
    told.collect()
}

/// Finds folders, packages and names in `layers` of which nothing is there.
pub(super) fn misnamed(input: &CheckInput<'_>) -> Vec<Diagnostic> {
    let LayersSettings::Named(named) = &input.settings.layers else {
        return Vec::new();
    };
    let nodes = input.resources.nodes.values();
    let own = nodes
        .clone()
        .filter(|it| it.package_name == input.root_package);
    let own: Vec<&str> = own.map(|it| it.original_file_path.as_str()).collect();
    let sources = input.resources.sources.values();
    let names: Vec<String> = nodes
        .clone()
        .map(|it| it.name.clone())
        .chain(sources.map(|it| it.search_name()))
        .collect();
    let packages: Vec<&str> = nodes.map(|it| it.package_name.as_str()).collect();
    let mut findings = Vec::new();
    for layer in Layer::ALL {
        let Some(settings) = named.get(&layer) else {
            continue;
        };
        for (path, at) in &settings.paths {
            if !own.iter().any(|it| is_within(it, path)) {
                let folders = own.iter().filter_map(|it| Some(it.rsplit_once('/')?.0));
                findings.push(lost(
                    format!("there is nothing in `{path}`"),
                    path,
                    folders,
                    *at,
                ));
            }
        }
        for (package, at) in &settings.packages {
            if !packages.contains(&package.as_str()) {
                let message = format!("no package `{package}` has models");
                findings.push(lost(message, package, packages.iter().copied(), *at));
            }
        }
        for (name, at) in &settings.may_read {
            if !names.contains(name) {
                let message = format!("there is no `{name}` to read");
                findings.push(lost(message, name, names.iter().map(String::as_str), *at));
            }
        }
    }
    findings
}

fn lost<'n>(
    message: String,
    name: &str,
    known: impl Iterator<Item = &'n str>,
    at: crate::text::Location,
) -> Diagnostic {
    let finding = Diagnostic::warning(Code::InvalidSettings, message).at(at);
    match did_you_mean(name, known) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding,
    }
}
