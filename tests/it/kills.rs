//! A run that is killed leaves each relation as it was before or after its node's whole step.
#![cfg(unix)]

use std::net::TcpListener;

use crate::support::running::{ENDLESS, Running};
use crate::support::test_project::{Outcome, TestProject};

/// One node of each kind that writes, built for a second day. The run is killed when the node has
/// done its work and not committed it, and again after its commit; then it is left to itself.
fn killed(node: &str) {
    let undisturbed = days();
    build(&undisturbed, node, "none").exits(0);
    let after = content(&undisturbed, node);
    let project = days();
    let before = content(&project, node);
    assert_ne!(before.rows, after.rows, "the second day changes something");
    for (phase, expected) in [("inside", &before), ("outside", &after)] {
        let arguments = arguments(node, phase);
        let mut running = Running::start(&project, &arguments.each_ref().map(|it| &**it));
        running.says("held");
        running.signal("KILL");
        assert_eq!(running.exit(), None);
        assert_eq!(content(&project, node), *expected, "killed {phase}");
    }
    build(&project, node, "none").exits(0);
    assert_eq!(content(&project, node), after, "run again");
}

#[derive(Debug, PartialEq)]
struct Content {
    /// Names of all relations: nothing is left over.
    relations: Vec<Vec<String>>,
    rows: Vec<Vec<String>>,
}

fn content(project: &TestProject, node: &str) -> Content {
    let relations = "select table_schema, table_name, table_type from information_schema.tables \
                     order by all";
    Content {
        relations: project.query(relations).unwrap(),
        rows: project.query(&format!("from {node} order by all")).unwrap(),
    }
}

fn arguments(node: &str, phase: &str) -> [String; 5] {
    let vars = format!("{{day: 2, phase: {phase}}}");
    ["build", "-s", node, "--vars", &vars].map(str::to_owned)
}

fn build(project: &TestProject, node: &str, phase: &str) -> Outcome {
    project.dsql(arguments(node, phase))
}

/// A project after its first day.
fn days() -> TestProject {
    let hooks = "\n    +post-hook:\n      - {sql: \"{{ hold('inside') }}\", transaction: true}\n      \
                 - {sql: \"{{ hold('outside') }}\", transaction: false}\n";
    let project = format!(
        "name: shop\nmodels:\n  shop:{hooks}seeds:\n  shop:{hooks}snapshots:\n  shop:{hooks}"
    );
    let rows = "select n as id, n % 3 + {{ var('day', 1) }} as amount, \
                timestamp '{{ run_started_at.year }}-01-01' + to_days({{ var('day', 1) }} - 1) as made_at \
                from range(5 * {{ var('day', 1) }}) as it(n)";
    let incremental = |strategy: &str| {
        format!(
            "{{{{ config(materialized='incremental', incremental_strategy='{strategy}', \
             unique_key='id') }}}} {rows} {{% if is_incremental() %}}where made_at > (select max(made_at) \
             from {{{{ this }}}}){{% endif %}}"
        )
    };
    let project = TestProject::with_files([
        ("dbt_project.yml", project),
        (
            "macros/hold.sql",
            format!(
                "{{% macro hold(phase) %}}{{% if execute and var('phase', 'none') == phase %}}{{% do \
                 log('held', info=true) %}}{ENDLESS}{{% endif %}}{{% endmacro %}}"
            ),
        ),
        (
            "macros/linger.sql",
            format!(
                "{{% macro linger(phase) %}}{{% if execute and var('phase', 'none') == phase %}}{{% do \
                 log('held', info=true) %}}{{% do run_query('{ENDLESS}') %}}{{% endif %}}{{% endmacro %}}"
            ),
        ),
        ("models/as_table.sql", format!("{{{{ config(materialized='table') }}}} {rows}")),
        ("models/as_view.sql", rows.to_owned()),
        (
            "models/as_file.sql",
            format!("{{{{ config(materialized='external') }}}} {rows}"),
        ),
        ("models/by_append.sql", incremental("append")),
        ("models/by_delete_insert.sql", incremental("delete+insert")),
        ("models/by_merge.sql", incremental("merge")),
        (
            "models/by_microbatch.sql",
            format!(
                "{{{{ config(materialized='incremental', incremental_strategy='microbatch', \
                 event_time='made_at', batch_size='year', begin=run_started_at.strftime('%Y-01-01'), lookback=0) }}}} {rows}"
            ),
        ),
        (
            "snapshots/history.yml",
            "snapshots:\n  - name: history\n    relation: ref('items')\n    config: {strategy: timestamp, \
             unique_key: id, updated_at: made_at}\n"
                .to_owned(),
        ),
        (
            "models/items.sql",
            format!("{{{{ config(materialized='ephemeral') }}}} {rows}"),
        ),
        ("seeds/seed.csv", "id,amount\n1,2\n".to_owned()),
    ]);
    project.dsql(["build"]).exits(0);
    project.write("seeds/seed.csv", "id,amount\n1,3\n5,6\n");
    project
}

