//! `dsql clean` removes what it is told to, and nothing else.

use crate::support::test_project::TestProject;

fn project(targets: &str) -> TestProject {
    let file = format!("name: shop\nversion: '1.0'\nclean-targets: [{targets}]\n");
    TestProject::with_files([
        ("dbt_project.yml", file.as_str()),
        ("models/orders.sql", "select 1 as id"),
        ("target/a.sql", ""),
        ("logs/b.log", ""),
    ])
}

#[test]
fn targets_are_removed() {
    let project = project("target, nowhere");
    project.dsql(["clean"]).exits(0);
    assert!(!project.path().join("target").exists());
    assert!(project.path().join("logs/b.log").exists());
}

#[test]
fn sources_stay() {
    for target in ["models", "models/..", "."] {
        let project = project(&format!("target, {target}"));
        let outcome = project
            .dsql(["clean", "--no-clean-project-files-only"])
            .exits(2);
        assert!(
            outcome.stdout.contains("what the project is made of"),
            "{outcome}"
        );
        assert!(project.path().join("models/orders.sql").exists());
        assert!(project.path().join("target/a.sql").exists());
    }
}

#[test]
fn what_lies_outside_stays_unless_asked_for() {
    let outside = tempfile::tempdir().unwrap();
    let project = project(&outside.path().display().to_string());
    let outcome = project.dsql(["clean"]).exits(2);
    assert!(
        outcome.stdout.contains("outside of the project"),
        "{outcome}"
    );
    assert!(outside.path().exists());
    project
        .dsql(["clean", "--no-clean-project-files-only"])
        .exits(0);
    assert!(!outside.path().exists());
}
