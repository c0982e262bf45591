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
fn the_version_names_all_parts() {
    let outcome = project().dsql(["--version"]).exits(0);
    assert!(outcome.stdout.starts_with("dsql "), "{outcome}");
    assert!(outcome.stdout.contains("(dbt 1.11."), "{outcome}");
}

#[cfg(unix)]
#[test]
fn a_link_named_dbt_answers_as_dbt() {
    use std::os::unix::process::CommandExt;
    let project = project();
    let say = |words: &[&str]| {
        let mut command = project.command(words);
        command.arg0("bin/dbt");
        project.finish(command).stdout
    };
    let version = say(&["--version"]);
    assert!(
        version.starts_with("Core:\n  - installed: 1.11."),
        "{version}"
    );
    let help = say(&["run", "--help"]);
    assert!(help.contains("Usage: dbt run"), "{help}");
    let run = say(&["run"]);
    assert!(run.contains("Running with dbt=1.11."), "{run}");
    let results = project.read("target/run_results.json");
    let results: serde_json::Value = serde_json::from_str(&results).expect("JSON");
    assert_eq!(results["args"]["invocation_command"], "dbt run");
    project.write(
        "packages.yml",
        "packages: [{package: dbt-labs/dbt_utils, version: 1.3.0}]",
    );
    let missing = say(&["ls"]);
    assert!(
        missing.contains("`dbt deps`") && !missing.contains("dsql"),
        "{missing}"
    );
}