#[test]
fn a_killed_table() {
    killed("as_table");
}

#[test]
fn a_killed_view() {
    killed("as_view");
}

/// A file is no part of a transaction: it is there as a whole before the view is.
#[test]
fn a_killed_external() {
    let project = days();
    let before = content(&project, "as_file");
    build(&project, "as_file", "none").exits(0);
    let after = content(&project, "as_file");
    assert_ne!(before.rows, after.rows, "the second day changes something");
    for phase in ["inside", "outside"] {
        let project = days();
        let arguments = arguments("as_file", phase);
        let mut running = Running::start(&project, &arguments.each_ref().map(|it| &**it));
        running.says("held");
        running.signal("KILL");
        assert_eq!(running.exit(), None);
        assert_eq!(content(&project, "as_file"), after, "killed {phase}");
        build(&project, "as_file", "none").exits(0);
        assert_eq!(content(&project, "as_file"), after, "run again");
    }
}

#[test]
fn a_killed_append() {
    killed("by_append");
}

#[test]
fn a_killed_delete_and_insert() {
    killed("by_delete_insert");
}

#[test]
fn a_killed_merge() {
    killed("by_merge");
}

#[test]
fn a_killed_microbatch() {
    killed("by_microbatch");
}

#[test]
fn a_killed_snapshot() {
    killed("history");
}

#[test]
fn a_killed_seed() {
    killed("seed");
}

/// Of a microbatch model the batches that were done are there, and listed; the next run does the
/// others.
#[test]
fn a_run_killed_between_batches_leaves_rows_and_their_list_in_agreement() {
    let project = TestProject::with_files([
        (
            "models/moments.sql",
            "{{ config(event_time='happened') }} select to_years(n::int) + timestamp '2020-01-01' as happened \
             from range(4) as it(n)"
                .to_owned(),
        ),
        (
            "models/events.sql",
            format!(
                "{{{{ config(materialized='incremental', incremental_strategy='microbatch', \
                 event_time='happened', batch_size='year', begin='2020-01-01', lookback=0) }}}} \
                 {{% if model.batch and model.batch.id == var('hold', '') %}}{{% do log('held', \
                 info=true) %}}{{% do run_query('{ENDLESS}') %}}{{% endif %}} \
                 select * from {{{{ ref('moments') }}}}"
            ),
        ),
    ]);
    let listed = "select coalesce(year(happened), year(batch_start)), count(happened), min(row_count) from \
                  dsql_batches full join events on happened >= batch_start and happened < batch_end where \
                  year(batch_start) < 2024 group by all order by all";
    let start = [
        "--event-time-start",
        "2020-01-01",
        "--event-time-end",
        "2024-01-01",
    ];
    let run = ["run", "--vars", "{hold: '2022'}"];
    let mut running = Running::start(&project, &[run.as_slice(), start.as_slice()].concat());
    running.says("held");
    running.signal("KILL");
    assert_eq!(running.exit(), None);
    assert_eq!(
        project.query(listed).unwrap(),
        [["2020", "1", "1"], ["2021", "1", "1"]]
    );
    // What is missing is found by the next run, whatever it does besides.
    let outcome = project.dsql(["run"]).exits(0);
    assert!(outcome.stdout.contains("2022 to "), "{}", outcome.stdout);
    assert_eq!(
        project.query(listed).unwrap(),
        [
            ["2020", "1", "1"],
            ["2021", "1", "1"],
            ["2022", "1", "1"],
            ["2023", "1", "1"]
        ]
    );
}

