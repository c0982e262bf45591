//! OpenLineage's events get where they are to go, whatever happens on the way.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use crate::support::receiver::Receiver;
use crate::support::running::{ENDLESS, Running};
use crate::support::test_project::TestProject;

fn project(settings: &str) -> TestProject {
    let hold = format!(
        "{{% macro hold() %}}{{% if execute and var('hold', false) %}}{{% do log('held', info=true) %}}\
         {{% call statement() %}}{ENDLESS}{{% endcall %}}{{% endif %}}{{% endmacro %}}"
    );
    TestProject::with_files([
        ("dbt_project.yml", "name: shop\n"),
        (
            "dsql.yml",
            &format!("events: true\nopenlineage: {settings}\n"),
        ),
        ("macros/hold.sql", &hold),
        ("models/a.sql", "select 1 as id"),
        (
            "models/b.sql",
            "{% do hold() %} select * from {{ ref('a') }}",
        ),
    ])
}

/// Says of each event what it is: `START model.shop.a`.
fn said(events: &[Json]) -> Vec<String> {
    let text = |it: &Json| it.as_str().unwrap_or_default().to_owned();
    let said = events
        .iter()
        .map(|it| format!("{} {}", text(&it["eventType"]), text(&it["job"]["name"])));
    said.collect()
}

const RUN: [&str; 6] = [
    "START shop.run",
    "START model.shop.a",
    "COMPLETE model.shop.a",
    "START model.shop.b",
    "COMPLETE model.shop.b",
    "COMPLETE shop.run",
];

#[test]
fn an_endpoint_that_is_not_there_gets_all_later() {
    let receiver = Receiver::start();
    let mut project = project(&format!(
        "{{url: '{}/api/v1/lineage', api_key_env: LINEAGE_KEY}}",
        receiver.address
    ));
    // Nobody says where the key is.
    let told = project.dsql(["run"]).exits(0).stdout;
    assert!(
        told.contains("the variable LINEAGE_KEY is not set"),
        "{told}"
    );
    project.env("LINEAGE_KEY", "hush hush");
    // It is silent, then out of order in the middle of a run.
    receiver.answers([0]);
    let start = Instant::now();
    let told = project.dsql(["run"]).exits(0).stdout;
    assert!(told.contains("events wait in"), "{told}");
    assert!(start.elapsed() < Duration::from_secs(20), "one attempt");
    let first: Vec<Json> = receiver.received().iter().map(|it| it.json()).collect();
    assert_eq!(said(&first), ["START shop.run"]);
    receiver.answers([200, 200, 200, 503]);
    let told = project.dsql(["run"]).exits(0).stdout;
    assert!(told.contains("status 503"), "{told}");
    assert!(!told.contains("hush"), "{told}");
    let sent = receiver.received();
    assert_eq!(sent[0].path, "/api/v1/lineage");
    assert_eq!(sent[0].header("authorization"), Some("Bearer hush hush"));
    // What came before comes again as it was, ids and times included.
    assert_eq!(sent[0].json(), first[0]);
    let last: Json = sent[3].json();
    project.dsql(["run"]).exits(0);
    let rest: Vec<Json> = receiver.received().iter().map(|it| it.json()).collect();
    assert_eq!(rest[0], last);
    assert_eq!(said(&rest), [&RUN[3..], &RUN, &RUN, &RUN].concat());
    assert_eq!(project.files("target/openlineage"), Vec::<String>::new());
    assert_eq!(project.files("target/events"), Vec::<String>::new());
}

#[test]
fn what_is_refused_for_what_it_is_holds_nothing_up() {
    let receiver = Receiver::start();
    let project = project(&format!("{{url: '{}', namespace: prod}}", receiver.address));
    receiver.answers([200, 422]);
    project.dsql(["run"]).exits(0);
    let sent: Vec<Json> = receiver.received().iter().map(|it| it.json()).collect();
    assert_eq!(said(&sent), RUN);
    assert!(sent.iter().all(|it| it["job"]["namespace"] == "prod"));
    let refused = project.read("target/openlineage/refused.jsonl");
    assert_eq!(refused.lines().count(), 1);
    assert_eq!(sent[1], serde_json::from_str::<Json>(&refused).unwrap());
}

/// Runs that are killed, whose database is in use, and a file that ends in the middle of a line.
#[test]
fn a_file_has_each_event_once() {
    let project = project("{file: lineage/events.jsonl}");
    project.dsql(["run"]).exits(0);
    let events = || -> Vec<Json> {
        let text = project.read("lineage/events.jsonl");
        let events = text.lines().map(|it| serde_json::from_str(it).unwrap());
        events.collect()
    };
    assert_eq!(said(&events()), RUN);
    let written = project.read("lineage/events.jsonl");
    // As a run leaves it that is killed while it writes: two events and a half.
    let run: Vec<&str> = written.lines().collect();
    let half = format!("{}\n{}\n{}", run[0], run[1], &run[2][..40]);
    project.write("lineage/events.jsonl", half);
    project.write(
        "target/openlineage/20260101T000000000000-left.jsonl",
        &written,
    );
    let mut running = Running::start(&project, &["run", "--vars", "{hold: true}"]);
    running.says("held");
    // This one cannot open the database; and tells of it all the same.
    project.dsql(["run"]).exits(2);
    running.signal("KILL");
    assert_eq!(running.exit(), None);
    project.dsql(["run"]).exits(0);
    let all = events();
    let ids: BTreeSet<String> = all
        .iter()
        .map(|it| format!("{}{}", it["run"]["runId"], it["eventType"]))
        .collect();
    assert_eq!(ids.len(), all.len());
    let mut told = said(&all);
    assert_eq!(told.drain(..6).collect::<Vec<_>>(), RUN);
    let killed = [
        "START shop.run",
        "START model.shop.a",
        "COMPLETE model.shop.a",
        "START model.shop.b",
        "ABORT model.shop.b",
        "ABORT shop.run",
    ];
    assert_eq!(
        told.drain(..2).collect::<Vec<_>>(),
        ["START shop.run", "FAIL shop.run"]
    );
    assert_eq!(told.drain(..6).collect::<Vec<_>>(), killed);
    assert_eq!(told, RUN);
    assert_eq!(project.files("target/openlineage"), Vec::<String>::new());
}

#[test]
fn what_cannot_be_written_down_is_told_by_the_next_run() {
    let project = project("{file: events.jsonl}");
    project.write("target/openlineage", "no folder");
    let told = project.dsql(["run"]).exits(0).stdout;
    assert!(told.contains("are not written down"), "{told}");
    assert!(!project.exists("events.jsonl"));
    project.delete("target/openlineage");
    project.dsql(["run"]).exits(0);
    let text = project.read("events.jsonl");
    let events: Vec<Json> = text
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    assert_eq!(said(&events), [RUN, RUN].concat());
    let runs = "select count(distinct run_id), count(*) = count(distinct event_id) from dsql.event";
    assert_eq!(project.query(runs).unwrap()[0], ["2", "true"]);
    assert_eq!(project.files("target/events"), Vec::<String>::new());
}
