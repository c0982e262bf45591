//! Files of a project and its packages → resources.
//!
//! In: a loaded [`Project`](crate::project::Project), its texts and its profile. Out: [`Parsed`]:
//! all resources with their references not yet resolved, and the template engine with all macros.
//! Files are read in parallel; results come together in the order of packages and paths, so they
//! do not depend on the order in which threads finish. A file that cannot be read is reported and
//! the others go on. Read `node.rs` for how one node comes to be.

mod amend;
mod assemble;
mod builtin;
mod call;
mod configure;
mod contract;
mod data_test;
mod descriptions;
mod docs;
mod exposures;
mod files;
mod fixtures;
mod generate;
mod hooks;
mod macro_arguments;
mod macros;
mod names;
mod node;
mod overrides;
mod patches;
mod primary_key;
mod properties;
mod python;
mod python_model;
mod raw;
mod rendered;
mod semantic;
mod shortcut;
mod sources;
mod tests;
mod unit_tests;
mod versions;

pub use amend::{Amended, FilePlace, amend, can_be_amended};
pub use generate::{TableAsked, TableName, tables};
pub use overrides::may_override;
pub use rendered::Rendered;

pub(crate) use node::{TEST_ARGUMENTS, arguments as test_arguments};

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use crate::adapters::Adapter;
use crate::diagnostics::Diagnostic;
use crate::jinja::context::{ParseContext, Project as Facts};
use crate::jinja::{Engine, MacroSet, MacroSettings};
use crate::nodes::{Resources, Row};
use crate::project::{FileKind, Package, Project};
use crate::text::Texts;
use names::Generators;
use rendered::Renderings;

/// What the stage reads.
#[derive(Clone)]
pub struct ParseInput<'a> {
    /// The root project, its packages and profile.
    pub loaded: &'a Project,
    /// Facts of the invocation, which templates see.
    pub project: Arc<Facts>,
    /// Flag `require_explicit_package_overrides_for_builtin_materializations` turned off.
    pub packages_override_materializations: bool,
    /// Set from outside to end templates that run.
    pub stop: Arc<AtomicBool>,
}

/// What the stage gives.
#[derive(Debug)]
pub struct Parsed {
    /// All resources; references are not resolved.
    pub resources: Resources,
    /// Templates and macros.
    pub engine: Engine,
    /// What templates asked for.
    pub rendered: Rendered,
}

/// What all parts of the stage share.
struct Stage<'a> {
    loaded: &'a Project,
    packages: &'a [Package],
    texts: &'a Texts,
    project: &'a Arc<Facts>,
    engine: &'a Engine,
    generators: &'a Generators,
    renderings: &'a Renderings,
    created_at: f64,
}

/// Reads all files. Adds the built-in macros to `texts`, so that findings can point into them.
/// `before` is what templates asked for in an earlier parse, if nothing else has changed that they
/// can look at.
pub fn parse(
    input: &ParseInput<'_>,
    before: Rendered,
    texts: &mut Texts,
) -> (Parsed, Vec<Diagnostic>) {
    let created_at = seconds(input.project.base.started_at);
    let built_in = builtin::add(&input.project.adapter.macro_prefixes(), texts);
    let mut diagnostics = Vec::new();
    let (mut found, findings) = macros::read(
        &macro_files(&input.loaded.packages, &built_in, texts),
        created_at,
    );
    diagnostics.extend(findings);
    let set = macro_set(input, &found);
    let context = ParseContext::known_names();
    macros::link(&mut found, &set, &|name| context.contains(name));
    // Its macros do not know what they depend on; templates do not ask.
    let engine = Engine::stopped_by(set, input.stop.clone());
    let (resources, rendered) = staged(
        input.loaded,
        &input.project,
        &engine,
        before,
        texts,
        |stage| {
            if macro_arguments::are_checked(stage) {
                macro_arguments::fill(&mut found, stage);
            }
            let mut resources = Resources {
                macros: found,
                ..Resources::default()
            };
            diagnostics.extend(read_resources(&mut resources, &built_in, stage));
            resources
        },
    );
    let parsed = Parsed {
        resources,
        engine,
        rendered,
    };
    (parsed, diagnostics)
}

/// Makes the engine for macros that [`parse`] gave in an earlier run of the same project; the texts
/// are those of that run.
pub fn revive(
    input: &ParseInput<'_>,
    macros: &indexmap::IndexMap<crate::nodes::UniqueId, Arc<crate::nodes::Macro>>,
    texts: &mut Texts,
) -> Engine {
    add_built_in(&*input.project.adapter, texts);
    Engine::stopped_by(macro_set(input, macros), input.stop.clone())
}

/// Adds the built-in macros to the texts as [`parse`] does, so that findings can point into them.
pub fn add_built_in(adapter: &dyn Adapter, texts: &mut Texts) {
    builtin::add(&adapter.macro_prefixes(), texts);
}

/// Reads SQL that is in no file as an operation of the root project.
pub fn inline(
    file: crate::text::FileId,
    sql: &str,
    loaded: &Project,
    project: &Arc<Facts>,
    engine: &Engine,
) -> (Option<crate::nodes::Node>, Vec<Diagnostic>) {
    let texts = Texts::default();
    let before = Rendered::default();
    let (read, _) = staged(loaded, project, engine, before, &texts, |stage| {
        let raw = raw::inline(file, sql, &loaded.root().name);
        node::read(raw, None, None, stage)
    });
    read
}

