//! Guarded writes end in the same table in whatever order and however often batches come.
//!
//! The statements are those that `compile --dialect duckdb` writes; they are run here, many times over.

use std::collections::BTreeMap;

use dsql::adapters::duckdb::{Credentials, DuckDb};
use dsql::adapters::{Adapter, Cell};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::support::cases::few;
use crate::support::test_project::TestProject;

/// The strategies, with their settings.
const MODELS: &[(&str, &str)] = &[
    (
        "merged",
        "incremental_strategy='merge', unique_key=['id', 'part'], updated_at='day'",
    ),
    (
        "deleted",
        "incremental_strategy='delete+insert', unique_key=['id', 'part'], updated_at='day'",
    ),
    (
        "versions",
        "incremental_strategy='scd2', unique_key=['id', 'part'], updated_at='day'",
    ),
    (
        "loads",
        "incremental_strategy='append', batch_id_column='load'",
    ),
    (
        "added",
        "incremental_strategy='append', unique_key=['id', 'part'], deduplicate='day'",
    ),
    (
        "overwritten",
        "incremental_strategy='insert_overwrite', partition_by=['part']",
    ),
    (
        "kept",
        "incremental_strategy='merge', unique_key=['id', 'part'], updated_at='day', when_not_matched_by_source='delete'",
    ),
    (
        "marked",
        "incremental_strategy='merge', unique_key=['id', 'part'], updated_at='day', when_not_matched_by_source='soft_delete'",
    ),
    (
        "closed",
        "incremental_strategy='scd2', unique_key=['id', 'part'], updated_at='day', when_not_matched_by_source='soft_delete'",
    ),
];
/// Those whose table does not depend on the order of batches.
const IN_ANY_ORDER: &[&str] = &["merged", "deleted", "versions", "loads"];

/// A row of a batch: two columns of a key, of which one may be null, and a day. All else follows.
type Row = (u8, Option<u8>, u8);
type Batch = Vec<Row>;

/// The statements of one model.
struct Model {
    name: &'static str,
    first: String,
    next: String,
}

fn models() -> Vec<Model> {
    let sql =
        "select id, part, day, day * 100 + id as amount, load from {{ source('raw', 'rows') }}";
    let file = |(name, settings): &(&str, &str)| {
        let text = format!("{{{{ config(materialized='incremental', {settings}) }}}} {sql}");
        (format!("models/{name}.sql"), text)
    };
    let sources = "sources: [{name: raw, schema: main, tables: [{name: rows}]}]".to_owned();
    let files = MODELS.iter().map(file);
    let project = TestProject::with_files(files.chain([("models/raw.yml".to_owned(), sources)]));
    project.dsql(["compile", "--dialect", "duckdb"]).exits(0);
    let read = |folder: &str, name: &str| {
        let path = format!("target/dialect/duckdb/{folder}/shop/models/{name}.sql");
        std::fs::read_to_string(project.path().join(path)).expect("a script")
    };
    let model = |(name, _): &(&'static str, &str)| Model {
        name,
        first: read("first_run", name),
        next: read("next_run", name),
    };
    MODELS.iter().map(model).collect()
}

/// Puts batches, each with its number, through a model, and returns its rows.
fn end(model: &Model, batches: &[(usize, &Batch)]) -> Vec<String> {
    let settings = serde_json::json!({"path": ":memory:"});
    let settings = settings.as_object().expect("a mapping").clone();
    let settings = settings.into_iter().collect();
    let database = DuckDb::new(Credentials::parse(&settings).expect("credentials"));
    let mut keeper = database.connect("keeper").expect("a connection");
    let mut send = |sql: &str| keeper.execute(sql, true, None).expect(sql).1;
    send("attach ':memory:' as shop; use shop");
    send("create table shop.main.rows (id integer, part integer, day integer, load integer)");
    for (at, (load, batch)) in batches.iter().enumerate() {
        let null = |it: Option<u8>| it.map_or("null".to_owned(), |it| it.to_string());
        let rows = batch.iter();
        let rows = rows.map(|(id, part, day)| format!("({id}, {}, {day}, {load})", null(*part)));
        let rows: Vec<_> = rows.collect();
        send("delete from shop.main.rows");
        if !rows.is_empty() {
            send(&format!(
                "insert into shop.main.rows values {}",
                rows.join(", ")
            ));
        }
        // Each run has a connection of its own.
        let mut connection = database.connect("run").expect("a connection");
        let script = if at == 0 { &model.first } else { &model.next };
        let sent = connection.execute(&format!("use shop; {script}"), false, None);
        sent.unwrap_or_else(|error| panic!("{}: {error}\n{script}", model.name));
    }
    let table = send(&format!(
        "select * from shop.main.{} order by all",
        model.name
    ));
    let cells = |row: &Vec<Cell>| {
        let cells = row.iter().map(ToString::to_string);
        cells.collect::<Vec<_>>().join(" ")
    };
    table.rows.iter().map(cells).collect()
}

