//! Statements for engines without a connection: each is read again by the engine's grammar.

use std::path::Path;

use dsql::sql::{Grammar, statements};

use crate::support::test_project::TestProject;

/// What sqlparser does not read of an engine's own SQL, as it stands in a statement, with what is put in
/// its place so that the rest is read all the same.
const UNREAD: &[(&str, &[(&str, &str)])] = &[
    // The format of a table, and Delta's `replace where`.
    (
        "databricks",
        &[
            ("using delta\n", "\n"),
            ("using iceberg\n", "\n"),
            ("replace where", "--"),
        ],
    ),
    (
        "spark",
        &[
            ("using delta\n", "\n"),
            ("using iceberg\n", "\n"),
            ("replace where", "--"),
        ],
    ),
    // Clauses of a merge that is not guarded, in dbt-duckdb's form.
    (
        "duckdb",
        &[
            ("UPDATE BY NAME", "UPDATE SET day = null"),
            ("INSERT BY NAME", "INSERT VALUES (1)"),
        ],
    ),
    // Blocks and hints of Transact-SQL.
    (
        "sqlserver",
        &[
            ("with (holdlock) ", ""),
            ("set xact_abort on;", ""),
            ("begin try\n", ""),
            (
                "end try\nbegin catch\n  if xact_state() <> 0 rollback transaction;\n  throw;\nend catch;",
                "",
            ),
        ],
    ),
];

/// Returns the files below a folder, sorted.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name();
    let entries = entries.into_iter().map(|it| it.expect("a readable folder"));
    let files = entries.filter(|it| it.file_type().is_file());
    files.map(|it| it.path().to_owned()).collect()
}

/// Models that an engine has no statements for, by their names in the failure.
fn left_out(dialect: &str) -> &'static [&'static str] {
    match dialect {
        "duckdb" => &[],
        // Several statements that cannot be one transaction.
        "trino" => &["overwrite", "by_day", "by_day_elsewhere", "scd2_delete"],
        _ => &[],
    }
}

macro_rules! each {
    ($($name:ident: $grammar:ident,)*) => {
        mod every_statement_is_read {
            $(#[test]
            fn $name() {
                super::every_statement_is_read_by(stringify!($name), super::Grammar::$grammar);
            })*
        }
    };
}

each! {
    bigquery: BigQuery,
    databricks: Databricks,
    duckdb: DuckDb,
    postgres: Postgres,
    postgres14: Postgres,
    redshift: Redshift,
    snowflake: Snowflake,
    spark: Spark,
    sqlserver: SqlServer,
    trino: Trino,
}

fn every_statement_is_read_by(dialect: &str, grammar: Grammar) {
    let project = TestProject::from_fixture("every_write");
    let mut words = vec!["compile", "--dialect", dialect];
    for name in left_out(dialect) {
        words.extend(["--exclude", name]);
    }
    project.dsql(words).exits(0);
    let (mut count, mut wrong) = (0, Vec::new());
    for folder in ["first_run", "next_run"] {
        let folder = format!("target/dialect/{dialect}/{folder}");
        for path in files(&project.path().join(folder)) {
            let text = std::fs::read_to_string(&path).expect("a text");
            count += 1;
            if let Err(error) = statements(grammar, &with_what_is_read(dialect, &text)) {
                wrong.push(format!("{}: {error}\n{text}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(count > 40, "{count} scripts");
}

/// Puts something that the grammar reads in the place of what it does not.
fn with_what_is_read(dialect: &str, text: &str) -> String {
    let mut text = text.to_owned();
    let unread = UNREAD.iter().filter(|(of, _)| *of == dialect);
    for (words, instead) in unread.flat_map(|(_, it)| *it) {
        text = text.replace(words, instead);
    }
    text
}

#[test]
fn what_cannot_be_one_transaction_is_refused() {
    let project = TestProject::from_fixture("every_write");
    let outcome = project.dsql(["compile", "--dialect", "trino"]).exits(2);
    for name in left_out("trino") {
        assert!(outcome.stdout.contains(name), "{outcome}");
    }
}

#[test]
fn a_dialect_leaves_the_artifacts_of_the_target() {
    let project = TestProject::from_fixture("every_write");
    project.dsql(["parse"]).exits(0);
    let before = std::fs::read(project.path().join("target/manifest.json")).expect("a manifest");
    project.dsql(["compile", "--dialect", "postgres"]).exits(0);
    let after = std::fs::read(project.path().join("target/manifest.json")).expect("a manifest");
    assert_eq!(before, after);
    assert!(project.exists("target/dialect/postgres/manifest.json"));
    assert!(!project.exists("shop.duckdb"));
}

#[test]
fn the_same_project_gives_the_same_statements() {
    let texts = || {
        let project = TestProject::from_fixture("every_write");
        project.dsql(["compile", "--dialect", "snowflake"]).exits(0);
        let folder = project.path().join("target/dialect/snowflake/next_run");
        let text = |path: std::path::PathBuf| std::fs::read_to_string(path).expect("a text");
        files(&folder).into_iter().map(text).collect::<Vec<_>>()
    };
    assert_eq!(texts(), texts());
}
