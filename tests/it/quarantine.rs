//! Whatever batches bring and people decide: counts add up, and a row is in exactly one place.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::support::cases::few;
use crate::support::test_project::TestProject;

/// Models, and how each is built.
const MODELS: &[(&str, &str)] = &[
    ("anew", "materialized='table'"),
    (
        "merged",
        "materialized='incremental', incremental_strategy='merge', unique_key='id'",
    ),
    (
        "added",
        "materialized='incremental', incremental_strategy='append'",
    ),
];

/// An id, and an amount: rows without one, and with one below zero, fail.
type Row = (u8, Option<i8>);

#[derive(Debug, Clone)]
enum Step {
    Batch(Vec<Row>),
    /// On the row in quarantine at this place, in each model.
    Release(usize),
    Correct(usize),
    Discard(usize),
    Retry,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let row = (0..3_u8, proptest::option::weighted(0.7, -1..2_i8));
    let batch = proptest::collection::vec(row, 0..5);
    let step = prop_oneof![
        4 => batch.prop_map(Step::Batch),
        1 => (0..4_usize).prop_map(Step::Release),
        1 => (0..4_usize).prop_map(Step::Correct),
        2 => (0..4_usize).prop_map(Step::Discard),
        1 => Just(Step::Retry),
    ];
    proptest::collection::vec(step, 2..7)
}

fn project() -> TestProject {
    let model = |(name, settings): &(&str, &str)| {
        // Of one key a batch has one row, or there would be nothing to merge by.
        let once = match *name {
            "merged" => " qualify row_number() over (partition by id order by amount) = 1",
            _ => "",
        };
        let sql = format!(
            "{{{{ config({settings}) }}}} select id, amount from {{{{ source('main', 'batch') }}}}{once}"
        );
        (format!("models/{name}.sql"), sql)
    };
    let tests = "[not_null: {config: {on_failure: quarantine}}, positive: {config: {on_failure: quarantine}}]";
    let once = "{unique: {config: {on_failure: quarantine, survivor: amount desc}}}";
    let mut described = "sources: [{name: main, tables: [{name: batch}]}]\nmodels:\n".to_owned();
    for (name, _) in MODELS {
        let unique = if *name == "anew" { once } else { "" };
        described.push_str(&format!(
            "  - {{name: {name}, columns: [{{name: amount, data_tests: {tests}}}, {{name: id, data_tests: [{unique}]}}]}}\n"
        ));
    }
    let positive = "{% test positive(model, column_name) %} select * from {{ model }} where \
                    {{ column_name }} < 0 {% endtest %}";
    let mut files: Vec<(String, String)> = MODELS.iter().map(model).collect();
    files.push(("models/models.yml".to_owned(), described));
    files.push(("tests/generic/positive.sql".to_owned(), positive.to_owned()));
    TestProject::with_files(files)
}

/// Rows, and how often each of them is there.
fn rows(project: &TestProject, sql: &str) -> BTreeMap<String, i64> {
    let found = project.query(sql).unwrap_or_default();
    let pair = |row: Vec<String>| (row[0].clone(), row[1].parse().unwrap());
    found.into_iter().map(pair).collect()
}

fn build(project: &TestProject, batch: &[Row], steps: &[Step]) -> Result<(), TestCaseError> {
    project
        .execute("create or replace table batch (id integer, amount integer)")
        .unwrap();
    for (id, amount) in batch {
        let amount = amount.map_or("null".to_owned(), |it| it.to_string());
        let row = format!("insert into batch values ({id}, {amount})");
        project.execute(&row).unwrap();
    }
    project.dsql(["build"]).exits(0);
    let counts = "select string_split(r.unique_id, '.')[3], r.adapter_response.rows_in, r.adapter_response.rows_published, \
                  r.adapter_response.rows_quarantined, r.adapter_response.rows_filtered from (select unnest(results) as r \
                  from read_json('target/run_results.json')) where r.adapter_response.rows_in is not null";
    let path = project.path().join("target/run_results.json");
    let counts = counts.replace("target/run_results.json", &path.display().to_string());
    let counted = project.query(&counts).unwrap();
    prop_assert_eq!(counted.len(), MODELS.len(), "{:?}", steps);
    for row in counted {
        let numbers: Vec<i64> = row[1..].iter().map(|it| it.parse().unwrap()).collect();
        let known = project
            .query(&format!("select count(*) from {}", row[0]))
            .unwrap();
        prop_assert_eq!(
            numbers[0],
            numbers[1] + numbers[2] + numbers[3],
            "{:?} {:?}",
            row,
            steps
        );
        prop_assert_eq!(&known[0][0], &row[2], "{:?}", steps);
        if row[0] == "anew" {
            prop_assert_eq!(
                numbers[0],
                i64::try_from(batch.len()).unwrap(),
                "{:?}",
                steps
            );
        }
    }
    Ok(())
}

