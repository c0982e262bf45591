//! `docs inherit`: descriptions and tags of columns, for those that are the same and have none.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use super::columns::{Worked, compiled_columns};
use super::selection::selected;
use super::{Exit, Product, Ready, Surroundings, artifacts};
use crate::diagnostics::{Code, Diagnostic};
use crate::invocation::Invocation;
use crate::lineage::{Inherited, inherit as inherited};
use crate::nodes::{Node, ResourceType, UniqueId};
use crate::system::System;
use crate::text::{FileId, Texts};
use crate::yaml::{self, Added, Insertion};

/// What is inherited, and what becomes of it.
#[derive(Debug, Default)]
pub struct Inheritance {
    /// Columns that inherit, by the relation that they are of.
    pub columns: Vec<(String, Vec<Inherited>)>,
    /// What people call the relations.
    pub names: HashMap<UniqueId, String>,
    /// Files that are changed, or would be, and whether they are new.
    pub files: Vec<(String, bool)>,
    /// Relations that nothing is written of, and why.
    pub left: Vec<(String, String)>,
    /// Whether the files are written.
    pub written: bool,
}

/// Shows what columns inherit, and writes it into properties if that is asked for.
pub(super) fn inherit(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let could_not = (Exit::CouldNotRun, Product::None);
    let Some(chosen) = selected(invocation, ready, findings) else {
        return could_not;
    };
    let chosen: HashSet<&UniqueId> = chosen.iter().map(|it| ready.graph.id(*it)).collect();
    let Some(Worked { lineage, .. }) = compiled_columns(invocation, ready, around, findings) else {
        return could_not;
    };
    let mut by_node: BTreeMap<&str, (&Node, Vec<Inherited>)> = BTreeMap::new();
    for it in inherited(&ready.resources, &ready.graph, &lineage.nodes) {
        let node = it
            .place
            .node
            .as_ref()
            .and_then(|id| ready.resources.nodes.get(id));
        let is_own = |node: &Node| {
            let kind = node.resource_type;
            node.package_name == *ready.project.root().name
                && matches!(kind, ResourceType::Model | ResourceType::Snapshot)
                && chosen.contains(&node.unique_id)
        };
        if let Some(node) = node.filter(|it| is_own(it)) {
            let key = node.unique_id.as_ref();
            by_node
                .entry(key)
                .or_insert_with(|| (&**node, Vec::new()))
                .1
                .push(it);
        }
    }
    let mut found = Inheritance {
        written: invocation.on("write"),
        names: super::lineage::names(ready),
        ..Inheritance::default()
    };
    let mut by_file: BTreeMap<String, Vec<(&Node, &[Inherited])>> = BTreeMap::new();
    for (node, columns) in by_node.values() {
        match shared(node) {
            Some(why) => found.left.push((node.search_name(), why.to_owned())),
            None => by_file
                .entry(properties(node, ready))
                .or_default()
                .push((node, columns)),
        }
    }
    let root = &ready.project.root().root;
    let mut changed = Vec::new();
    for (file, nodes) in by_file {
        let path = root.join(&file);
        let before = match around.system.is_file(&path) {
            true => match around.system.read(&path) {
                Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
                Err(error) => {
                    let finding = Diagnostic::error(Code::SystemError, error.to_string());
                    findings.push(finding.help(error.help()));
                    continue;
                }
            },
            false => None,
        };
        match rewritten(before.as_deref(), &nodes) {
            Some(after) => {
                found.files.push((file, before.is_none()));
                changed.push((path, after));
            }
            None => {
                for (node, _) in nodes {
                    let why = format!("{file} has a form into which nothing is put safely");
                    found.left.push((node.search_name(), why));
                }
            }
        }
    }
    found.columns = by_node
        .into_values()
        .map(|(node, columns)| (node.search_name(), columns))
        .collect();
    if found.written && !write(&changed, &*around.system, findings) {
        return could_not;
    }
    let failed = findings.iter().any(Diagnostic::is_error);
    let exit = if failed { Exit::Failed } else { Exit::Done };
    (exit, Product::Inherited(Box::new(found)))
}

fn write(
    files: &[(std::path::PathBuf, String)],
    system: &dyn System,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    for (path, text) in files {
        if let Err(error) = system.write(path, text.as_bytes()) {
            findings.push(artifacts::not_written(&error));
            return false;
        }
    }
    true
}

/// Says why nothing is written for a node, if its properties are those of others, too.
fn shared(node: &Node) -> Option<&'static str> {
    match (node.version(), &node.row) {
        (Some(_), _) => Some("models with versions share their properties: write them by hand"),
        (_, Some(_)) => Some("generated models share their properties: write them by hand"),
        _ => None,
    }
}

