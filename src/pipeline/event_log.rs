//! Events as data: when a run begins and ends, and what becomes of what was written down.

use std::path::Path;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde_json::{Map, Value as Json, json};

use super::{Exit, Opened, Ready, Surroundings, execution};
use crate::diagnostics::Diagnostic;
use crate::event_log::{About, Head, Recorder, SpoolFile, spools};
use crate::events::Event;
use crate::execute::{Undelivered, deliver};
use crate::invocation::{Command, Invocation};
use crate::project::Project;
use crate::system::{Call, System};
use crate::text::Texts;

/// Variables that say which job of a CI system starts a run: the system, and the variable.
const JOBS: [(&str, &str); 6] = [
    ("github", "GITHUB_RUN_ID"),
    ("gitlab", "CI_JOB_ID"),
    ("azure", "BUILD_BUILDID"),
    ("circleci", "CIRCLE_BUILD_NUM"),
    ("buildkite", "BUILDKITE_BUILD_ID"),
    ("jenkins", "BUILD_TAG"),
];

/// After how many hours a run on another machine counts as dead.
const HOURS: i64 = 24;

/// Begins to write events down, where the project wants them and the command does something to the warehouse.
pub(super) fn begin(
    recorder: &Recorder,
    invocation: &Invocation,
    opened: &Opened,
    around: &Surroundings,
) {
    let runs = matches!(
        invocation.command,
        Command::Build
            | Command::Clone
            | Command::Quarantine
            | Command::Retry
            | Command::Rollback
            | Command::Run
            | Command::RunOperation
            | Command::Seed
            | Command::Snapshot
            | Command::SourceFreshness
            | Command::Test
    );
    let runs = runs && !invocation.on("dry_run");
    if !runs || !opened.check_settings.events {
        return recorder.turn_off();
    }
    let about = About {
        run_id: around.invocation_id.clone(),
        started_at: opened.facts.base.started_at,
        command: invocation.command.as_str(),
        facts: facts(invocation, &opened.project, &*around.system),
    };
    recorder.begin(about, &opened.project.target_path);
}

/// Says who started a run, where, with which arguments, and of which state of the project.
fn facts(invocation: &Invocation, project: &Project, system: &dyn System) -> Map<String, Json> {
    let env = |names: &[&str]| names.iter().find_map(|it| system.env(it));
    let mut facts = Map::new();
    let mut add = |name: &str, value: Json| {
        if !value.is_null() {
            facts.insert(name.to_owned(), value);
        }
    };
    add("version", json!(env!("CARGO_PKG_VERSION")));
    add("project", json!(&*project.root().name));
    add("target", json!(target(project)));
    add("command", json!(invocation.typed));
    add("user", json!(env(&["USER", "USERNAME", "LOGNAME"])));
    add("host", json!(system.host_name()));
    add("process", json!(std::process::id()));
    for (name, variable) in JOBS {
        if let Some(job) = system.env(variable) {
            add("ci", json!({"system": name, "job": job}));
        }
    }
    add("git", git(&project.root().root, system));
    facts
}

/// Names the database that a run writes to.
pub(super) fn target(project: &Project) -> String {
    let target = &project.profile.target;
    let text = |key: &str| target.get(key).and_then(Json::as_str).unwrap_or_default();
    let place = ["path", "host", "database", "dbname"].map(text);
    let place: Vec<&str> = place.into_iter().filter(|it| !it.is_empty()).collect();
    format!("{}:{}", project.profile.kind, place.join("/"))
}

/// Says which commit is checked out, and whether something else stands in its files; null where that is not known.
fn git(root: &Path, system: &dyn System) -> Json {
    let run = |arguments: &[&str]| {
        let call = Call {
            program: "git",
            arguments,
            folder: root,
            variables: &[("GIT_OPTIONAL_LOCKS", Some("0"))],
        };
        let done = system.run(&call).ok().filter(|it| it.success)?;
        Some(done.stdout.trim().to_owned())
    };
    let Some(commit) = run(&["rev-parse", "HEAD"]) else {
        return Json::Null;
    };
    let status = run(&["status", "--porcelain", "--untracked-files=no", "."]);
    json!({
        "commit": commit,
        "branch": run(&["rev-parse", "--abbrev-ref", "HEAD"]),
        "is_dirty": status.map(|it| !it.is_empty()),
    })
}

