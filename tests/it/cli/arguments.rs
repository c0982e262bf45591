//! Wrong command lines.

use crate::support::test_project::TestProject;

fn project() -> TestProject {
    TestProject::with_files([("models/orders.sql", "select 1 as id")])
}

#[test]
fn a_mistyped_command_is_corrected() {
    let outcome = project().dsql(["biuld"]).exits(2);
    assert!(outcome.stderr.contains("'build'"), "{outcome}");
}

#[test]
fn a_mistyped_option_is_corrected() {
    let outcome = project().dsql(["run", "--selct", "orders"]).exits(2);
    assert!(outcome.stderr.contains("'--select'"), "{outcome}");
}

#[test]
fn packages_are_not_installed() {
    let outcome = project().dsql(["deps"]).exits(2);
    assert!(outcome.stderr.contains("dbt_packages/"), "{outcome}");
}

#[test]
fn the_version_names_all_parts() {
    let outcome = project().dsql(["--version"]).exits(0);
    assert!(outcome.stdout.starts_with("dsql "), "{outcome}");
    assert!(outcome.stdout.contains("(dbt 1.11."), "{outcome}");
}
