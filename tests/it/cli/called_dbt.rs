//! What the program says where it is called by a link named `dbt`.

use std::process::Command;

use crate::support::test_project::TestProject;

/// Cosmos looks for dbt's words in what `dbt ls` prints.
#[cfg(unix)]
#[test]
fn packages_that_are_missing_are_told_in_the_words_of_dbt() {
    let project = TestProject::with_files([
        (
            "packages.yml",
            "packages: [{package: dbt-labs/dbt_utils, version: 1.3.0}]\n",
        ),
        ("models/orders.sql", "select 1 as id"),
    ]);
    let plain = project.dsql(["ls"]).exits(2);
    let words = "\"dsql deps\" to install package dependencies";
    assert!(plain.stdout.contains(words), "{plain}");

    project.link("bin/dbt", env!("CARGO_BIN_EXE_dsql"));
    let like = project.command(["ls"]);
    let mut command = Command::new(project.path().join("bin/dbt"));
    command
        .args(like.get_args())
        .current_dir(project.path())
        .env_clear();
    let variables = like.get_envs();
    command.envs(variables.filter_map(|(name, value)| Some((name, value?))));
    let called = project.finish(command).exits(2);
    let words = "Run \"dbt deps\" to install package dependencies";
    assert!(called.stdout.contains(words), "{called}");
    assert!(!called.stdout.contains("dsql deps"), "{called}");
}
