//! Which nodes come of files, and what describes them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::super::Stage;
use super::super::files::{nodes_of, of};
use super::super::node::Described;
use super::super::patches::{self, AllDeclared, Declared, kind_of};
use super::super::properties::PatchKind;
use super::super::raw::RawNode;
use crate::nodes::{Node, ResourceType, Resources, same_version};
use crate::project::{FileKind, SourceFile};

/// A package and the path of a file in it.
pub(super) type File<'a> = (&'a str, &'a str);

/// A node as it was, as its file has it, and what describes it.
pub(super) type Job<'a> = (Arc<Node>, RawNode, Option<Described<'a>>);

/// Properties files in which something else stands, and what they say of nodes.
pub(super) struct Describing<'a> {
    files: HashSet<File<'a>>,
    entries: HashMap<(PatchKind, &'a str), Described<'a>>,
}

impl<'a> Describing<'a> {
    /// None if a node is described twice.
    pub(super) fn new(declared: &'a AllDeclared<'a>, stage: &Stage<'a>) -> Option<Self> {
        let mut entries = HashMap::new();
        for (file, patch) in declared.each(|it| &it.patches) {
            let (package, path) = place(file, stage);
            let described = Described {
                patch,
                package,
                path,
            };
            let key = (patch.kind, patch.name.as_str());
            if entries.insert(key, described).is_some() {
                return None;
            }
        }
        let files = declared.0.iter().map(|it| place(it, stage)).collect();
        Some(Self { files, entries })
    }

    /// Tells whether one of the files has this place.
    pub(super) fn has(&self, package: &str, path: &str) -> bool {
        self.files.contains(&(package, path))
    }

    fn described(&self, node: &Node) -> bool {
        let by = node.patched_by();
        by.is_some_and(|(package, path)| self.has(package, path))
    }

    fn describes(&self, node: &Node) -> Option<Described<'a>> {
        let kind = kind_of(node.resource_type)?;
        self.entries.get(&(kind, node.name.as_str())).copied()
    }

    /// Tells whether the files held what is no node, no table of a source and no data test.
    fn held_others(&self, it: &Resources) -> bool {
        if self.files.is_empty() {
            return false;
        }
        let exposures = it.exposures.values().chain(it.disabled_exposures.values());
        let semantic = it.semantic.values().chain(it.disabled_semantic.values());
        let unit_tests = it
            .unit_tests
            .values()
            .chain(it.disabled_unit_tests.values());
        let mut groups = it.groups.values();
        let mut off = it.disabled_sources.values();
        let mut macros = it.macros.values();
        exposures
            .map(|it| (&it.package_name, &it.original_file_path))
            .chain(semantic.map(|it| (&it.package_name, &it.original_file_path)))
            .chain(unit_tests.map(|it| (&it.package_name, &it.original_file_path)))
            .any(|(package, path)| self.has(package, path))
            || groups.any(|it| self.has(&it.package_name, &it.original_file_path))
            || off.any(|it| self.has(&it.package_name, &it.original_file_path))
            || macros.any(|it| {
                let by = it.patch_path.as_ref().and_then(|it| it.split_once("://"));
                by.is_some_and(|(package, path)| self.has(package, path))
            })
    }
}

fn place<'a>(declared: &Declared<'a>, stage: &Stage<'a>) -> File<'a> {
    let package = &*stage.packages[declared.package].name;
    (package, &declared.file.original_file_path)
}

/// Lists the nodes that files hold, and those that properties files describe or described; none if
/// more than they comes of the files.
pub(super) fn nodes(
    resources: &Resources,
    holding: &[(usize, &SourceFile)],
    describing: &Describing<'_>,
    stage: &Stage<'_>,
) -> Option<Vec<Arc<Node>>> {
    let held = holding.iter();
    let held: HashSet<File<'_>> = held
        .map(|(at, it)| (&*stage.packages[*at].name, it.original_file_path.as_str()))
        .collect();
    let file = |it: &Arc<Node>| held.contains(&(&*it.package_name, &*it.original_file_path));
    let made = |it: &Arc<Node>| describing.has(&it.package_name, &it.original_file_path);
    let concerned =
        |it: &Arc<Node>| file(it) || describing.described(it) || describing.describes(it).is_some();
    let mut off = resources.disabled.values().flatten();
    if describing.held_others(resources) || off.any(|it| concerned(it) || made(it)) {
        return None;
    }
    let nodes = resources.nodes.values();
    let nodes = nodes.filter(|it| it.as_generic_test().is_none());
    let mut described = 0;
    let mut found = Vec::new();
    for node in nodes {
        // Of a template, and of what describes it, several nodes come.
        if made(node) || node.row.is_some() && concerned(node) {
            return None;
        }
        if let Some(by) = describing.describes(node) {
            let elsewhere = node.patch_path.is_some() && !describing.described(node);
            if elsewhere || node.version().is_some() || node.package_name != by.package {
                return None;
            }
            described += 1;
        }
        if concerned(node) {
            found.push(node.clone());
        }
    }
    // An entry may describe nothing, or a name may stand for two.
    (described == describing.entries.len()).then_some(found)
}