/// Does work on what all parts of the stage share; also gives what templates asked for.
fn staged<T>(
    loaded: &Project,
    project: &Arc<Facts>,
    engine: &Engine,
    before: Rendered,
    texts: &Texts,
    work: impl FnOnce(&Stage<'_>) -> T,
) -> (T, Rendered) {
    let packages = loaded.packages.iter().map(|it| &*it.name);
    let generators = Generators::of(packages, engine);
    let renderings = Renderings::new(before, texts);
    let stage = Stage {
        packages: &loaded.packages,
        loaded,
        texts,
        project,
        engine,
        generators: &generators,
        renderings: &renderings,
        created_at: seconds(project.base.started_at),
    };
    let done = work(&stage);
    (done, renderings.end(texts))
}

fn read_resources(
    resources: &mut Resources,
    built_in: &[builtin::BuiltIn],
    stage: &Stage<'_>,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let declared = patches::read(stage, &mut diagnostics);
    let (docs, findings) = read_docs(built_in, stage);
    resources.docs = docs;
    diagnostics.extend(findings);
    let mut raw = Vec::new();
    for (at, package) in stage.packages.iter().enumerate() {
        let (nodes, findings) = files::read(at, package, stage.texts);
        raw.extend(nodes);
        diagnostics.extend(findings);
    }
    let mut raw = generate::models(raw, &declared, stage, &mut diagnostics);
    raw.extend(declared.snapshots(stage, &mut diagnostics));
    raw.extend(declared.macro_calls(stage));
    let index = declared.index(&raw, stage, &mut diagnostics);
    let read: Vec<_> = raw
        .into_par_iter()
        .zip(index)
        .map(|(raw, described)| node::read(raw, described, None, stage))
        .collect();
    assemble::nodes(resources, read, &mut diagnostics);
    let hooks: Vec<_> = hooks::read(stage).into_iter().collect();
    let read: Vec<_> = hooks
        .into_iter()
        .map(|raw| node::read(raw, None, None, stage))
        .collect();
    assemble::nodes(resources, read, &mut diagnostics);
    versions::put_last(resources, &declared, stage);
    sources::read(resources, &declared, stage, &mut diagnostics);
    tests::read(resources, &declared, stage, &mut diagnostics);
    exposures::read(resources, &declared, stage, &mut diagnostics);
    exposures::read_groups(resources, &declared, stage, &mut diagnostics);
    unit_tests::read(resources, &declared, stage, &mut diagnostics);
    semantic::read(resources, &declared, stage, &mut diagnostics);
    declared.describe_macros(resources, stage, &mut diagnostics);
    primary_key::infer(resources);
    diagnostics.extend(descriptions::render(resources, stage));
    Row::told_once(&mut diagnostics);
    diagnostics
}

fn read_docs(built_in: &[builtin::BuiltIn], stage: &Stage<'_>) -> DocsRead {
    let mut files = Vec::new();
    let mut below = Vec::new();
    for package in stage.packages {
        for file in files::of(package, FileKind::Documentation) {
            let Some(id) = file.file else { continue };
            below.push(file.relative_path.as_str());
            files.push(macros::MacroFile {
                package: &package.name,
                file: id,
                path: &file.original_file_path,
                text: stage.texts.content(id),
                blocks_alone: false,
            });
        }
    }
    for file in built_in {
        let Some(path) = file.path.strip_prefix(builtin::DOCS) else {
            continue;
        };
        below.push(path);
        files.push(built_in_file(file, stage.texts));
    }
    docs::read(&files, &below)
}

type DocsRead = (
    indexmap::IndexMap<crate::nodes::UniqueId, Arc<crate::nodes::DocBlock>>,
    Vec<Diagnostic>,
);

fn macro_files<'a>(
    packages: &'a [Package],
    built_in: &'a [builtin::BuiltIn],
    texts: &'a Texts,
) -> Vec<macros::MacroFile<'a>> {
    let own = packages.iter().flat_map(|package| {
        let kinds = [FileKind::Macro, FileKind::GenericTest];
        kinds
            .into_iter()
            .flat_map(move |kind| files::of(package, kind))
            .filter_map(|file| {
                let id = file.file?;
                Some(macros::MacroFile {
                    package: &package.name,
                    file: id,
                    path: &file.original_file_path,
                    text: texts.content(id),
                    blocks_alone: file.kind == FileKind::Macro,
                })
            })
    });
    let built_in = built_in.iter().filter(|it| it.path.ends_with(".sql"));
    let built_in = built_in.map(|it| built_in_file(it, texts));
    own.chain(built_in).collect()
}

fn built_in_file<'a>(it: &builtin::BuiltIn, texts: &'a Texts) -> macros::MacroFile<'a> {
    macros::MacroFile {
        package: it.package,
        file: it.file,
        path: it.path,
        text: texts.content(it.file),
        blocks_alone: false,
    }
}

fn macro_set(
    input: &ParseInput<'_>,
    macros: &indexmap::IndexMap<crate::nodes::UniqueId, Arc<crate::nodes::Macro>>,
) -> MacroSet {
    let projects = input
        .loaded
        .packages
        .iter()
        .map(|package| package.name.to_string());
    let internal = builtin::PACKAGES.map(str::to_owned).to_vec();
    MacroSet::new(
        macros,
        MacroSettings {
            root: input.project.name.clone(),
            projects: projects.chain(internal.clone()).collect(),
            internal,
            adapter_types: (input.project.adapter.macro_prefixes().into_iter())
                .map(str::to_owned)
                .collect(),
            dispatch: root_dispatch(input.loaded),
            packages_override_materializations: input.packages_override_materializations,
        },
    )
}

fn seconds(time: chrono::DateTime<chrono::Utc>) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "microseconds of this era fit")]
    let micros = time.timestamp_micros() as f64;
    micros / 1e6
}

fn root_dispatch(project: &Project) -> Vec<(String, Vec<String>)> {
    let dispatch = project.root().project.dispatch.iter();
    dispatch
        .map(|it| (it.macro_namespace.clone(), it.search_order.clone()))
        .collect()
}
