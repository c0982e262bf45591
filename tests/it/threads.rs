//! The number of workers changes nothing but the time.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::support::test_project::TestProject;

#[test]
fn one_worker_and_eight_leave_the_same() {
    let built = |threads: &str| {
        let project = TestProject::from_fixture("example_project");
        project.dsql(["build", "--threads", threads]).exits(0);
        project
    };
    let (one, eight) = (built("1"), built("8"));
    for folder in ["target/compiled", "target/run"] {
        let files = one.files(folder);
        assert_eq!(eight.files(folder), files);
        for file in files {
            let path = format!("{folder}/{file}");
            assert_eq!(steady(&eight, &path), steady(&one, &path), "{path}");
        }
    }
    let manifest = |project| steady(project, "target/manifest.json");
    assert!(manifest(&eight) == manifest(&one), "the manifests differ");
    assert_eq!(results(&eight), results(&one));
    // Snapshots, and what the example project and dsql record of runs, hold the times of runs.
    let tables = "select table_schema || '.' || table_name from information_schema.tables \
                  where table_schema not in ('audit', 'dsql', 'history') order by 1";
    let tables = one.query(tables).unwrap();
    assert!(tables.len() > 3, "{tables:?}");
    for table in tables.iter().map(|row| &row[0]) {
        let rows = |project: &TestProject| {
            let rows = format!("select count(*), bit_xor(hash(it::varchar)) from {table} as it");
            project.query(&rows).unwrap()
        };
        assert_eq!(rows(&eight), rows(&one), "{table}");
    }
}

/// A file without times, ids of the invocation and the project's place.
fn steady(project: &TestProject, path: &str) -> String {
    static VOLATILE: LazyLock<Regex> = LazyLock::new(|| {
        let id = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
        let time = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d+";
        Regex::new(&format!(r#"{id}|{time}|"created_at":[0-9.]+"#)).unwrap()
    });
    let text = project.read(path);
    let text = text.replace(&project.path().display().to_string(), "");
    VOLATILE.replace_all(&text, "").into_owned()
}

/// The results, by id: they stand in the order in which nodes ended.
fn results(project: &TestProject) -> Vec<Value> {
    let json = project.json("target/run_results.json");
    let mut results = json["results"].as_array().unwrap().clone();
    for result in &mut results {
        let fields = result.as_object_mut().unwrap();
        for field in ["timing", "execution_time", "thread_id", "compiled_code"] {
            assert!(fields.remove(field).is_some(), "{field}");
        }
    }
    results.sort_by_key(|it| it["unique_id"].to_string());
    results
}

#[test]
fn the_profile_says_how_many_unless_the_command_line_does() {
    let project = TestProject::with_files([
        (
            "profiles.yml",
            "shop: {outputs: {dev: {type: duckdb, path: shop.duckdb, threads: 3}}, target: dev}\n",
        ),
        ("dbt_project.yml", "name: shop\nprofile: shop\n"),
        ("models/orders.sql", "select 1 as id"),
    ]);
    let outcome = project.dsql(["run"]).exits(0);
    assert!(outcome.stdout.contains("3 threads"), "{outcome}");
    let outcome = project.dsql(["run", "--threads", "1"]).exits(0);
    assert!(outcome.stdout.contains("1 threads"), "{outcome}");
}