/// Finds the file that describes a node; else the one that describes others of its folder; else a new one.
fn properties(node: &Node, ready: &Ready) -> String {
    let own = |it: &Node| match it.patched_by() {
        Some((package, path)) if package == node.package_name => Some(path.to_owned()),
        _ => None,
    };
    if let Some(path) = own(node) {
        return path;
    }
    let folder = |it: &str| {
        Path::new(it)
            .parent()
            .map(Path::to_path_buf)
            .unwrap_or_default()
    };
    let here = folder(&node.original_file_path);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let siblings = ready.resources.nodes.values().filter(|it| {
        it.package_name == node.package_name && folder(&it.original_file_path) == here
    });
    for path in siblings.filter_map(|it| own(it)) {
        if folder(&path) == here {
            *counts.entry(path).or_default() += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|it| it.1);
    most.map_or_else(
        || {
            let name = format!("_{}s.yml", node.resource_type.as_str());
            here.join(name).display().to_string()
        },
        |it| it.0,
    )
}

/// Puts what is inherited into a file. None where that is not safe.
fn rewritten(before: Option<&str>, nodes: &[(&Node, &[Inherited])]) -> Option<String> {
    let text = before.unwrap_or_default();
    let tree = parsed(text)?;
    let mut insertions: Vec<Insertion> = Vec::new();
    let mut new: BTreeMap<&'static str, Vec<Added>> = BTreeMap::new();
    for (node, columns) in nodes {
        let section = match node.resource_type {
            ResourceType::Snapshot => "snapshots",
            _ => "models",
        };
        let listed = tree
            .get(section)
            .and_then(yaml::Node::as_seq)
            .unwrap_or_default();
        let mut listed = listed.iter().filter(|it| is_called(it, &node.name));
        match listed.next() {
            Some(entry) => insertions.extend(within(text, entry, columns)?),
            None => {
                let all = columns.iter().map(item).collect();
                let name = Added::Text(node.name.clone());
                let entry = vec![("name", name), ("columns", Added::List(all))];
                new.entry(section).or_default().push(Added::Map(entry));
            }
        }
    }
    let mut sections = Vec::new();
    for (section, items) in new {
        match tree.get(section) {
            Some(list) => insertions.push(yaml::items(text, list, &items)?),
            None => sections.push((section, Added::List(items))),
        }
    }
    let after = match before {
        None => format!("version: 2\n\n{}", yaml::document(&sections)),
        Some(_) => {
            if !sections.is_empty() {
                insertions.push(yaml::entries(text, &tree, None, &sections)?);
            }
            yaml::insert(text, &insertions)
        }
    };
    let later = parsed(&after)?;
    let is_safe = before.is_none() || yaml::holds(&later, &tree);
    (is_safe && is_there(&later, nodes)).then_some(after)
}

fn parsed(text: &str) -> Option<yaml::Node> {
    let mut texts = Texts::default();
    let file: FileId = texts.add("", text);
    let (tree, findings) = yaml::parse(file, text);
    tree.filter(|_| findings.is_empty())
}

fn is_called(entry: &yaml::Node, name: &str) -> bool {
    entry.get("name").and_then(yaml::Node::as_str) == Some(name)
}

/// Puts what is inherited into the entry of a node.
fn within(text: &str, entry: &yaml::Node, columns: &[Inherited]) -> Option<Vec<Insertion>> {
    let listed = match entry.get("columns") {
        None => {
            let all = columns.iter().map(item).collect();
            let added = [("columns", Added::List(all))];
            return Some(vec![yaml::entries(text, entry, None, &added)?]);
        }
        Some(listed) => listed,
    };
    let (mut insertions, mut new) = (Vec::new(), Vec::new());
    for column in columns {
        let known = listed.as_seq()?.iter().find(|it| {
            let name = it.get("name").and_then(yaml::Node::as_str);
            name.is_some_and(|it| it.eq_ignore_ascii_case(&column.place.column))
        });
        let Some(known) = known else {
            new.push(item(column));
            continue;
        };
        let mut added = described(column);
        if let (Some((words, _)), Some(config)) = (&column.tags, known.get("config")) {
            let tags = [("tags", Added::Words(words.clone()))];
            insertions.push(yaml::entries(text, config, None, &tags)?);
        } else {
            added.extend(tagged(column));
        }
        if known.get("description").is_some() {
            // It is there and empty: nothing is written over.
            added.retain(|it| it.0 != "description");
        }
        if !added.is_empty() {
            insertions.push(yaml::entries(text, known, Some("name"), &added)?);
        }
    }
    if !new.is_empty() {
        insertions.push(yaml::items(text, listed, &new)?);
    }
    Some(insertions)
}

/// The entry of a column.
fn item(column: &Inherited) -> Added {
    let mut entry = vec![("name", Added::Text(column.place.column.clone()))];
    entry.extend(described(column));
    entry.extend(tagged(column));
    Added::Map(entry)
}

fn described(column: &Inherited) -> Vec<(&'static str, Added)> {
    let text = column.description.as_ref().map(|(it, _)| match &it.doc {
        Some(doc) => format!("{{{{ doc('{doc}') }}}}"),
        None => it.text.clone(),
    });
    text.map(|it| ("description", Added::Text(it)))
        .into_iter()
        .collect()
}

fn tagged(column: &Inherited) -> Option<(&'static str, Added)> {
    let (words, _) = column.tags.as_ref()?;
    Some((
        "config",
        Added::Map(vec![("tags", Added::Words(words.clone()))]),
    ))
}

/// Tells whether a file says all that it is to say.
fn is_there(tree: &yaml::Node, nodes: &[(&Node, &[Inherited])]) -> bool {
    nodes.iter().all(|(node, columns)| {
        let sections = ["models", "snapshots"].into_iter();
        let mut entries = sections.filter_map(|it| tree.get(it)?.as_seq()).flatten();
        let Some(entry) = entries.find(|it| is_called(it, &node.name)) else {
            return false;
        };
        let listed = entry
            .get("columns")
            .and_then(yaml::Node::as_seq)
            .unwrap_or_default();
        columns.iter().all(|column| {
            let mut same = listed.iter().filter(|it| {
                let name = it.get("name").and_then(yaml::Node::as_str);
                name.is_some_and(|it| it.eq_ignore_ascii_case(&column.place.column))
            });
            same.next().is_some_and(|it| {
                let has_tags = it.get("config").and_then(|it| it.get("tags")).is_some();
                (column.description.is_none() || it.get("description").is_some())
                    && (column.tags.is_none() || has_tags)
            })
        })
    })
}
