//! What runs have to say to others, once one has ended undisturbed: events, OpenLineage's events, alerts.

use std::collections::HashSet;
use std::path::Path;

use serde_json::Value as Json;

use super::content::Difference;
use super::lab::Lab;
use crate::alerts::STATE_FILE;
use crate::artifacts::openlineage::{OUTBOX, REFUSED, identity};
use crate::event_log::spools;
use crate::system::System;

/// Tells what still waits though a run has ended undisturbed, and what has gone out twice.
pub(super) fn left_behind(lab: &Lab<'_>) -> Vec<Difference> {
    let (system, target) = (lab.system(), lab.target());
    let lineage = lab.rehearsed().sent_lineage();
    let found = [
        (
            "the spool of events",
            waiting(spools(&target, system).len()),
        ),
        (
            "the outbox of OpenLineage",
            waiting(unsent(&target, system)),
        ),
        ("OpenLineage's file", twice(&lineage, system)),
        ("the file of alerts", waiting(untold(&target, system))),
    ];
    let found = found.into_iter().filter_map(|(relation, what)| {
        Some(Difference {
            relation: relation.to_owned(),
            what: what?,
        })
    });
    found.collect()
}

fn waiting(many: usize) -> Option<String> {
    (many > 0).then(|| format!("still has those of {many} runs"))
}

/// Counts the runs whose events for OpenLineage are not sent.
fn unsent(target: &Path, system: &dyn System) -> usize {
    let files = system.list(&target.join(OUTBOX)).unwrap_or_default();
    let files = files.iter().filter(|it| !it.ends_with(REFUSED));
    files.filter(|it| system.size(it) > Some(0)).count()
}

/// Tells how many events a file has twice.
fn twice(path: &Path, system: &dyn System) -> Option<String> {
    let bytes = system.read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let mut known = HashSet::new();
    let twice = text.lines().filter(|it| !known.insert(identity(it)));
    let many = twice.count();
    (many > 0).then(|| format!("has {many} events twice"))
}

/// Counts the runs of which no alert was made.
fn untold(target: &Path, system: &dyn System) -> usize {
    let bytes = system.read(&target.join(STATE_FILE)).unwrap_or_default();
    let state: Json = serde_json::from_slice(&bytes).unwrap_or_default();
    state["heard"].as_array().map_or(0, Vec::len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::MemorySystem;

    #[test]
    fn what_waits_and_what_has_gone_out_twice_is_found() {
        let system = MemorySystem::with_files([
            ("target/openlineage/one.jsonl", "{}\n"),
            ("target/openlineage/sent.jsonl", ""),
            ("target/openlineage/refused.jsonl", "{}\n"),
            ("target/alerts/state.json", r#"{"heard": [1, 2]}"#),
            (
                "file.jsonl",
                r#"{"run": {"runId": "a"}, "eventType": "START"}
{"run": {"runId": "a"}, "eventType": "COMPLETE"}
{"eventType": "START", "run": {"runId": "a"}}"#,
            ),
        ]);
        let target = Path::new("target");
        assert_eq!(unsent(target, &system), 1);
        assert_eq!(untold(target, &system), 2);
        let told = twice(Path::new("file.jsonl"), &system);
        assert_eq!(told.as_deref(), Some("has 1 events twice"));
        assert_eq!(waiting(0), None);
    }
}
