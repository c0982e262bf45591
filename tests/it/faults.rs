//! What dsql does when the world, or dsql itself, fails in the middle of its work.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dsql::diagnostics::Code;
use dsql::events::{Event, Sink};
use dsql::invocation::{Command as Word, Invocation};
use dsql::pipeline::{self, Exit, Surroundings};
use serde_json::json;

use crate::support::faulty_system::FaultySystem;
use crate::support::test_project::TestProject;

/// Loops 10¹⁰ times: hours.
const ENDLESS: &str = "{% if WHEN %}{% for i in range(100000) %}{% for j in range(100000) %}\
                       {% endfor %}{% endfor %}{% endif %} select 1 as id";

/// Stops the run when an event comes, as Ctrl-C would.
struct StopsAt {
    stop: Arc<AtomicBool>,
    at: fn(&Event) -> bool,
}

impl Sink for StopsAt {
    fn emit(&self, event: Event) {
        if (self.at)(&event) {
            self.stop.store(true, Ordering::SeqCst);
        }
    }
}

fn run(
    project: &TestProject,
    word: Word,
    system: FaultySystem,
    stops_at: fn(&Event) -> bool,
) -> pipeline::Outcome {
    let stop = Arc::<AtomicBool>::default();
    let sink = StopsAt {
        stop: stop.clone(),
        at: stops_at,
    };
    let around = Surroundings {
        system: Arc::new(system),
        sink: Arc::new(sink),
        invocation_id: "00000000-0000-4000-8000-000000000000".into(),
        stop,
        interrupts: Default::default(),
    };
    let mut invocation = Invocation::new(word, word.as_str().to_owned());
    invocation.give("project_dir", json!(project.path().display().to_string()));
    pipeline::run(&mut invocation, &around)
}

/// Status and message of each node.
fn results(project: &TestProject) -> Vec<(String, String, String)> {
    let results = project.json("target/run_results.json");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut found: Vec<_> = results["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (
                text(&it["unique_id"]),
                text(&it["status"]),
                text(&it["message"]),
            )
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_node_that_panics_is_a_failed_node() {
    let project = TestProject::with_files([
        ("models/bad.sql", "select 1 as id"),
        ("models/after.sql", "select * from {{ ref('bad') }}"),
        ("models/good.sql", "select 1 as id"),
    ]);
    let system = FaultySystem {
        breaks_at: Some("compiled/shop/models/bad.sql"),
        ..FaultySystem::default()
    };
    let outcome = run(&project, Word::Run, system, |_| false);
    assert_eq!(outcome.exit, Exit::Failed);
    let results = results(&project);
    let states: Vec<_> = results
        .iter()
        .map(|it| (it.0.as_str(), it.1.as_str()))
        .collect();
    assert_eq!(
        states,
        [
            ("model.shop.after", "skipped"),
            ("model.shop.bad", "error"),
            ("model.shop.good", "success")
        ]
    );
    assert!(results[1].2.contains("no way to write"), "{results:?}");
    assert_eq!(project.query("from good").unwrap(), [["1"]]);
}

#[test]
fn a_file_whose_reading_panics_is_an_error_at_the_file() {
    let project = TestProject::with_files([
        ("models/bad.sql", "select {{ env_var('BROKEN') }} as id"),
        ("models/lost.sql", "select * from {{ ref('nobody') }}"),
        ("models/good.sql", "select 1 as id"),
    ]);
    let system = FaultySystem {
        breaks_for: Some("BROKEN"),
        ..FaultySystem::default()
    };
    let outcome = run(&project, Word::Run, system, |_| false);
    assert_eq!(outcome.exit, Exit::CouldNotRun);
    let told: Vec<_> = outcome
        .diagnostics
        .iter()
        .map(|it| {
            let at = it.location().and_then(|at| outcome.texts.get(at.file));
            (it.code, at.map(|it| it.path.as_str()).unwrap_or_default())
        })
        .collect();
    assert_eq!(
        told,
        [
            (Code::InternalError, "models/bad.sql"),
            (Code::UnresolvedRef, "models/lost.sql")
        ]
    );
    let message = &outcome.diagnostics[0].message;
    assert!(message.contains("no way to look"), "{message}");
}

#[test]
fn a_template_that_runs_for_hours_ends_when_the_run_is_stopped() {
    let endless = ENDLESS.replace("WHEN", "execute");
    let project = TestProject::with_files([("models/endless.sql", endless.as_str())]);
    let started = |event: &Event| matches!(event, Event::NodeStarted { .. });
    let outcome = run(&project, Word::Run, FaultySystem::default(), started);
    assert_eq!(outcome.exit, Exit::CouldNotRun);
    let (_, status, message) = &results(&project)[0];
    assert_eq!(status, "error");
    assert!(message.contains("the template was stopped"), "{message}");
}

#[test]
fn reading_that_takes_hours_ends_when_the_run_is_stopped() {
    let endless = ENDLESS.replace("WHEN", "not execute");
    let project = TestProject::with_files([("models/endless.sql", endless.as_str())]);
    let started = |event: &Event| matches!(event, Event::Configured { .. });
    let outcome = run(&project, Word::Run, FaultySystem::default(), started);
    assert_eq!(outcome.exit, Exit::CouldNotRun);
    assert!(outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
    assert!(!project.exists("shop.duckdb"));
}

/// Runs the binary where no file may grow beyond so many blocks of 512 bytes.
#[cfg(unix)]
fn limited(project: &TestProject, blocks: u32) -> Command {
    let dsql = project.command(["run", "--no-partial-parse"]);
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("ulimit -f {blocks}; exec \"$0\" \"$@\"")])
        .arg(dsql.get_program())
        .args(dsql.get_args())
        .current_dir(project.path())
        .env_clear();
    for (name, value) in dsql.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_what_was_there() {
    let project = TestProject::with_files([(
        "models/orders.sql",
        "{{ config(materialized='table') }} select 1 as id",
    )]);
    project.dsql(["run"]).exits(0);
    let manifest = project.read("target/manifest.json");
    project.write(
        "models/orders.sql",
        "{{ config(materialized='table') }}
select range as id, md5(range::varchar) as code, md5((range * 7)::varchar) as more
from range(400000)",
    );
    let outcome = project.finish(limited(&project, 800)).exits(2);
    assert!(!outcome.stdout.contains("panicked"), "{outcome}");
    for words in [
        "ERROR creating sql table model main.orders",
        "File too large",
        "make room on the disk",
        "target/manifest.json",
    ] {
        assert!(outcome.stdout.contains(words), "{words} in {outcome}");
    }
    assert_eq!(project.query("from orders").unwrap(), [["1"]]);
    assert!(project.read("target/manifest.json") == manifest);
    let unfinished = |name: &String| name.ends_with(".tmp");
    assert!(!project.files("target").iter().any(unfinished));
    project.dsql(["run"]).exits(0);
    let rows = project.query("select count(*) from orders").unwrap();
    assert_eq!(rows, [["400000"]]);
}

#[cfg(unix)]
#[test]
fn where_nothing_can_be_written_that_is_said() {
    let project = TestProject::with_files([("models/orders.sql", "select 1 as id")]);
    let outcome = project.finish(limited(&project, 0)).exits(2);
    for words in [
        "cannot open shop.duckdb",
        "make room on the disk",
        "target/manifest.json",
        "target/run_results.json",
    ] {
        assert!(outcome.stdout.contains(words), "{words} in {outcome}");
    }
    assert_eq!(project.files("target"), Vec::<String>::new());
}
