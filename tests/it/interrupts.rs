//! Runs that are stopped by Ctrl-C end in order.
#![cfg(unix)]

use crate::support::running::{ENDLESS, Running};
use crate::support::test_project::TestProject;

fn statuses(project: &TestProject) -> Vec<[String; 2]> {
    let json = project.json("target/run_results.json");
    let results = json["results"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let mut found: Vec<_> = results
        .map(|it| [text(&it["unique_id"]), text(&it["status"])])
        .collect();
    found.sort();
    found
}

fn interrupted(signal: &str) {
    let project = TestProject::with_files([
        (
            "dbt_project.yml",
            "name: shop\nmodels: {+materialized: table}\non-run-end: create table ended as select 1\n",
        ),
        ("models/first.sql", "select 2 as id"),
        (
            "models/long.sql",
            &format!(
                "-- {{{{ ref('first') }}}}\n{{% if execute and var('long', true) %}}{{% do \
                 log('it starts', info=true) %}}{ENDLESS}{{% else %}}select 1 as id{{% endif %}}"
            ),
        ),
        ("models/after.sql", "select * from {{ ref('long') }}"),
    ]);
    project.dsql(["run", "--vars", "long: false"]).exits(0);
    project.execute("drop table ended").unwrap();
    project.delete("target");
    let mut running = Running::start(&project, &["build"]);
    running.says("it starts");
    running.signal(signal);
    assert_eq!(running.exit(), Some(2));
    assert!(project.exists("target/manifest.json"));
    let expected = [
        ["model.shop.after", "skipped"],
        ["model.shop.first", "success"],
        ["model.shop.long", "error"],
    ];
    assert_eq!(statuses(&project), expected);
    assert_eq!(project.query("from first").unwrap(), [["2"]]);
    assert_eq!(project.query("from long").unwrap(), [["1"]], "as before");
    let tables = "select table_name from information_schema.tables order by 1";
    let tables = project.query(tables).unwrap();
    assert_eq!(tables, [["after"], ["first"], ["long"]]);
}

#[test]
fn ctrl_c_stops_the_run_in_order() {
    interrupted("INT");
}

#[test]
fn termination_stops_the_run_in_order() {
    interrupted("TERM");
}

/// A table of so many rows is committed under another name before its tests look at it.
fn stopped_in_a_test(config: &str, published: bool) {
    let project = TestProject::with_files([
        (
            "models/large.sql".to_owned(),
            "{{ config(materialized='table', publish='audited') }} select range as id from range(250000)"
                .to_owned(),
        ),
        (
            "models/large.yml".to_owned(),
            "models: [{name: large, columns: [{name: id, data_tests: [not_null: {config: \
             {on_failure: quarantine}}]}]}]"
                .to_owned(),
        ),
        (
            "tests/slow.sql".to_owned(),
            format!(
                "{{{{ config({config}) }}}} {{% if execute and var('long', true) %}}{{% do \
                 log('it starts', info=true) %}}{{% endif %}} select * from {{{{ ref('large') }}}} \
                 where id < {{% if var('long', true) %}} ({ENDLESS}) {{% else %}} 0 {{% endif %}}"
            ),
        ),
    ]);
    if published {
        project.dsql(["build", "--vars", "long: false"]).exits(0);
    }
    let mut running = Running::start(&project, &["build"]);
    running.says("it starts");
    running.signal("INT");
    assert_eq!(running.exit(), Some(2));
    let statuses = statuses(&project);
    let passed = statuses
        .iter()
        .filter(|it| it[1] == "pass" && it[0].contains("slow"));
    assert_eq!(passed.count(), 0, "{statuses:?}");
    let json = project.json("target/run_results.json").to_string();
    let end = match published {
        true => r#"\"main\".\"large\" is as it was."#,
        false => r#"There is no \"shop\".\"main\".\"large\" yet."#,
    };
    let words = "Not published: the run was stopped while the test `slow` ran.";
    assert!(json.contains(words) && json.contains(end), "{json}");
    let tables = "select table_schema, table_name from information_schema.tables order by all";
    let tables = project.query(tables).unwrap();
    let expected: &[[&str; 2]] = if published { &[["main", "large"]] } else { &[] };
    assert_eq!(tables, expected);
}

#[test]
fn a_test_that_is_stopped_leaves_nothing_beside_the_table() {
    stopped_in_a_test("severity='error'", true);
}

#[test]
fn a_search_that_is_stopped_puts_nothing_aside() {
    stopped_in_a_test("on_failure='quarantine'", false);
}