/// Reads the properties files that describe nodes and are as they were.
pub(super) fn unchanged<'a>(
    nodes: &[Arc<Node>],
    describing: &Describing<'_>,
    stage: &Stage<'a>,
) -> Option<Vec<Declared<'a>>> {
    let mut read: Vec<Declared<'a>> = Vec::new();
    for (package, path) in nodes.iter().filter_map(|it| it.patched_by()) {
        let known = read.iter().any(|it| place(it, stage) == (package, path));
        if known || describing.has(package, path) {
            continue;
        }
        let at = package_at(package, stage)?;
        let mut files = of(&stage.packages[at], FileKind::Schema);
        let file = files.find(|it| it.original_file_path == path)?;
        // What there is to say of it has been said.
        read.push(patches::read_one(at, file, stage).0);
    }
    Some(read)
}

fn package_at(name: &str, stage: &Stage<'_>) -> Option<usize> {
    stage.packages.iter().position(|it| &*it.name == name)
}

/// Brings nodes together with what is in their files and what describes them.
pub(super) fn jobs<'a>(
    nodes: &[Arc<Node>],
    holding: &[(usize, &SourceFile)],
    (describing, unchanged): (&Describing<'a>, &'a [Declared<'a>]),
    stage: &Stage<'a>,
) -> Option<Vec<Job<'a>>> {
    let mut held: HashMap<(usize, &String), Vec<RawNode>> = HashMap::new();
    for (at, file) in holding {
        let found = nodes_of(*at, &stage.packages[*at], file, stage.texts)?;
        held.insert((*at, &file.original_file_path), found);
    }
    let mut jobs = Vec::with_capacity(nodes.len());
    for node in nodes {
        let at = package_at(&node.package_name, stage)?;
        let raw = match held.get_mut(&(at, &node.original_file_path)) {
            Some(raw) => {
                let nth = raw.iter().position(|it| is_of(it, node))?;
                raw.swap_remove(nth)
            }
            None => {
                let mut files = stage.packages[at].files.iter();
                let file = files.find(|it| it.original_file_path == node.original_file_path)?;
                let all = nodes_of(at, &stage.packages[at], file, stage.texts)?;
                all.into_iter().find(|it| is_of(it, node))?
            }
        };
        let described = match describing.describes(node) {
            None if !describing.described(node) => as_before(node, unchanged, stage)?,
            described => described,
        };
        jobs.push((node.clone(), raw, described));
    }
    // What is left has not been there before.
    held.values().all(Vec::is_empty).then_some(jobs)
}

/// Only snapshots share files.
fn is_of(raw: &RawNode, node: &Node) -> bool {
    raw.resource_type == node.resource_type
        && (raw.resource_type != ResourceType::Snapshot || raw.name == node.name)
}

/// Finds the entry for a node in a file that is as it was; there may be none.
#[allow(
    clippy::option_option,
    reason = "the outer one is of what cannot be found again"
)]
fn as_before<'a>(
    node: &Node,
    unchanged: &'a [Declared<'a>],
    stage: &Stage<'a>,
) -> Option<Option<Described<'a>>> {
    let Some(by) = node.patched_by() else {
        return Some(None);
    };
    let declared = unchanged.iter().find(|it| place(it, stage) == by)?;
    let mut patches = declared.properties.patches.iter();
    let patch = patches.find(|it| {
        let version = it.version.as_ref().map(|it| &it.v);
        let same = match (version, node.version()) {
            (Some(one), Some(other)) => same_version(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        same && Some(it.kind) == kind_of(node.resource_type) && it.name == node.name
    })?;
    let (package, path) = place(declared, stage);
    Some(Some(Described {
        patch,
        package,
        path,
    }))
}
