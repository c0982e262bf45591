//! `packages.yml` and `dependencies.yml`.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json, json};

use super::entry::{PackageSpec, spec};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::project::{YamlContext, YamlKind, read_text, render_tree};
use crate::system::System;
use crate::text::{FileId, Texts};
use crate::yaml::{self, Node};

/// The list of packages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Specs {
    /// The entries in order.
    pub packages: Vec<PackageSpec>,
    /// File that they stand in.
    pub file_name: &'static str,
}

/// The customary file of the list.
pub(super) const PACKAGES_FILE: &str = "packages.yml";
/// The other one; Jinja in it is not rendered.
pub(super) const DEPENDENCIES_FILE: &str = "dependencies.yml";

/// The folder that a list is read from.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The folder.
    pub root: &'a Path,
    /// What its files are called in messages: a path before their names.
    pub shown: &'a Path,
    /// Whether the list is that of an installed package: dbt renders Jinja in both files then.
    pub nested: bool,
}

impl<'a> Place<'a> {
    /// The folder of the project.
    pub fn of_project(root: &'a Path) -> Self {
        Self {
            root,
            shown: Path::new(""),
            nested: false,
        }
    }
}

/// Reads the list of packages that a project names.
pub fn read_specs(
    system: &dyn System,
    place: Place<'_>,
    context: &YamlContext,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Specs {
    let packages = read(system, place, PACKAGES_FILE, texts, findings);
    let dependencies = read(system, place, DEPENDENCIES_FILE, texts, findings);
    let list = |file: &Option<(FileId, Node)>| file.as_ref()?.1.get("packages").cloned();
    if let Some((_, node)) = &packages {
        check_keys(node, findings);
    }
    let mut rendered = |file: Option<(FileId, Node)>, list: &Node| {
        let (file, _) = file?;
        let text = texts.get(file)?.clone();
        let render = context.renderer(YamlKind::Secret, file, text);
        Some(render_tree(list, &render, &|_| true, findings))
    };
    let (list, rendered, name) = match (list(&packages), list(&dependencies)) {
        (Some(one), Some(other)) => {
            let message = "`packages` is in packages.yml and in dependencies.yml";
            findings.push(
                Diagnostic::error(Code::InvalidPackages, message)
                    .at(other.location)
                    .label(one.location, "here too")
                    .help("keep one of the lists"),
            );
            return Specs::default();
        }
        (None, Some(list)) if place.nested => {
            let rendered = rendered(dependencies, &list);
            (list, rendered, DEPENDENCIES_FILE)
        }
        (None, Some(list)) => {
            let json = list.to_json();
            (list, Some(json), DEPENDENCIES_FILE)
        }
        (Some(list), None) => {
            let rendered = rendered(packages, &list);
            (list, rendered, PACKAGES_FILE)
        }
        (None, None) => return Specs::default(),
    };
    let rendered = rendered.unwrap_or_default();
    Specs {
        packages: entries(&list, &rendered, findings),
        file_name: name,
    }
}

/// Tells of keys beside the list.
fn check_keys(node: &Node, findings: &mut Vec<Diagnostic>) {
    for entry in node.as_map().into_iter().flat_map(|it| it.iter()) {
        let key = entry.key.as_str().unwrap_or_default();
        let finding = match key {
            "packages" => continue,
            "projects" => Diagnostic::error(
                Code::InvalidPackages,
                "`projects` stands in dependencies.yml only",
            )
            .help("move it there"),
            _ => {
                let message = format!("{PACKAGES_FILE} has no key `{}`", entry.key.value.to_text());
                let finding = Diagnostic::error(Code::InvalidPackages, message);
                match did_you_mean(key, ["packages"]) {
                    Some(near) => finding.help(format!("did you mean `{near}`?")),
                    None => finding.help("remove it: only `packages` is read"),
                }
            }
        };
        findings.push(finding.at(entry.key.location));
    }
}

fn read(
    system: &dyn System,
    place: Place<'_>,
    name: &str,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<(FileId, Node)> {
    let path = place.root.join(name);
    if !system.is_file(&path) {
        return None;
    }
    read_mapping(system, &path, &place.shown.join(name), texts, findings)
}

/// Reads a file that must hold a mapping; `None` if it holds none, or nothing.
pub(super) fn read_mapping(
    system: &dyn System,
    path: &Path,
    shown: &Path,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<(FileId, Node)> {
    let file = read_text(system, path, shown, texts, findings)?;
    let (node, read) = yaml::parse(file, texts.content(file));
    findings.extend(read);
    let node = node?;
    if node.as_map().is_none() && !node.is_null() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let message = format!(
            "{name} must be a mapping with `packages`, not {}",
            node.kind()
        );
        findings.push(Diagnostic::error(Code::InvalidPackages, message).at(node.location));
        return None;
    }
    Some((file, node))
}

/// Reads the entries of a list; `rendered` is the same list after rendering.
pub(super) fn entries(
    list: &Node,
    rendered: &Json,
    findings: &mut Vec<Diagnostic>,
) -> Vec<PackageSpec> {
    let mut packages = Vec::new();
    let (Some(nodes), Some(items)) = (list.as_seq(), rendered.as_array()) else {
        if !list.is_null() {
            let message = format!("`packages` must be a list, not {}", list.kind());
            findings.push(Diagnostic::error(Code::InvalidPackages, message).at(list.location));
        }
        return packages;
    };
    for (node, item) in nodes.iter().zip(items) {
        match spec(node, item) {
            Ok(spec) => packages.push(spec),
            Err(finding) => findings.push(finding),
        }
    }
    packages
}

/// Reads the packages that the index says a package needs.
pub(super) fn entries_of_index(list: &Json, asked_at: crate::text::Location) -> Vec<PackageSpec> {
    let items = list.as_array().into_iter().flatten();
    let read = |item: &Json| {
        // The index has keys of its own; only what is known counts.
        let known = |(key, value): (&String, &Json)| {
            super::entry::is_key(key).then(|| (key.clone(), value.clone()))
        };
        let item: Map<String, Json> = item.as_object()?.iter().filter_map(known).collect();
        let item = json!(item);
        let node = Node::new(yaml::Value::from_json(&item, asked_at), asked_at);
        spec(&node, &item).ok()
    };
    items.filter_map(read).collect()
}

/// Returns the path that a `local:` package means, as dbt takes it: from the root project.
pub(super) fn local_path(system: &dyn System, root: &Path, written: &str) -> PathBuf {
    let home = || system.home_dir().unwrap_or_default();
    let path = match written.strip_prefix('~') {
        Some("") => home(),
        Some(rest) if rest.starts_with('/') => home().join(rest.trim_start_matches('/')),
        _ => root.join(written),
    };
    crate::project::normal(&path)
}