/// Checks that no row is in two places, and that what is published passes or was released.
fn look(project: &TestProject, steps: &[Step]) -> Result<(), TestCaseError> {
    for (name, _) in MODELS {
        let published = rows(
            project,
            &format!("select concat_ws(' ', id, amount), count(*) from {name} group by all"),
        );
        let aside = format!("from main_quarantine.{name} where dsql_state");
        let decided = |states: &str, what: &str| {
            let sql = format!(
                "select concat_ws(' ', id, amount), {what} {aside} in ({states}) group by all"
            );
            rows(project, &sql)
        };
        let corrections = decided("'correction'", "count(*)");
        let held = decided("'quarantined', 'discarded'", "sum(dsql_copies_published)");
        let repeated = project.query(&format!(
            "select dsql_row_id {aside} <> 'correction' group by all having count(*) > 1"
        ));
        prop_assert_eq!(
            repeated.unwrap_or_default().len(),
            0,
            "{} {:?}",
            name,
            steps
        );
        for (row, left) in &held {
            let there = published.get(row).copied().unwrap_or(0);
            let corrected = corrections.contains_key(row);
            prop_assert!(
                there <= *left || corrected,
                "{} {} is in two places: {:?}",
                name,
                row,
                steps
            );
        }
        let released = decided("'released'", "count(*)");
        for row in published.keys() {
            let fails = !row.contains(' ') || row.contains('-');
            prop_assert!(
                !fails || released.contains_key(row),
                "{} {} fails: {:?}",
                name,
                row,
                steps
            );
        }
    }
    Ok(())
}

fn check(steps: &[Step]) -> Result<(), TestCaseError> {
    let project = project();
    let mut batch: Vec<Row> = vec![(0, Some(1)), (1, None)];
    build(&project, &batch, steps)?;
    look(&project, steps)?;
    for step in steps {
        let (action, at, more): (&str, usize, &[&str]) = match step {
            Step::Batch(rows) => {
                batch.clone_from(rows);
                build(&project, &batch, steps)?;
                look(&project, steps)?;
                continue;
            }
            Step::Release(at) => ("release", *at, &[]),
            Step::Correct(at) => ("release", *at, &["--set", "amount=1"]),
            Step::Discard(at) => ("discard", *at, &[]),
            Step::Retry => ("retry", 0, &[]),
        };
        for (name, _) in MODELS {
            let ids = format!(
                "select dsql_row_id from main_quarantine.{name} where dsql_state in ('quarantined', 'discarded') order by 1"
            );
            let ids = project.query(&ids).unwrap_or_default();
            let mut words = vec!["quarantine", action, "-s", name, "--reason", "a test"];
            words.extend(more);
            if action != "retry" {
                match ids.get(at) {
                    Some(row) => words.insert(2, &row[0]),
                    None => continue,
                }
            }
            // A row that is corrected may fail, because another one has its key.
            let outcome = project.dsql(words);
            let well = outcome.exit == 0 || outcome.exit == 1 && action == "release";
            prop_assert!(well, "{:?} {outcome}", steps);
        }
        look(&project, steps)?;
    }
    build(&project, &batch, steps)?;
    look(&project, steps)
}

#[test]
fn a_row_is_in_one_place_and_counts_add_up() {
    let mut runner = TestRunner::new(few(2));
    if let Err(error) = runner.run(&steps(), |steps| check(&steps)) {
        panic!("{error}");
    }
}
