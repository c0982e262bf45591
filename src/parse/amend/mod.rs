//! A few files of a project read again, all others being as they were.
//!
//! In: what an earlier parse and its graph gave, the files in which something else stands since, and
//! the project as it is. Out: the same resources, of which those are read again that these files hold
//! or describe, their references not resolved; or none, if more comes of the change: then the project
//! is to be parsed. That is so where others would see a resource otherwise than before (`seen.rs`),
//! where a resource appears or goes, data tests aside, and where there is something to report.

mod found;
mod seen;
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::node;
use super::patches::{AllDeclared, Declared};
use super::rendered::Rendered;
use super::{ParseInput, Stage, descriptions, patches, primary_key, revive, sources, staged};
use crate::jinja::Engine;
use crate::nodes::{Node, Resources, UniqueId};
use crate::project::{FileKind, SourceFile};
use crate::text::Texts;
use found::{Describing, Job};
use seen::{Seen, SeenSource};

/// A file of a project: its package and its place among the files of the package.
pub type FilePlace = (usize, usize);

/// What was read again.
#[derive(Debug)]
pub struct Amended {
    /// All resources; the references of those that were read again are not resolved.
    pub resources: Resources,
    /// Templates and macros.
    pub engine: Engine,
    /// The nodes that were read again.
    pub nodes: BTreeSet<UniqueId>,
}

/// Tells whether files of a kind can be read again alone: nothing but what they hold or describe
/// comes of them.
pub fn can_be_amended(kind: FileKind) -> bool {
    match kind {
        FileKind::Model
        | FileKind::Snapshot
        | FileKind::Analysis
        | FileKind::SingularTest
        | FileKind::Seed
        | FileKind::Schema => true,
        FileKind::Macro
        | FileKind::GenericTest
        | FileKind::Documentation
        | FileKind::Fixture
        | FileKind::Function => false,
    }
}

/// Reads files again. Adds the built-in macros to `texts` as [`parse`](super::parse) does.
pub fn amend(
    input: &ParseInput<'_>,
    mut before: Resources,
    changed: &[FilePlace],
    texts: &mut Texts,
) -> Option<Amended> {
    let engine = revive(input, &before.macros, texts);
    let (loaded, project) = (input.loaded, &input.project);
    let read = |stage: &Stage<'_>| read_again(&mut before, changed, stage);
    let (nodes, _) = staged(loaded, project, &engine, Rendered::default(), texts, read);
    let nodes = nodes?;
    Some(Amended {
        resources: before,
        engine,
        nodes,
    })
}

fn read_again(
    resources: &mut Resources,
    changed: &[FilePlace],
    stage: &Stage<'_>,
) -> Option<BTreeSet<UniqueId>> {
    let mut holding = Vec::new();
    let mut describing = Vec::new();
    for &(package, nth) in changed {
        let file = stage.packages.get(package)?.files.get(nth)?;
        match file.kind {
            FileKind::Schema => describing.push(declared(package, file, stage)?),
            // Unit tests can take rows from seeds.
            FileKind::Seed if !resources.unit_tests.is_empty() => return None,
            _ => holding.push((package, file)),
        }
    }
    let declared = AllDeclared(describing);
    let describing = Describing::new(&declared, stage)?;
    let nodes = found::nodes(resources, &holding, &describing, stage)?;
    let unchanged = found::unchanged(&nodes, &describing, stage)?;
    let jobs = found::jobs(&nodes, &holding, (&describing, &unchanged), stage)?;
    let read: Vec<Option<Node>> = jobs.into_par_iter().map(|it| read(it, stage)).collect();
    let mut amended: BTreeSet<UniqueId> = BTreeSet::new();
    for node in read {
        let node = Arc::new(node?);
        amended.insert(node.unique_id.clone());
        resources.nodes.insert(node.unique_id.clone(), node);
    }
    let tables = read_sources(resources, &declared, &describing, stage)?;
    amended.extend(tests::read_again(resources, &declared, &describing, stage)?);
    primary_key::infer_some(resources, |id| amended.contains(id));
    let findings = descriptions::render_some(resources, &amended, &tables, stage);
    findings.is_empty().then_some(amended)
}

/// Reads a properties file in which nothing stands that others depend on by its place.
fn declared<'a>(package: usize, file: &'a SourceFile, stage: &Stage<'a>) -> Option<Declared<'a>> {
    let (declared, findings) = patches::read_one(package, file, stage);
    let it = &declared.properties;
    let alone = it.macros.is_empty()
        && it.exposures.is_empty()
        && it.groups.is_empty()
        && it.unit_tests.is_empty()
        && it.generated.templates.is_empty()
        && it.semantic.is_empty();
    let mut patches = it.patches.iter();
    let plain = patches.all(|it| it.version.is_none() && it.relation.is_none());
    (findings.is_empty() && alone && plain).then_some(declared)
}

/// Reads a node; none if others see it otherwise than before, or if there is something to report.
fn read((old, raw, described): Job<'_>, stage: &Stage<'_>) -> Option<Node> {
    let (node, findings) = node::read(raw, described, None, stage);
    let node = node.filter(|_| findings.is_empty())?;
    (Seen::of(&node) == Seen::of(&old)).then_some(node)
}

/// Reads the tables of sources in files again, and lists them.
fn read_sources(
    resources: &mut Resources,
    declared: &AllDeclared<'_>,
    describing: &Describing<'_>,
    stage: &Stage<'_>,
) -> Option<BTreeSet<UniqueId>> {
    let mut read = Resources::default();
    let mut findings = Vec::new();
    sources::read(&mut read, declared, stage, &mut findings);
    if !findings.is_empty() || !read.disabled_sources.is_empty() {
        return None;
    }
    let before = resources.sources.values();
    let before: Vec<_> = before
        .filter(|it| describing.has(&it.package_name, &it.original_file_path))
        .map(|it| SeenSource::of(it))
        .collect();
    let after: Vec<_> = read.sources.values().map(|it| SeenSource::of(it)).collect();
    if before != after {
        return None;
    }
    let ids = read.sources.keys().cloned().collect();
    for (id, source) in read.sources {
        resources.sources.insert(id, source);
    }
    Some(ids)
}
