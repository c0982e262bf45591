//! Artifacts of an invocation.

use std::collections::BTreeMap;

use md5::{Digest, Md5};
use serde_json::{Value as Json, json};

use super::resources::Keep;
use super::{Ready, Surroundings, described};
use crate::artifacts::{
    DBT_VERSION, Manifest, ManifestMetadata, Metadata, NodeColumns, NodeResult, RunResults,
    SourceResult, Sources,
};
use crate::diagnostics::{Code, Diagnostic};
use crate::events::Event;
use crate::execute::RunOutcome;
use crate::invocation::{Command, Invocation};
use crate::jinja::context::Project as Facts;
use crate::nodes::{Dict, Resources, UniqueId};
use crate::project::Project;
use crate::records::{self, Body};
use crate::system::SystemError;

/// Whether an artifact is as it should be.
pub(super) enum Written {
    /// Nothing hindered it; the manifest's body, if one was wanted.
    Well(Option<Body>),
    /// It could not be written.
    Not,
}

impl Written {
    /// Tells whether nothing hindered it.
    pub(super) fn well(&self) -> bool {
        matches!(self, Self::Well(_))
    }
}

/// Writes the manifest, if artifacts are wanted.
pub(super) fn manifest(
    invocation: &Invocation,
    ready: &Ready,
    resources: &Resources,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> Written {
    // As in dbt, what describes a project describes all of it.
    let always = invocation.command == Command::DocsGenerate;
    if !(invocation.on("write_json") || always) {
        return Written::Well(None);
    }
    let metadata = manifest_metadata(&ready.project, &ready.facts, around);
    let target = &ready.project.target_path;
    let system = &*around.system;
    let selectors = super::selection::selectors(invocation, ready).to_json();
    let graph = &ready.graph;
    let written = records::write_manifest(&metadata, resources, graph, selectors, target, system);
    let both = written.and_then(|body| {
        records::write_semantic_manifest(resources, target, system)?;
        Ok(body)
    });
    match both {
        Ok(body) => {
            manifest_written(&ready.project, around);
            Written::Well(Some(body))
        }
        Err(error) => {
            findings.push(not_written(&error));
            Written::Not
        }
    }
}

/// Says that the manifest is in place, and the one beside it.
pub(super) fn manifest_written(project: &Project, around: &Surroundings) {
    let files = [
        ("WritableManifest", "manifest.json"),
        ("SemanticManifest", records::SEMANTIC_MANIFEST_FILE),
    ];
    for (kind, file) in files {
        let path = project.target_path.join(file);
        around.sink.emit(Event::Written { kind, path });
    }
}

/// Writes the manifest at hand with other metadata; none where its body is not this one, or where
/// it or the one beside it is missing.
pub(super) fn renewed(
    project: &Project,
    facts: &Facts,
    body: &Body,
    around: &Surroundings,
) -> Option<()> {
    let (target, system) = (&project.target_path, &*around.system);
    if !system.is_file(&target.join(records::SEMANTIC_MANIFEST_FILE)) {
        return None;
    }
    let metadata = manifest_metadata(project, facts, around);
    records::renew_manifest(&metadata, body, target, system)
}

/// Makes the head of a manifest.
fn manifest_metadata(project: &Project, facts: &Facts, around: &Surroundings) -> ManifestMetadata {
    let parts = ["database", "schema", "identifier"]
        .into_iter()
        .zip(project.quoting().quote);
    let mut quoting: Dict = parts
        .map(|(part, on)| (part.to_owned(), json!(on)))
        .collect();
    quoting.insert("column".to_owned(), Json::Null);
    ManifestMetadata {
        common: metadata(facts, around, Manifest::SCHEMA),
        project_id: format!("{:x}", Md5::digest(facts.name.as_bytes())),
        project_name: facts.name.clone(),
        user_id: None,
        send_anonymous_usage_stats: false,
        adapter_type: facts.adapter.name().to_owned(),
        quoting,
        run_started_at: facts.base.started_at.to_rfc3339(),
    }
}

/// Writes manifest and results after a run; tells whether nothing hindered it.
pub(super) fn run(
    invocation: &Invocation,
    ready: &Ready,
    outcome: &RunOutcome,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    run_with(invocation, ready, (outcome, None), around, findings)
}

/// Writes what a run left; the manifest says of columns what is asked for.
pub(super) fn run_with(
    invocation: &Invocation,
    ready: &Ready,
    (outcome, columns): (&RunOutcome, Option<&BTreeMap<UniqueId, NodeColumns>>),
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    let mut resources = (*ready.resources).clone();
    for (id, node) in &outcome.compiled {
        // Unit tests run as nodes, but stand in a section of their own.
        if let Some(place) = resources.nodes.get_mut(id) {
            place.clone_from(node);
        }
    }
    if let Some(columns) = columns {
        let asked = described::asked(invocation, ready);
        described::describe(&mut resources, ready, columns, asked);
    }
    let manifest = manifest(invocation, ready, &resources, around, findings);
    if !invocation.on("write_json") {
        return true;
    }
    if invocation.command == Command::SourceFreshness {
        return sources(invocation, ready, outcome, around, findings) && manifest.well();
    }
    let (of, elapsed) = (outcome.results.clone(), outcome.elapsed.as_secs_f64());
    results(invocation, ready, of, elapsed, around, findings) && manifest.well()
}

/// Writes the manifest of what is parsed, as commands do that run nothing of it.
pub(super) fn parsed(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    let keep = ready.keep.as_deref();
    let usual = invocation.on("write_json") && invocation.text("partial_parse_file_path").is_none();
    if let Some(body) = keep.filter(|_| usual).and_then(Keep::sealed)
        && renewed(&ready.project, &ready.facts, &body, around).is_some()
    {
        manifest_written(&ready.project, around);
        return true;
    }
    match manifest(invocation, ready, &ready.resources, around, findings) {
        Written::Well(body) => {
            if let (Some(keep), Some(body)) = (keep, body) {
                keep.seal(body);
            }
            true
        }
        Written::Not => false,
    }
}

/// Writes results that took so many seconds; tells whether nothing hindered it.
pub(super) fn results(
    invocation: &Invocation,
    ready: &Ready,
    results: Vec<NodeResult>,
    elapsed_time: f64,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    if !invocation.on("write_json") {
        return true;
    }
    let results = RunResults {
        metadata: metadata(&ready.facts, around, RunResults::SCHEMA),
        results,
        elapsed_time,
        args: invocation.args_dict(),
    };
    let target = &ready.project.target_path;
    match records::write_run_results(&results, target, &*around.system) {
        Ok(()) => around.sink.emit(Event::Written {
            kind: "RunExecutionResult",
            path: target.join("run_results.json"),
        }),
        Err(error) => {
            findings.push(not_written(&error));
            return false;
        }
    }
    true
}

/// Writes how old the sources are.
fn sources(
    invocation: &Invocation,
    ready: &Ready,
    outcome: &RunOutcome,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    let results = outcome.results.iter().filter_map(|result| {
        let source = ready.resources.sources.get(&result.unique_id)?;
        SourceResult::new(result, source)
    });
    let sources = Sources {
        metadata: metadata(&ready.facts, around, Sources::SCHEMA),
        results: results.collect(),
        elapsed_time: outcome.elapsed.as_secs_f64(),
    };
    let path = match invocation.text("output") {
        Some(path) => ready.project.root().root.join(path),
        None => ready.project.target_path.join("sources.json"),
    };
    match records::write_sources(&sources, &path, &*around.system) {
        Ok(()) => around.sink.emit(Event::Written {
            kind: "FreshnessResult",
            path,
        }),
        Err(error) => {
            findings.push(not_written(&error));
            return false;
        }
    }
    true
}

/// Makes the head of an artifact.
pub(super) fn metadata(facts: &Facts, around: &Surroundings, schema: &'static str) -> Metadata {
    let text = |time: chrono::DateTime<chrono::Utc>| {
        time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
    };
    Metadata {
        dbt_schema_version: schema,
        dbt_version: DBT_VERSION,
        generated_at: text(around.system.now()),
        invocation_id: facts.base.invocation_id.to_string(),
        invocation_started_at: text(facts.base.started_at),
        env: facts.metadata_envs.as_object().cloned().unwrap_or_default(),
    }
}

/// Says what could not be written.
pub(super) fn not_written(error: &SystemError) -> Diagnostic {
    Diagnostic::error(Code::SystemError, error.to_string()).help(error.help())
}