/// Killed while its data tests look at it, an audited table is as it was.
#[test]
fn a_killed_audit() {
    let project = days();
    project.write(
        "models/as_table.yml",
        "models: [{name: as_table, config: {publish: audited}}]\n",
    );
    let test = "{{ linger('audit') }} select 1 from {{ ref('as_table') }} where false";
    project.write("tests/look.sql", test);
    let before = content(&project, "as_table");
    let arguments = arguments("as_table", "audit");
    let mut running = Running::start(&project, &arguments.each_ref().map(|it| &**it));
    running.says("held");
    running.signal("KILL");
    assert_eq!(running.exit(), None);
    assert_eq!(content(&project, "as_table"), before);
    build(&project, "as_table", "none").exits(0);
    assert_ne!(content(&project, "as_table"), before, "run again");
}

/// Killed while an audit looks at what is left, a run has taken no row out; and a release has put none back.
#[test]
fn a_killed_quarantine() {
    let project = days();
    project.write(
        "models/as_table.yml",
        "models: [{name: as_table, config: {publish: audited}}]\n",
    );
    let test = "{{ config(on_failure='quarantine') }} select * from {{ ref('as_table') }} where id = 3 and \
                amount > 1 or id = 7";
    project.write("tests/three.sql", test);
    let test = "{{ linger('audit') }} select 1 from {{ ref('as_table') }} where false";
    project.write("tests/look.sql", test);
    build(&project, "as_table", "none").exits(0);
    project.dsql(["build", "-s", "as_table"]).exits(0);
    let aside = "select id, amount, dsql_state from main_quarantine.as_table order by all";
    let both =
        |project: &TestProject| (content(project, "as_table"), project.query(aside).unwrap());
    let before = both(&project);
    let killed = |arguments: &[&str]| {
        let mut running = Running::start(&project, arguments);
        running.says("held");
        running.signal("KILL");
        assert_eq!(running.exit(), None);
    };
    let arguments = arguments("as_table", "audit");
    killed(&arguments.each_ref().map(|it| &**it));
    assert_eq!(both(&project), before);
    build(&project, "as_table", "none").exits(0);
    let day = both(&project);
    assert_ne!(day, before, "run again");
    let release = [
        "quarantine",
        "release",
        "-s",
        "as_table",
        "--reason",
        "it is well",
    ];
    killed(&[&release[..], &["--vars", "{phase: audit}"]].concat());
    assert_eq!(both(&project), day);
    project.dsql(release).exits(0);
    assert_ne!(both(&project), day, "released");
}

/// Many rows are committed under the name they are built under before tests look at them. Killed then, the
/// run leaves the table as it was, and what it has built is gone with the next one.
#[test]
fn a_killed_audit_of_many_rows() {
    let project = TestProject::with_files([
        (
            "models/many.sql",
            "{{ config(materialized='table', publish='audited') }} select range as id, {{ var('day', 1) }} as day \
             from range(300000)"
                .to_owned(),
        ),
        (
            "tests/look.sql",
            format!(
                "{{% if execute and var('hold', false) %}}{{% do log('held', info=true) %}}{{% do \
                 run_query('{ENDLESS}') %}}{{% endif %}} select 1 from {{{{ ref('many') }}}} where false"
            ),
        ),
    ]);
    project.dsql(["build"]).exits(0);
    let day = "select min(day), max(day), count(*) from many";
    let tables = "select table_name from information_schema.tables order by all";
    let vars = "{day: 2, hold: true}";
    let mut running = Running::start(&project, &["build", "--vars", vars]);
    running.says("held");
    running.signal("KILL");
    assert_eq!(running.exit(), None);
    assert_eq!(project.query(day).unwrap(), [["1", "1", "300000"]]);
    assert_eq!(
        project.query(tables).unwrap(),
        [["many"], ["many__dbt_tmp"]]
    );
    project.dsql(["build", "--vars", "{day: 2}"]).exits(0);
    assert_eq!(project.query(day).unwrap(), [["2", "2", "300000"]]);
    assert_eq!(project.query(tables).unwrap(), [["many"]]);
}

