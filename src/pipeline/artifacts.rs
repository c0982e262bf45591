//! Artifacts of an invocation.

use md5::{Digest, Md5};
use serde_json::{Value as Json, json};

use super::{Ready, Surroundings};
use crate::artifacts::{DBT_VERSION, Manifest, ManifestMetadata, Metadata, RunResults};
use crate::diagnostics::{Code, Diagnostic};
use crate::events::Event;
use crate::execute::RunOutcome;
use crate::invocation::Invocation;
use crate::nodes::{Dict, Resources};
use crate::records;
use crate::system::SystemError;

/// Writes the manifest, if artifacts are wanted; tells whether nothing hindered it.
pub(super) fn manifest(
    invocation: &Invocation,
    ready: &Ready,
    resources: &Resources,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    if !invocation.on("write_json") {
        return true;
    }
    let quoting = ready.project.quoting();
    let parts = ["database", "schema", "identifier"]
        .into_iter()
        .zip(quoting);
    let mut quoting: Dict = parts
        .map(|(part, on)| (part.to_owned(), json!(on)))
        .collect();
    quoting.insert("column".to_owned(), Json::Null);
    let name = ready.facts.name.clone();
    let digest = Md5::digest(name.as_bytes());
    let metadata = ManifestMetadata {
        common: metadata(ready, around, Manifest::SCHEMA),
        project_id: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        project_name: name,
        user_id: None,
        send_anonymous_usage_stats: false,
        adapter_type: ready.adapter.name().to_owned(),
        quoting,
        run_started_at: ready.facts.base.started_at.to_rfc3339(),
    };
    let written = records::write_manifest(
        metadata,
        resources,
        &ready.graph,
        &ready.project.target_path,
        &*around.system,
    );
    note(
        "WritableManifest",
        "manifest.json",
        written,
        ready,
        around,
        findings,
    )
}

/// Writes manifest and run results after a run; tells whether nothing hindered it.
pub(super) fn run(
    invocation: &Invocation,
    ready: &Ready,
    outcome: &RunOutcome,
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
    let manifest = manifest(invocation, ready, &resources, around, findings);
    if !invocation.on("write_json") {
        return true;
    }
    let results = RunResults {
        metadata: metadata(ready, around, RunResults::SCHEMA),
        results: outcome.results.clone(),
        elapsed_time: outcome.elapsed.as_secs_f64(),
        args: invocation.args_dict(),
    };
    let target = &ready.project.target_path;
    let written = records::write_run_results(&results, target, &*around.system);
    let results = note(
        "RunExecutionResult",
        "run_results.json",
        written,
        ready,
        around,
        findings,
    );
    manifest && results
}

fn metadata(ready: &Ready, around: &Surroundings, schema: &'static str) -> Metadata {
    let text = |time: chrono::DateTime<chrono::Utc>| {
        time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
    };
    Metadata {
        dbt_schema_version: schema,
        dbt_version: DBT_VERSION,
        generated_at: text(around.system.now()),
        invocation_id: ready.facts.base.invocation_id.to_string(),
        invocation_started_at: text(ready.facts.base.started_at),
        env: ready
            .facts
            .metadata_envs
            .as_object()
            .cloned()
            .unwrap_or_default(),
    }
}

fn note(
    kind: &'static str,
    name: &str,
    written: Result<(), SystemError>,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    let well = written.is_ok();
    match written {
        Ok(()) => around.sink.emit(Event::Written {
            kind,
            path: ready.project.target_path.join(name),
        }),
        Err(error) => findings
            .push(Diagnostic::error(Code::SystemError, error.to_string()).help(error.help())),
    }
    well
}
