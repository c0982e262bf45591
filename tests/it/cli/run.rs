//! What a run prints: dbt's lines, JSON events, nothing that is secret.

use serde_json::Value;

use crate::support::test_project::TestProject;

fn project() -> TestProject {
    TestProject::with_files([
        ("models/orders.sql", "select 1 as id"),
        ("models/broken.sql", "select nope from {{ ref('orders') }}"),
        ("models/after.sql", "select * from {{ ref('broken') }}"),
    ])
}

#[test]
fn a_run_reads_as_in_dbt() {
    let outcome = project().dsql(["run"]).exits(1);
    for words in [
        "OK created sql view model main.orders",
        "ERROR creating sql view model main.broken",
        "SKIP relation main.after",
        "Completed with 1 error, 0 partial successes, and 0 warnings:",
        "Failure in model broken (models/broken.sql)",
        "models/broken.sql:1:8",
        "Done. PASS=1 WARN=0 ERROR=1 SKIP=1 NO-OP=0 TOTAL=3",
    ] {
        assert!(outcome.stdout.contains(words), "{words:?} in\n{outcome}");
    }
}

#[test]
fn a_project_that_brings_its_profile_has_one_database() {
    let project = TestProject::with_files([
        ("dbt_project.yml", "name: shop\nprofile: shop\n"),
        (
            "profiles.yml",
            "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n",
        ),
        ("models/orders.sql", "select 1 as id"),
    ]);
    let mut command = project.command(["run"]);
    command.current_dir(project.path().join("models"));
    project.finish(command).exits(0);
    assert!(!project.exists("models/shop.duckdb"));
    assert_eq!(project.query("from orders").unwrap(), [["1"]]);
}

#[test]
fn a_profile_that_is_nowhere_is_told() {
    let project = TestProject::with_files([
        ("dbt_project.yml", "name: shop\nprofile: bakery\n"),
        ("models/orders.sql", "select 1 as id"),
    ]);
    let outcome = project.dsql(["run"]).exits(0);
    assert!(
        outcome
            .stdout
            .contains("to find the profile `bakery` in: the database is"),
        "{outcome}"
    );
}

#[test]
fn every_line_of_json_is_an_event() {
    let outcome = project().dsql(["run", "--log-format", "json"]).exits(1);
    let events = outcome
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect(line));
    let names: Vec<_> = events
        .map(|it| it["info"]["name"].as_str().unwrap_or("").to_owned())
        .collect();
    for name in [
        "MainReportVersion",
        "LogStartLine",
        "LogModelResult",
        "SkippingDetails",
        "StatsLine",
    ] {
        assert!(names.iter().any(|it| it == name), "{name} in {names:?}");
    }
}

#[test]
fn quiet_leaves_what_was_asked_for() {
    let outcome = project()
        .dsql(["ls", "--quiet", "--output", "name"])
        .exits(0);
    assert_eq!(outcome.stdout, "after\nbroken\norders\n");
    let outcome = project()
        .dsql(["show", "-q", "--inline", "select 1 as id"])
        .exits(0);
    assert_eq!(outcome.stdout, "| id |\n| -- |\n|  1 |\n\n");
}