/// Writes the end of a run down that could not begin. The next one delivers what it said.
pub(super) fn stop(
    recorder: &Recorder,
    (findings, texts): (&[Diagnostic], &Texts),
    around: &Surroundings,
) {
    recorder.add_findings(findings, texts);
    // What cannot be written now has no other place to go.
    let _ = recorder.end("error", around.system.instant().as_secs_f64());
}

/// Writes the end of a run down, and delivers its events and those that earlier runs have left. A run is as good without.
/// Tells whether the warehouse has those of this one.
pub(super) fn end(
    recorder: &Recorder,
    invocation: &Invocation,
    ready: &Ready,
    (findings, exit): (&[Diagnostic], Exit),
    around: &Surroundings,
) -> bool {
    recorder.add_findings(findings, &ready.texts);
    let outcome = match exit {
        Exit::Done => "success",
        Exit::Failed => "error",
        Exit::CouldNotRun if around.stop.load(std::sync::atomic::Ordering::SeqCst) => "cancelled",
        Exit::CouldNotRun => "error",
    };
    let now = around.system.now();
    let seconds = (now - ready.facts.base.started_at).as_seconds_f64();
    let Some((own, lines)) = recorder.end(outcome, seconds) else {
        return false;
    };
    // Templates do not run any more: the next run delivers.
    if outcome == "cancelled" {
        return false;
    }
    let (system, target_path) = (&*around.system, &ready.project.target_path);
    let mut waiting: Vec<(Undelivered, bool)> = Vec::new();
    for file in spools(target_path, system) {
        let Some(head) = file.head(system) else {
            continue;
        };
        let is_own = file == own;
        if !is_own && head.target != target(&ready.project) {
            continue;
        }
        let undelivered = Undelivered {
            run_id: head.run_id.clone(),
            path: file.path.to_string_lossy().into_owned(),
            lines: if is_own { lines.clone() } else { String::new() },
            has_twice: head.has_twice,
        };
        waiting.push((undelivered, is_own || is_over(&head, now, system)));
    }
    // A disk without room has no file.
    if !lines.is_empty()
        && !waiting
            .iter()
            .any(|it| *it.0.run_id == *around.invocation_id)
    {
        let undelivered = Undelivered {
            run_id: around.invocation_id.to_string(),
            path: String::new(),
            lines,
            has_twice: false,
        };
        waiting.push((undelivered, false));
    }
    let all: Vec<Undelivered> = waiting.iter().map(|it| it.0.clone()).collect();
    let execution = execution(invocation, ready, around);
    let delivered = deliver(&execution, &all, |done| {
        let is_over = waiting.iter().any(|it| it.0.path == done.path && it.1);
        if is_over && !done.path.is_empty() {
            // What is left is found to be delivered by the next run.
            let _ = system.remove_all(Path::new(&done.path));
        }
    });
    match delivered {
        Ok(()) => true,
        Err(failure) => {
            let message = failure.into_finding().message;
            let note = format!("Events wait in {}: {message}", folder(&own));
            around.sink.emit(Event::Note(note));
            false
        }
    }
}

fn folder(file: &SpoolFile) -> String {
    let folder = file.path.parent().unwrap_or(Path::new(""));
    folder.to_string_lossy().into_owned()
}

/// Tells whether nothing is added to the events of a run any more.
fn is_over(head: &Head, now: DateTime<Utc>, system: &dyn System) -> bool {
    if head.is_ended || !head.is_running(system) {
        return true;
    }
    let started = NaiveDateTime::parse_from_str(&head.started_at, "%Y-%m-%d %H:%M:%S%.f");
    started.is_ok_and(|it| now - it.and_utc() > TimeDelta::hours(HOURS))
}
