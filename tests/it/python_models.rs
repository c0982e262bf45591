//! Models in Python, run by a real one: the `python3` on PATH or in `DSQL_PYTHON`, if it has the
//! package `duckdb`. Where there is none, these tests say so and test nothing.

use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::support::test_project::TestProject;

/// Returns a Python that has a package.
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn python(package: &str) -> Option<String> {
    let python = std::env::var("DSQL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python)
        .args(["-c", &format!("import duckdb, {package}")])
        .stderr(Stdio::null())
        .status();
    let found = has.is_ok_and(|it| it.success());
    if !found {
        eprintln!(
            "SKIPPED: `{python}` has no packages duckdb and {package}; name one by DSQL_PYTHON"
        );
    }
    found.then_some(python)
}

fn duckdb() -> Option<&'static str> {
    static FOUND: OnceLock<Option<String>> = OnceLock::new();
    FOUND.get_or_init(|| python("json")).as_deref()
}

fn project(python: &str, files: &[(&str, &str)]) -> TestProject {
    let mut project = TestProject::with_files(files.iter().copied());
    project.env("DSQL_PYTHON", python);
    project
}

const NUMBERS: (&str, &str) = (
    "models/numbers.sql",
    "{{ config(materialized='table') }} select range::int as id, range::decimal(9, 2) as amount, \
     170141183460469231731687303715884105727::hugeint as huge, {'a': [range]} as parts, \
     ('x' || range)::enum ('x0', 'x1', 'x2') as word from range(3)",
);

#[test]
fn types_and_names_are_kept_and_the_code_has_what_dbt_gives() {
    let Some(python) = duckdb() else { return };
    let project = project(
        python,
        &[
            NUMBERS,
            (
                "models/copied.py",
                "def model(dbt, session):\n    print('hello from', dbt.this.identifier)\n    return \
                 dbt.ref('numbers')\n",
            ),
            (
                "models/told.py",
                "def model(dbt, session):\n    dbt.config(materialized='table', alias='renamed')\n    \
                 source = dbt.source('files', 'rows')\n    limit = dbt.config.get('limit', 5)\n    \
                 owner = dbt.config.meta_get('owner')\n    return session.sql(f\"select '{dbt.this}' as this, \
                 {limit} as most, '{owner}' as owner, count(*) as n from source\")\n",
            ),
            (
                "models/told.yml",
                "models:\n  - name: told\n    config: {limit: 2, meta: {owner: me}, pre_hook: \"create or \
                 replace table seen as select 1\"}\nsources:\n  - name: files\n    meta: {external_location: \
                 \"rows.csv\"}\n    tables:\n      - name: rows\n",
            ),
            ("rows.csv", "id\n1\n2\n"),
        ],
    );
    let run = project.dsql(["build"]).exits(0);
    assert!(run.stdout.contains("hello from copied"), "{}", run.stdout);
    let types = "select column_name, column_type from (describe {}) order by all";
    let types = |name: &str| project.query(&types.replace("{}", name)).unwrap();
    assert_eq!(types("copied"), types("numbers"));
    let rows = |name: &str| project.query(&format!("from {name} order by all")).unwrap();
    assert_eq!(rows("copied"), rows("numbers"));
    assert_eq!(
        rows("renamed"),
        [["\"shop\".\"main\".\"renamed\"", "2", "me", "2"]]
    );
    let tables = project.query("select table_name from duckdb_tables() order by all");
    assert_eq!(
        tables.unwrap(),
        [["copied"], ["numbers"], ["renamed"], ["seen"]]
    );
    let results = project.json("target/run_results.json");
    assert_eq!(results["results"][1]["adapter_response"]["_message"], "OK");
}