fn batches() -> impl Strategy<Value = Vec<Batch>> {
    let row = (0..3_u8, proptest::option::weighted(0.7, 0..2_u8), 0..5_u8);
    // The key's first column is never null, so that no key is null altogether.
    proptest::collection::vec(proptest::collection::vec(row, 0..6), 1..5)
}

#[test]
fn order_and_repetition_change_nothing() {
    let models = models();
    let sequences = batches().prop_flat_map(|batches| {
        let count = batches.len();
        // Every batch at least once, some of them again, in any order.
        let order = proptest::collection::vec(0..count, 0..4);
        let order = order.prop_map(move |more| (0..count).chain(more).collect::<Vec<_>>());
        (Just(batches), order.prop_shuffle())
    });
    let mut runner = TestRunner::new(few(3));
    let ran = runner.run(&sequences, |(batches, order)| {
        let in_order: Vec<_> = batches.iter().enumerate().collect();
        let disordered: Vec<_> = order.iter().map(|at| (*at, &batches[*at])).collect();
        for model in models.iter().filter(|it| IN_ANY_ORDER.contains(&it.name)) {
            // A batch that is added twice within itself is no batch.
            let (expected, found) = (end(model, &in_order), end(model, &disordered));
            match model.name {
                // The rows are the same, whichever batch has brought them first.
                "merged" | "deleted" | "versions" => {
                    prop_assert_eq!(
                        without_load(&found),
                        without_load(&expected),
                        "{}",
                        model.name
                    );
                }
                _ => prop_assert_eq!(found, expected, "{}", model.name),
            }
        }
        Ok(())
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_batch_that_comes_again_changes_nothing() {
    let models = models();
    let sequences = batches().prop_flat_map(|batches| {
        let times = proptest::collection::vec(1..3_usize, batches.len());
        (Just(batches), times)
    });
    let mut runner = TestRunner::new(few(3));
    let ran = runner.run(&sequences, |(batches, times)| {
        let once: Vec<_> = batches.iter().enumerate().collect();
        let again = once.iter().zip(&times);
        let again: Vec<_> = again
            .flat_map(|(batch, times)| vec![*batch; *times])
            .collect();
        for model in &models {
            prop_assert_eq!(end(model, &again), end(model, &once), "{}", model.name);
        }
        Ok(())
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn the_table_is_what_the_rules_say() {
    let models = models();
    let model = |name: &str| models.iter().find(|it| it.name == name).expect("a model");
    let mut runner = TestRunner::new(few(3));
    let ran = runner.run(&batches(), |batches| {
        let numbered: Vec<_> = batches.iter().enumerate().collect();
        let mut days: BTreeMap<(u8, Option<u8>), Vec<u8>> = BTreeMap::new();
        for (id, part, day) in batches.iter().flatten() {
            days.entry((*id, *part)).or_default().push(*day);
        }
        let null = |it: Option<u8>| it.map_or("None".to_owned(), |it| it.to_string());
        let (mut latest, mut versions) = (Vec::new(), Vec::new());
        for ((id, part), days) in &mut days {
            days.sort_unstable();
            days.dedup();
            let row = |day: u8| {
                format!(
                    "{id} {} {day} {}",
                    null(*part),
                    u32::from(day) * 100 + u32::from(*id)
                )
            };
            latest.extend(days.last().map(|day| row(*day)));
            for (at, day) in days.iter().enumerate() {
                let next = days.get(at + 1).copied();
                versions.push(format!("{} {day} {}", row(*day), null(next)));
            }
        }
        let sorted = |mut rows: Vec<String>| {
            rows.sort();
            rows
        };
        for name in ["merged", "deleted"] {
            prop_assert_eq!(
                without_load(&end(model(name), &numbered)),
                sorted(latest.clone()),
                "{}",
                name
            );
        }
        let found = without_load(&end(model("versions"), &numbered));
        prop_assert_eq!(found, sorted(versions));
        Ok(())
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
}

/// Takes the fifth column off: the number of the batch that brought the row.
fn without_load(rows: &[String]) -> Vec<String> {
    let row = |row: &String| {
        let mut cells: Vec<_> = row.split(' ').collect();
        cells.remove(4);
        cells.join(" ")
    };
    let mut rows: Vec<_> = rows.iter().map(row).collect();
    rows.sort();
    rows
}
