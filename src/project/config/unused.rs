//! Configuration in a `dbt_project.yml` that no resource is under.

use std::collections::HashSet;

use super::ConfigTrees;
use crate::diagnostics::{Code, Diagnostic};
use crate::yaml::Node;

/// Finds folders of a tree that hold configuration and no resource. `used` holds the names of all
/// resources that the section configures (`models` → package, folders, name), disabled ones too.
pub fn unused_config(trees: &ConfigTrees, section: &str, used: &[&[String]]) -> Vec<Diagnostic> {
    let Some(node) = trees.section(section).and_then(|tree| tree.node.as_ref()) else {
        return Vec::new();
    };
    let prefixes: HashSet<&[String]> = used
        .iter()
        .flat_map(|fqn| (0..=fqn.len()).filter_map(|end| fqn.get(..end)))
        .collect();
    let mut findings = Vec::new();
    if used.is_empty() && configures(node) {
        let message = format!("nothing is configured by `{section}`");
        let first = node.as_map().and_then(|it| it.iter().next());
        findings.push(
            Diagnostic::warning(Code::UnusedConfig, message)
                .at(first.map_or(node.location, |it| it.key.location))
                .help("the project has no such resource: remove it"),
        );
    }
    walk(node, section, &mut Vec::new(), &prefixes, &mut findings);
    findings
}

fn walk(
    node: &Node,
    section: &str,
    path: &mut Vec<String>,
    used: &HashSet<&[String]>,
    findings: &mut Vec<Diagnostic>,
) {
    let Some(mapping) = node.as_map() else {
        return;
    };
    let folders = mapping.iter().filter_map(|entry| {
        let name = entry.key.as_str().filter(|name| !name.starts_with('+'))?;
        entry.value.as_map().map(|_| (name, entry))
    });
    for (name, entry) in folders {
        path.push(name.to_owned());
        if configures(&entry.value) && !used.contains(path.as_slice()) {
            let message = format!("nothing is configured by `{section}.{}`", path.join("."));
            findings.push(
                Diagnostic::warning(Code::UnusedConfig, message)
                    .at(entry.key.location)
                    .help(help(name, path, used)),
            );
        }
        walk(&entry.value, section, path, used, findings);
        path.pop();
    }
}

/// Tells whether a level has settings, and not folders alone.
fn configures(level: &Node) -> bool {
    let is_folder = |key: &str, value: &Node| !key.starts_with('+') && value.as_map().is_some();
    let entries = level.as_map().into_iter().flat_map(|it| it.iter());
    entries
        .into_iter()
        .any(|it| !is_folder(it.key.as_str().unwrap_or_default(), &it.value))
}

/// Looks for what may be meant: a folder with a similar name, or a key without its plus.
fn help(name: &str, path: &[String], used: &HashSet<&[String]>) -> String {
    let above = path.len() - 1;
    let beside = used
        .iter()
        .filter(|it| it.len() == path.len() && it.get(..above) == path.get(..above));
    let names: Vec<&str> = beside
        .filter_map(|it| it.last())
        .map(String::as_str)
        .collect();
    if super::is_dictionary_key(name) {
        return format!("write `+{name}`: without the plus it is the name of a folder");
    }
    match crate::diagnostics::did_you_mean(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name the package, then its folders, or remove it".to_owned(),
    }
}