#[test]
fn frames_of_each_kind_come_back() {
    for (package, frame) in [
        ("pandas", ".df()"),
        ("polars", ".pl()"),
        ("pyarrow", ".fetch_arrow_table()"),
        ("json", ".filter('id > 0')"),
    ] {
        let Some(python) = python(package) else {
            continue;
        };
        let code = format!("def model(dbt, session):\n    return dbt.ref('small'){frame}\n");
        let small = "select range as id, 'a' || range as word from range(1, 3)";
        let files = [("models/small.sql", small), ("models/framed.py", &code)];
        let project = project(&python, &files);
        project.dsql(["run"]).exits(0);
        let rows = project.query("from framed order by all").unwrap();
        assert_eq!(rows, [["1", "a1"], ["2", "a2"]], "{package}");
    }
}

#[test]
fn incremental_models_read_themselves() {
    let Some(python) = duckdb() else { return };
    let project = project(
        python,
        &[
            (
                "models/days.sql",
                "select range as day from range({{ var('days') }})",
            ),
            (
                "models/grown.py",
                "def model(dbt, session):\n    dbt.config(materialized='incremental', unique_key='day')\n    \
                 days = dbt.ref('days')\n    if dbt.is_incremental:\n        last = session.sql(f'select \
                 max(day) from {dbt.this}').fetchone()[0]\n        days = days.filter(f'day > {last}')\n    \
                 return days.project('day, count(*) over () as new')\n",
            ),
            (
                "models/kept.py",
                "def model(dbt, session):\n    dbt.config(materialized='external', location='kept.csv')\n    \
                 return dbt.ref('grown').order('day')\n",
            ),
        ],
    );
    project.dsql(["run", "--vars", "{days: 2}"]).exits(0);
    project.dsql(["run", "--vars", "{days: 3}"]).exits(0);
    let rows = project.query("from grown order by all").unwrap();
    assert_eq!(rows, [["0", "2"], ["1", "2"], ["2", "1"]]);
    assert_eq!(project.read("kept.csv"), "day,new\n0,2\n1,2\n2,1\n");
    let tables = project.query("select table_name from duckdb_tables()");
    assert_eq!(tables.unwrap(), [["grown"]]);
}

#[test]
fn a_failure_shows_the_line_and_leaves_the_table() {
    let Some(python) = duckdb() else { return };
    let sound = "def model(dbt, session):\n    return session.sql('select 1 as id')\n";
    let fails = "def share(of):\n    return 1 / of\n\n\ndef model(dbt, session):\n    \
                 dbt.ref('fine')\n    return share(0)\n";
    let project = project(
        python,
        &[
            ("models/fine.sql", "select 1 as id"),
            ("models/shares.py", sound),
            ("models/above.sql", "select * from {{ ref('shares') }}"),
            ("models/apart.sql", "select 2 as id"),
        ],
    );
    project.dsql(["run"]).exits(0);
    project.write("models/shares.py", fails);
    let run = project.dsql(["run"]).exits(1);
    for words in [
        "error[python-error]: ZeroDivisionError: division by zero",
        "[models/shares.py:2:5]",
        "line 7, in model",
        "1 skipped: above",
        "PASS=2 WARN=0 ERROR=1 SKIP=1",
    ] {
        assert!(run.stdout.contains(words), "{words}\n{}", run.stdout);
    }
    assert_eq!(project.query("from shares").unwrap(), [["1"]]);
    let results = project.json("target/run_results.json");
    let message = results["results"][2]["message"]
        .as_str()
        .unwrap_or_default();
    let expected =
        "Runtime Error in model shares (models/shares.py)\n  Python model failed:\n  Traceback";
    assert!(message.starts_with(expected), "{message}");
    project.write(
        "models/shares.py",
        "import os\n\ndef model(dbt, session):\n    os._exit(3)\n    return 1\n",
    );
    let run = project.dsql(["run", "-s", "shares"]).exits(1);
    let words = "Python has ended before the model has";
    assert!(run.stdout.contains(words), "{}", run.stdout);
    project.write(
        "models/shares.py",
        "def model(dbt, session):\n    return 'no frame'\n",
    );
    let run = project.dsql(["run", "-s", "shares"]).exits(1);
    let words = "error[python-error]: TypeError: model() returned str, which is no table";
    assert!(run.stdout.contains(words), "{}", run.stdout);
    assert!(!run.stdout.contains("During handling"), "{}", run.stdout);
}
