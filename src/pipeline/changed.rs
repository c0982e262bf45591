//! `--changed`: what is known of the last success of each node, from one run to the next.

use serde_json::Value as Json;

use super::artifacts::not_written;
use super::{Ready, Surroundings};
use crate::diagnostics::Diagnostic;
use crate::execute::{Facts, RunOutcome};
use crate::records;

/// Reads what earlier runs know of this target.
pub(super) fn recall(ready: &Ready, around: &Surroundings) -> Facts {
    let folder = &ready.project.target_path;
    records::load_last_built(folder, &target(ready), &*around.system)
}

/// Keeps what is known from here on.
pub(super) fn keep(
    outcome: &RunOutcome,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) {
    let Some(facts) = &outcome.last_built else {
        return;
    };
    let folder = &ready.project.target_path;
    let saved = records::save_last_built(folder, &target(ready), facts, &*around.system);
    findings.extend(saved.err().map(|error| not_written(&error)));
}

/// Names the database; facts of a node name its relation.
fn target(ready: &Ready) -> String {
    let profile = &ready.project.profile;
    let path = profile.credentials.get("path").and_then(Json::as_str);
    format!("{} {}", profile.kind, path.unwrap_or_default())
}
