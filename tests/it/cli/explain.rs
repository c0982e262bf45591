//! `dsql explain CODE` prints a page.

use crate::support::test_project::TestProject;

#[test]
fn pages_are_in_the_binary() {
    let project = TestProject::with_files([("models/orders.sql", "select 1 as id")]);
    let outcome = project.dsql(["explain", "unresolved-ref"]).exits(0);
    assert!(
        outcome.stdout.starts_with("# `unresolved-ref`"),
        "{outcome}"
    );
    let outcome = project.dsql(["explain", "unresolvd-ref"]).exits(2);
    assert!(
        outcome.stderr.contains("did you mean `unresolved-ref`?"),
        "{outcome}"
    );
    let outcome = project.dsql(["explain"]).exits(0);
    assert!(
        outcome.stdout.lines().any(|line| line == "cycle"),
        "{outcome}"
    );
}
