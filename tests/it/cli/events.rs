//! `--log-format json`: the events that other tools read, with dbt's names and keys.

use serde_json::Value;

use crate::support::test_project::TestProject;

const PROJECT: &[(&str, &str)] = &[
    ("seeds/raw.csv", "id,name\n1,a\n2,\n2,b\n"),
    ("models/good.sql", "select * from {{ ref('raw') }}"),
    ("models/broken.sql", "select nope\nfrom {{ ref('raw') }}"),
    ("models/after.sql", "select * from {{ ref('broken') }}"),
    (
        "models/good.yml",
        "models:\n  - name: good\n    columns:\n      - name: id\n        data_tests: [unique, not_null]\n      \
         - name: name\n        data_tests:\n          - not_null: {config: {severity: warn}}\n",
    ),
    (
        "snapshots/snap.yml",
        "snapshots:\n  - name: snap\n    relation: ref('raw')\n    config: {unique_key: name, \
         strategy: check, check_cols: all}\n",
    ),
];

fn events(words: &[&str]) -> Vec<Value> {
    let project = TestProject::with_files(PROJECT.iter().copied());
    let outcome = project.dsql(words.iter().copied());
    let lines = outcome.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

fn about<'a>(events: &'a [Value], name: &str, node: &str) -> &'a Value {
    let found = events
        .iter()
        .find(|it| it["info"]["name"] == name && it["data"]["node_info"]["unique_id"] == node);
    found.unwrap_or_else(|| panic!("no {name} of {node}"))
}

fn keys(value: &Value) -> Vec<&str> {
    let fields = value.as_object().expect("an object");
    fields.keys().map(String::as_str).collect()
}

#[test]
fn a_build_tells_each_node_as_dbt_does() {
    let events = events(&["build", "--log-format", "json", "--log-level", "debug"]);
    let statuses = [
        ("seed.shop.raw", "LogSeedResult", "info", "success"),
        ("model.shop.good", "LogModelResult", "info", "success"),
        ("snapshot.shop.snap", "LogSnapshotResult", "info", "success"),
        ("model.shop.broken", "LogModelResult", "error", "error"),
        ("model.shop.after", "SkippingDetails", "info", "skipped"),
        ("test.shop.unique_good_id", "LogTestResult", "error", "fail"),
        (
            "test.shop.not_null_good_id",
            "LogTestResult",
            "info",
            "pass",
        ),
        (
            "test.shop.not_null_good_name",
            "LogTestResult",
            "warn",
            "warn",
        ),
    ];
    for (node, name, level, status) in statuses {
        let ids = events
            .iter()
            .filter_map(|it| it["data"]["node_info"]["unique_id"].as_str());
        let id = ids.into_iter().find(|id| id.starts_with(node)).expect(node);
        let told = about(&events, name, id);
        assert_eq!(told["info"]["level"], level, "{told}");
        assert_eq!(told["data"]["node_info"]["node_status"], status, "{told}");
        let ended = about(&events, "NodeFinished", id);
        assert_eq!(ended["info"]["code"], "Q025");
        assert_eq!(ended["data"]["node_info"]["node_status"], status, "{ended}");
        assert_eq!(
            keys(&ended["data"]["run_result"]),
            [
                "adapter_response",
                "execution_time",
                "message",
                "num_failures",
                "status",
                "thread",
                "timing_info"
            ]
        );
        let began = about(&events, "NodeStart", id);
        assert_ne!(began["data"]["node_info"]["node_started_at"], "");
    }
    let seed = about(&events, "NodeFinished", "seed.shop.raw");
    let answer = &seed["data"]["run_result"]["adapter_response"];
    assert_eq!(answer["rows_affected"], 3, "{seed}");
    let snapshot = about(&events, "LogSnapshotResult", "snapshot.shop.snap");
    assert_eq!(snapshot["data"]["cfg"]["strategy"], "check");
    assert_eq!(snapshot["data"]["description"], "main.snap");
    let failure = about(&events, "RunResultFailure", "model.shop.broken");
    assert_eq!(failure["data"]["node_info"]["node_started_at"], "");
    for (name, code) in [
        ("MainReportVersion", "A001"),
        ("AdapterRegistered", "E034"),
        ("FinishedRunningStats", "E047"),
        ("EndOfRunSummary", "Z030"),
        ("RunResultError", "Z024"),
        ("SQLCompiledPath", "Z026"),
        ("StatsLine", "Z023"),
        ("ResourceReport", "Z051"),
        ("CommandCompleted", "Q039"),
    ] {
        let found = events.iter().find(|it| it["info"]["name"] == name);
        assert_eq!(found.expect(name)["info"]["code"], code);
    }
}

#[test]
fn inline_sql_has_dbts_name() {
    let only = |words: &[&str], name: &str| {
        let events = events(words);
        let found = events.into_iter().find(|it| it["info"]["name"] == name);
        found.expect(name)["data"].clone()
    };
    let shown = only(
        &[
            "show",
            "--inline",
            "select 1 as a",
            "--output",
            "json",
            "--log-format",
            "json",
        ],
        "ShowNode",
    );
    assert_eq!(shown["node_name"], "inline_query");
    assert_eq!(shown["preview"], r#"[{"a": 1}]"#);
    let compiled = only(
        &[
            "compile",
            "--inline",
            "select 1 as a",
            "--log-format",
            "json",
        ],
        "CompiledNode",
    );
    assert_eq!(compiled["node_name"], "inline_query");
    assert_eq!(compiled["compiled"], "select 1 as a");
    let direct = only(
        &[
            "show",
            "--inline-direct",
            "select 1 as \"{{ x }}\"",
            "--log-format",
            "json",
        ],
        "ShowNode",
    );
    assert_eq!(direct["node_name"], "direct-query");
    assert_eq!(direct["preview"], "| {{ x }} |\n| ------- |\n|       1 |\n");
}

#[test]
fn an_operation_that_fails_is_told_as_by_dbt() {
    let events = events(&["run-operation", "nope", "--log-format", "json"]);
    let told = events.iter().find(|it| it["info"]["code"] == "Q001");
    assert_eq!(
        told.expect("an error")["info"]["name"],
        "RunningOperationCaughtError"
    );
}
