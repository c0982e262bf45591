//! Files that stand where a database should be: each is refused with what to do about it.

use dsql::adapters::Adapter;
use dsql::adapters::duckdb::{Credentials, DuckDb};

use crate::support::running::{ENDLESS, Running};
use crate::support::test_project::TestProject;

const FILE: &str = "shop.duckdb";

fn project() -> TestProject {
    let project = TestProject::with_files([(
        "models/orders.sql",
        "{{ config(materialized='table') }} select range as id from range(100000)",
    )]);
    project.dsql(["run"]).exits(0);
    project
}

/// Runs on a changed database file: says all of `words`, and leaves the file as it is.
fn refused(change: impl FnOnce(Vec<u8>) -> Vec<u8>, words: &[&str]) {
    let project = project();
    let path = project.path().join(FILE);
    let changed = change(std::fs::read(&path).unwrap());
    project.write(FILE, &changed);
    let outcome = project.dsql(["run"]).exits(2);
    let head = "error[database-error]: cannot open shop.duckdb: IO Error:";
    for words in words.iter().chain([&head, &"  help: "]) {
        assert!(outcome.stdout.contains(words), "{words} in {outcome}");
    }
    assert!(std::fs::read(&path).unwrap() == changed, "{outcome}");
    let outcome = project.dsql(["debug"]).exits(1);
    assert!(outcome.stdout.contains("help: "), "{outcome}");
}

#[test]
fn a_file_that_ends_too_early() {
    let words = ["Could not read enough bytes", "the file is damaged"];
    refused(|it| it[..3000].to_vec(), &words);
    refused(|it| it[..20000].to_vec(), &words);
}

#[test]
fn a_file_with_flipped_bytes() {
    let flip = |mut it: Vec<u8>| {
        it.iter_mut()
            .skip(12288)
            .step_by(997)
            .for_each(|it| *it ^= 0x5a);
        it
    };
    refused(flip, &["Corrupt database file", "the file is damaged"]);
}

#[test]
fn a_file_of_something_else() {
    let words = ["not a valid DuckDB database file", "move this one away"];
    refused(|_| Vec::new(), &words);
    refused(|_| b"id,name\n1,a\n".repeat(1000), &words);
}

#[test]
fn a_database_of_sqlite() {
    let project = TestProject::with_files([("models/orders.sql", "select 1 as id")]);
    project.append("dbt_project.yml", "profile: shop\n");
    project.write(
        "profiles.yml",
        "shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: shop.duckdb, config_options: {autoinstall_known_extensions: false}}
",
    );
    let mut sqlite = b"SQLite format 3\0".to_vec();
    sqlite.resize(8192, 0);
    project.write(FILE, sqlite);
    let outcome = project.dsql(["run"]).exits(2);
    for words in ["the file is a database of SQLite", "attach:"] {
        assert!(outcome.stdout.contains(words), "{words} in {outcome}");
    }
}

/// The first block holds its checksum, the letters `DUCK` and the version of the format.
#[test]
fn a_file_of_a_later_version() {
    let later = |mut it: Vec<u8>| {
        let word = |it: &[u8], at: usize| u64::from_le_bytes(it[at..at + 8].try_into().unwrap());
        let hash = |word: u64| word.wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let before = hash(word(&it, 8));
        it[12] = 99;
        let sum = word(&it, 0) ^ before ^ hash(word(&it, 8));
        it[..8].copy_from_slice(&sum.to_le_bytes());
        it
    };
    refused(later, &["version number 99", "EXPORT DATABASE"]);
}

#[test]
fn a_folder_in_its_place() {
    let project = TestProject::with_files([("models/orders.sql", "select 1 as id")]);
    project.folder(FILE);
    let outcome = project.dsql(["run"]).exits(2);
    assert!(
        outcome.stdout.contains("`path` must name a file"),
        "{outcome}"
    );
}

#[test]
fn damaged_rows_fail_the_nodes_that_read_them() {
    let project = project();
    project.write("models/orders.sql", "");
    project.write(
        "models/totals.sql",
        "{{ config(materialized='table') }} select sum(id + 1) as n from orders",
    );
    project.write(
        "models/other.sql",
        "{{ config(materialized='table') }} select 1 as id",
    );
    let path = project.path().join(FILE);
    let mut bytes = std::fs::read(&path).unwrap();
    let block = 256 * 1024;
    bytes
        .iter_mut()
        .skip(12288 + block)
        .step_by(1009)
        .for_each(|it| *it ^= 0x5a);
    std::fs::write(&path, bytes).unwrap();
    let outcome = project.dsql(["run", "--threads", "1"]).exits(1);
    for words in [
        "ERROR creating sql table model main.totals",
        "OK created sql table model main.other",
        "Corrupt database file",
        "help: the file is damaged",
    ] {
        assert!(outcome.stdout.contains(words), "{words} in {outcome}");
    }
}

#[test]
fn a_file_that_another_process_holds() {
    let project = project();
    let path = project.path().join(FILE);
    let database = DuckDb::new(Credentials::of_path(&path.display().to_string()));
    let connection = database.connect("test").unwrap();
    let outcome = project.dsql(["run"]).exits(2);
    let holder = format!("cannot open shop.duckdb: process {} (`", std::process::id());
    for words in ["Could not set lock on file", &holder, "`--wait 60`"] {
        assert!(outcome.stdout.contains(words), "{words} in {outcome}");
    }
    project.dsql(["parse"]).exits(0);
    drop(connection);
    database.close();
    project.dsql(["run"]).exits(0);
}

/// Two runs of one project do not get into each other's way: the second says who is there, or waits.
#[test]
fn two_processes() {
    let project = project();
    project.write(
        "models/held.sql",
        format!(
            "{{% if var('hold', false) %}}{{% do log('held', info=true) %}}{{% do \
             run_query('{ENDLESS}') %}}{{% endif %}} select 1 as id"
        ),
    );
    let mut first = Running::start(&project, &["build", "--vars", "{hold: true}"]);
    first.says("held");
    let outcome = project.dsql(["run"]).exits(2);
    let holder = format!("process {} (`dsql build`) has it open", first.id());
    for words in [&holder, "`--wait 60`"] {
        assert!(outcome.stdout.contains(words), "{words} in {outcome}");
    }
    let outcome = project.dsql(["run", "--wait", "1"]).exits(2);
    for words in [&holder, "has not ended within 1 seconds: wait longer"] {
        assert!(outcome.stdout.contains(words), "{words} in {outcome}");
    }
    let mut second = Running::start(&project, &["run", "--wait", "600"]);
    second.says("Waiting up to 600 seconds for process");
    first.signal("KILL");
    assert_eq!(first.exit(), None);
    second.says("Completed successfully");
    assert_eq!(second.exit(), Some(0));
}

#[test]
fn a_database_that_is_only_read() {
    let project = project();
    project.append("dbt_project.yml", "profile: shop\n");
    project.write(
        "profiles.yml",
        "shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: shop.duckdb, config_options: {access_mode: READ_ONLY}}
",
    );
    let outcome = project.dsql(["run"]).exits(2);
    assert!(outcome.stdout.contains("take `access_mode`"), "{outcome}");
    project.dsql(["show", "--inline", "select 1"]).exits(0);
    project.delete(FILE);
    let outcome = project.dsql(["run"]).exits(2);
    assert!(outcome.stdout.contains("make it first"), "{outcome}");
}
