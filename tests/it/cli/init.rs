//! `dsql init` starts a project that builds.

use crate::support::test_project::TestProject;

#[test]
fn a_new_project_builds() {
    let project = TestProject::with_files([("notes.txt", "")]);
    project.dsql(["init", "coffee_shop"]).exits(0);
    let text = std::fs::read_to_string(project.path().join("coffee_shop/dbt_project.yml")).unwrap();
    assert!(text.contains("name: coffee_shop"), "{text}");
    let built = project
        .dsql(["build", "--project-dir", "coffee_shop"])
        .exits(0);
    assert!(built.stdout.contains("Completed successfully"), "{built}");
}

#[test]
fn nothing_is_replaced() {
    let project = TestProject::with_files([("coffee_shop/notes.txt", "mine")]);
    let outcome = project.dsql(["init", "coffee_shop"]).exits(2);
    assert!(outcome.stderr.contains("is there already"), "{outcome}");
    let outcome = project.dsql(["init", "coffee shop"]).exits(2);
    assert!(
        outcome.stderr.contains("type `dsql init coffee_shop`"),
        "{outcome}"
    );
    let outcome = project.dsql(["init"]).exits(2);
    assert!(
        outcome
            .stderr
            .contains("the name of the project is missing"),
        "{outcome}"
    );
}