/// Killed at its second node, a run with one commit has left the first one as it was.
#[test]
fn a_killed_run_with_one_commit() {
    let project = days();
    project.write("dbt_project.yml", "name: shop\n");
    let held = "{{ hold('second') }} select * from {{ ref('as_table') }}";
    project.write("models/second.sql", held);
    let before = content(&project, "as_table");
    let vars = "{day: 2, phase: second}";
    let run = ["run", "--atomic", "-s", "as_table+", "--vars", vars];
    let mut running = Running::start(&project, &run);
    running.says("held");
    running.signal("KILL");
    assert_eq!(running.exit(), None);
    assert_eq!(content(&project, "as_table"), before);
    let again = ["run", "--atomic", "-s", "as_table+", "--vars", "{day: 2}"];
    project.dsql(again).exits(0);
    assert_eq!(
        content(&project, "second").rows,
        content(&project, "as_table").rows
    );
}

/// A project whose models would have everything twice if they were built twice.
fn appending() -> TestProject {
    let hold = format!(
        "{{% macro hold(place) %}}{{% if execute and var('hold', '') == place %}}{{% do log('held', info=true) \
         %}}{ENDLESS}{{% endif %}}{{% endmacro %}}"
    );
    let model = |from: &str, place: &str| {
        format!(
            "{{{{ config(materialized='incremental', incremental_strategy='append', post_hook=[\
             {{'sql': \"{{{{ hold('in {place}') }}}}\", 'transaction': true}}, \
             {{'sql': \"{{{{ hold('after {place}') }}}}\", 'transaction': false}}]) }}}} \
             select '{{{{ invocation_id }}}}' as run, count(*) as n from {from}"
        )
    };
    TestProject::with_files([
        (
            "dbt_project.yml",
            "name: shop\nmodels: {shop: {+versions_kept: 3}}\n".to_owned(),
        ),
        ("macros/hold.sql", hold),
        ("models/first.sql", model("range(1)", "first")),
        ("models/second.sql", model("{{ ref('first') }}", "second")),
        ("models/third.sql", model("{{ ref('second') }}", "third")),
        (
            "models/third.yml",
            "models: [{name: third, columns: [{name: n, data_tests: [not_null]}]}]\n".to_owned(),
        ),
    ])
}

/// A run with a key that is killed goes on under its key, as often as it takes: each node is built once, and
/// listed once.
#[test]
fn a_killed_run_with_a_key() {
    let listed = "select (select count(*) from first), (select count(*) from second), \
                  (select count(*) from third), count(*), count(distinct publish_id), max(version), \
                  (select string_agg(outcome) from dsql.runs), \
                  (select count(*) from information_schema.tables where table_schema = 'main_versions') \
                  from dsql.publishes";
    let ran = "select count(*), count(distinct node), count(distinct run_id) from dsql.node_runs";
    let project = appending();
    let keyed = ["build", "--run-key", "monday", "--threads", "1"];
    let places = [
        "in first",
        "after first",
        "in second",
        "after second",
        "after third",
    ];
    for (at, place) in places.iter().enumerate() {
        let vars = format!("{{hold: {place}}}");
        let mut running = Running::start(&project, &[&keyed[..], &["--vars", &vars]].concat());
        running.says("held");
        running.signal("KILL");
        assert_eq!(running.exit(), None);
        let published = project
            .query("select count(*) from dsql.publishes")
            .unwrap();
        // What was killed inside its transaction is not there.
        assert_eq!(
            published,
            [[["0", "1", "1", "2", "3"][at]]],
            "killed {place}"
        );
    }
    let outcome = project.dsql(keyed).exits(0);
    assert_eq!(
        outcome
            .stdout
            .matches("published by this run before")
            .count(),
        3,
        "{outcome}"
    );
    let once = [["1", "1", "1", "3", "3", "1", "success", "3"]];
    assert_eq!(project.query(listed).unwrap(), once);
    assert_eq!(project.query(ran).unwrap(), [["4", "4", "1"]]);
    // It has ended: the next one does nothing, and says so.
    let outcome = project.dsql(keyed).exits(0);
    assert!(outcome.stdout.contains("is not done again"), "{outcome}");
    assert_eq!(project.query(listed).unwrap(), once);
}

