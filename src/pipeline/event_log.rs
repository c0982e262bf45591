//! Events as data: when a run begins and ends, and what becomes of what was written down.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde_json::{Map, Value as Json, json};

use super::{
    Exit, Opened, Ready, Surroundings, alerts, checkpoints, execution, facts, incident, openlineage,
};
use crate::diagnostics::Diagnostic;
use crate::event_log::{About, Head, Recorder, SpoolFile, spools};
use crate::events::Event;
use crate::execute::{EventStore, Execution, Failure, Undelivered};
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

/// A run whose events will be written down.
pub(super) struct Beginning {
    about: About,
    root: PathBuf,
    target_path: PathBuf,
}

impl Beginning {
    /// Takes note of a run, where the project wants its events and the command does something to the warehouse.
    pub(super) fn of(
        recorder: &Recorder,
        invocation: &Invocation,
        opened: &Opened,
        around: &Surroundings,
    ) -> Option<Self> {
        if !is_run(invocation) || !opened.check_settings.events {
            recorder.turn_off();
            return None;
        }
        let about = About {
            run_id: around.invocation_id.clone(),
            started_at: opened.facts.base.started_at,
            command: invocation.command.as_str(),
            facts: about(invocation, &opened.project, around),
            hides_values: !opened.check_settings.restricted_tags.is_empty(),
        };
        Some(Self {
            about,
            root: opened.project.root().root.clone(),
            target_path: opened.project.target_path.clone(),
        })
    }

    /// Begins to write events down, once Git has said what is checked out.
    pub(super) fn begin(mut self, recorder: &Recorder, around: &Surroundings) {
        let git = git(&self.root, &*around.system);
        if !git.is_null() {
            self.about.facts.insert("git".to_owned(), git);
        }
        recorder.begin(self.about, &self.target_path);
    }
}

/// Tells whether a command does something to the warehouse.
pub(super) fn is_run(invocation: &Invocation) -> bool {
    let acts = invocation.command == Command::Incident && incident::acts(invocation);
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
    (runs || acts) && !invocation.on("dry_run")
}

/// Makes the table of events before a run, where models of the project read it: the first run begins without one.
pub(super) fn prepare(execution: &Execution, ready: &Ready, around: &Surroundings) {
    if !ready.check_settings.event_models {
        return;
    }
    if let Err(failure) = EventStore::open(execution, checkpoints::are_wanted(ready)) {
        let message = failure.into_finding().message;
        let note = format!("The table of events is not made: {message}");
        around.sink.emit(Event::Note(note));
    }
}

/// Says who started a run, where and with which arguments.
fn about(invocation: &Invocation, project: &Project, around: &Surroundings) -> Map<String, Json> {
    let system = &*around.system;
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
    add("user", json!(facts::user(around)));
    add("host", json!(system.host_name()));
    add("process", json!(std::process::id()));
    for (name, variable) in JOBS {
        if let Some(job) = system.env(variable) {
            add("ci", json!({"system": name, "job": job}));
        }
    }
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
pub(super) fn stop(recorder: &Recorder, (findings, texts): (&[Diagnostic], &Texts)) {
    recorder.add_findings(findings, texts);
    // What cannot be written now has no other place to go.
    let _ = recorder.end("error");
}

/// Opens the table of events after a run whose events are written down; none if nothing is.
pub(super) fn open(
    recorder: &Recorder,
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
) -> Option<Result<EventStore, Failure>> {
    let execution = || execution(invocation, ready, around);
    let open = || EventStore::open(&execution(), checkpoints::are_wanted(ready));
    recorder.is_on().then(open)
}

/// Writes the end of a run down, and delivers its events and those that earlier runs have left. A run is as good without.
/// Tells whether the warehouse has those of this one.
pub(super) fn end(
    recorder: &Recorder,
    store: Result<EventStore, Failure>,
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
    let Some((own, lines)) = recorder.end(outcome) else {
        return false;
    };
    // Templates do not run any more: the next run delivers.
    if outcome == "cancelled" {
        return false;
    }
    let mut waiting = waiting(&own, lines, ready, around);
    alerts::record(ready, &waiting, around);
    openlineage::record(invocation, ready, &mut waiting, around);
    let done = |run: &Undelivered| {
        if let Some(file) = run.file.as_ref().filter(|_| run.is_over) {
            // What is left is found to be delivered by the next run.
            let _ = around.system.remove_all(file);
        }
    };
    let delivered = store.and_then(|it| it.deliver(&waiting, done));
    openlineage::send(ready, around);
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

/// Lists the runs on this database whose events are to be delivered: this one, and those that have left some.
fn waiting(
    own: &SpoolFile,
    lines: String,
    ready: &Ready,
    around: &Surroundings,
) -> Vec<Undelivered> {
    let (system, now) = (&*around.system, around.system.now());
    let target = target(&ready.project);
    let mut all = Vec::new();
    for file in spools(&ready.project.target_path, system) {
        let Some(head) = file.head(system) else {
            continue;
        };
        let is_own = file == *own;
        if is_own || head.target == target {
            all.push(Undelivered {
                is_over: is_own || is_over(&head, now, system),
                run_id: head.run_id,
                file: Some(file.path),
                lines: String::new(),
                has_twice: head.has_twice,
            });
        }
    }
    // A disk without room may have no file.
    let own = own.path.as_path();
    match all.iter_mut().find(|it| it.file.as_deref() == Some(own)) {
        Some(known) => known.lines = lines,
        None if lines.is_empty() => {}
        None => all.push(Undelivered {
            run_id: around.invocation_id.to_string(),
            file: None,
            lines,
            has_twice: false,
            is_over: true,
        }),
    }
    all
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

/// Reads the entries of a run, each once.
pub(super) fn entries(run: &Undelivered, system: &dyn System) -> Vec<Json> {
    let in_file = run.file.as_ref().and_then(|path| {
        let file = SpoolFile { path: path.clone() };
        Some(file.lines(0, system).ok()?.0)
    });
    let mut all: BTreeMap<u64, Json> = BTreeMap::new();
    for line in in_file.unwrap_or_default().lines().chain(run.lines.lines()) {
        if let Ok(entry) = serde_json::from_str::<Json>(line)
            && let Some(sequence) = entry["sequence"].as_u64()
        {
            all.entry(sequence).or_insert(entry);
        }
    }
    all.into_values().collect()
}
