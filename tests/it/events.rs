//! Events of runs are in the warehouse exactly once, whatever happens on the way.

#![cfg(unix)]

use std::io::Read;
use std::process::Stdio;

use crate::support::running::{ENDLESS, Running};
use crate::support::test_project::TestProject;

fn project() -> TestProject {
    TestProject::with_files([
        ("dbt_project.yml", "name: shop\n"),
        ("dsql.yml", "events: true\n"),
        (
            "models/a.sql",
            "{{ config(materialized='table') }} select 1 as id",
        ),
        (
            "models/b.sql",
            "{{ config(materialized='table') }} select * from {{ ref('a') }}",
        ),
    ])
}

/// Runs, events, different events, and whether none is missing between the first and the last of a run.
fn delivered(project: &TestProject) -> Vec<String> {
    let sql = "select count(*), sum(events), sum(different), bool_and(last = events) from (
        select count(*) as events, count(distinct event_id) as different, max(sequence) as last from dsql.event group by run_id)";
    project.query(sql).unwrap().remove(0)
}

fn finished(project: &TestProject) -> String {
    let sql = "select count(*) from dsql.event where kind = 'run_finished'";
    project.query(sql).unwrap()[0][0].clone()
}

#[test]
fn what_was_delivered_is_not_delivered_again() {
    let project = project();
    project.dsql(["run"]).exits(0);
    let [runs, events, different, whole] = delivered(&project).try_into().unwrap();
    assert_eq!((runs.as_str(), whole.as_str()), ("1", "true"));
    assert_eq!(events, different);
    assert!(project.files("target/events").is_empty());
    // As a run leaves it that is killed between the delivery and the end of its file, and half a line behind.
    let rows = "select to_json(e)::varchar from (select * replace (strftime(happened_at, '%Y-%m-%d %H:%M:%S.%f') as happened_at) from dsql.event order by sequence) e";
    let lines: Vec<String> = project
        .query(rows)
        .unwrap()
        .into_iter()
        .map(|it| it[0].clone())
        .collect();
    let spool = lines.join("\n") + "\n{\"event_id\": \"half";
    project.write("target/events/20260101T000000000000-left.jsonl", spool);
    project.dsql(["run"]).exits(0);
    let [runs, events, different, whole] = delivered(&project).try_into().unwrap();
    assert_eq!((runs.as_str(), whole.as_str()), ("2", "true"));
    assert_eq!(events, different);
    assert_eq!(finished(&project), "2");
}

/// A run that is killed when it has delivered its events and not committed that, and one that is killed in the middle.
#[test]
fn killed_runs_leave_all_that_happened() {
    let project = project();
    project.write(
        "macros/hold.sql",
        format!(
            "{{% macro hold(phase) %}}{{% if execute and var('phase', 'none') == phase %}}{{% do log('held', info=true) %}}\
             {{% call statement() %}}{ENDLESS}{{% endcall %}}{{% endif %}}{{% endmacro %}}\n\
             {{% macro deliver_events(events, columns, run_id, path, has_twice) %}}\
             {{% do dbt.deliver_events(events, columns, run_id, path, has_twice) %}}{{% do hold('delivery') %}}{{% endmacro %}}"
        ),
    );
    project.write(
        "models/b.sql",
        "{{ config(materialized='table') }} {% do hold('run') %} select * from {{ ref('a') }}",
    );
    project.dsql(["run"]).exits(0);
    for (at, phase) in (1..).zip(["run", "delivery", "run"]) {
        let vars = format!("{{phase: {phase}}}");
        let mut running = Running::start(&project, &["run", "--vars", &vars]);
        running.says("held");
        let locked = project.dsql(["spc", "--metric", "seconds"]).exits(2).stdout;
        assert!(locked.contains("--wait"), "{locked}");
        running.signal("KILL");
        assert_eq!(running.exit(), None);
        assert_eq!(delivered(&project)[0], "1", "killed {phase}");
        assert_eq!(project.files("target/events").len(), at, "killed {phase}");
    }
    project.dsql(["run"]).exits(0);
    let [runs, events, different, whole] = delivered(&project).try_into().unwrap();
    assert_eq!((runs.as_str(), whole.as_str()), ("5", "true"));
    assert_eq!(events, different);
    // The one that was killed while it delivered had ended.
    assert_eq!(finished(&project), "3");
    assert!(project.files("target/events").is_empty());
}

#[test]
fn events_come_through_without_a_file() {
    let project = project();
    // Nothing can be written there, as on a disk without room.
    project.write("target/events", "no folder");
    project.dsql(["run"]).exits(0);
    let [runs, events, different, whole] = delivered(&project).try_into().unwrap();
    assert_eq!((runs.as_str(), whole.as_str()), ("1", "true"));
    assert_eq!(events, different);
    assert_eq!(finished(&project), "1");
}

#[test]
fn a_run_is_followed_from_elsewhere() {
    let project = project();
    let mut command = project.command(["logs", "--follow"]);
    let mut follower = command.stdout(Stdio::piped()).spawn().unwrap();
    project.dsql(["run"]).exits(0);
    let mut said = String::new();
    follower
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(follower.wait().unwrap().success());
    let kinds: Vec<&str> = said
        .lines()
        .filter_map(|it| it.split_whitespace().nth(2))
        .collect();
    assert_eq!(kinds.first(), Some(&"run_started"), "{said}");
    assert_eq!(kinds.last(), Some(&"run_finished"), "{said}");
    assert_eq!(
        kinds.iter().filter(|it| **it == "node_finished").count(),
        2,
        "{said}"
    );
}