/// The same at whatever instant the kill comes.
#[test]
fn a_run_with_a_key_that_is_killed_at_some_instant() {
    for words in ["START", "1 of 4 OK", "2 of 4 START", "3 of 4 OK", "PASS"] {
        let project = appending();
        let keyed = ["build", "--run-key", "monday", "--threads", "1"];
        let mut running = Running::start(&project, &keyed);
        running.says(words);
        running.signal("KILL");
        running.exit();
        project.dsql(keyed).exits(0);
        let once = "select (select count(*) from first), (select count(*) from second), (select count(*) \
                    from third), count(*), count(distinct publish_id), (select string_agg(outcome) from dsql.runs) \
                    from dsql.publishes";
        let rows = project.query(once).unwrap();
        assert_eq!(
            rows,
            [["1", "1", "1", "3", "3", "success"]],
            "killed at {words}"
        );
    }
}

/// Killed while it goes back to earlier versions, a rollback has gone back with nothing.
#[test]
fn a_killed_rollback() {
    let project = appending();
    project.dsql(["build"]).exits(0);
    project.dsql(["build"]).exits(0);
    // The table of one node is made by a macro of the project, which takes its time.
    let macro_text = format!(
        "{{% macro create_indexes(relation) %}}{{% if relation.identifier == 'third' %}}{{% do log('held', \
         info=true) %}}{{% do run_query('{ENDLESS}') %}}{{% endif %}}{{% endmacro %}}"
    );
    project.write("macros/create_indexes.sql", macro_text);
    let state = "select (select count(*) from first), (select count(*) from second), (select count(*) from third), \
                 count(*) from dsql.publishes";
    let before = project.query(state).unwrap();
    let mut running = Running::start(&project, &["rollback", "first+", "--to", "1"]);
    running.says("held");
    running.signal("KILL");
    assert_eq!(running.exit(), None);
    assert_eq!(project.query(state).unwrap(), before);
    project.delete("macros/create_indexes.sql");
    project.dsql(["rollback", "first+", "--to", "1"]).exits(0);
    assert_eq!(project.query(state).unwrap(), [["1", "1", "1", "9"]]);
}

/// Killed while a package is on its way, an installation leaves the packages of the one before.
#[test]
fn a_killed_installation() {
    let model = |word: &str| format!("select '{word}' as word");
    let project = TestProject::with_files([
        ("packages.yml", "packages: [{local: parts}]\n".to_owned()),
        ("parts/dbt_project.yml", "name: parts\n".to_owned()),
        ("parts/models/part.sql", model("first")),
        ("more/dbt_project.yml", "name: more\n".to_owned()),
        ("more/models/other.sql", model("second")),
    ]);
    project.dsql(["deps"]).exits(0);
    let installed = || {
        let entries = std::fs::read_dir(project.path().join("dbt_packages")).unwrap();
        let mut names: Vec<_> = entries.map(|it| it.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let (before, lock) = (installed(), project.read("package-lock.yml"));
    // A server that takes the call and never answers.
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let packages = format!(
        "packages:\n  - local: parts\n  - local: more\n  - {{tarball: 'http://{address}/late.tar.gz', name: late}}\n"
    );
    project.write("packages.yml", packages);
    let running = Running::start(&project, &["deps"]);
    let called = server.accept().unwrap();
    running.signal("KILL");
    assert_eq!(running.exit(), None);
    drop(called);
    assert_eq!(installed(), before);
    assert_eq!(project.read("package-lock.yml"), lock);
    project.write(
        "packages.yml",
        "packages: [{local: parts}, {local: more}]\n",
    );
    project.dsql(["deps"]).exits(0);
    project.dsql(["ls", "-q", "-s", "other"]).exits(0);
    assert_eq!(installed(), ["more", "parts"]);
}
