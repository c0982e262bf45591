//! What queries give: `tests/columns/*.txt`, each a list of tables and cases.

use std::collections::BTreeMap;
use std::fmt::Write;

use dsql::sql::{Analysis, Catalog, Grammar, Known, KnownColumn, Made, SqlType, analyze};
use libtest_mimic::Trial;

use crate::support::answer;
use crate::support::data_files::{self, Failure};
use crate::support::sections::{Sections, sections};

/// Lists the files.
pub fn trials() -> Vec<Trial> {
    data_files::trials("tests/columns", "txt", run)
}

fn run(text: &str) -> Result<(), Failure> {
    let answered = answered(text);
    match answered == text {
        true => Ok(()),
        false => Err(Failure {
            message: difference(text, &answered),
            corrected: Some(answered),
        }),
    }
}

struct Tables(BTreeMap<String, Known>);

impl Catalog for Tables {
    fn relation(&self, parts: &[String]) -> Option<Known> {
        self.0.get(&parts.join(".").to_lowercase()).cloned()
    }
}

/// Writes a file of cases with the answers that are true.
fn answered(text: &str) -> String {
    let first = text.find("=== ").unwrap_or(0);
    let mut all = text[..first].to_owned();
    let mut tables = Tables(BTreeMap::new());
    for case in sections(text) {
        if case.name == "tables" {
            tables = Tables(case.text.lines().filter_map(table).collect());
            let _ = writeln!(all, "=== tables\n{}", case.text);
            continue;
        }
        let (grammar, name) = grammar(&case);
        let analysis = analyze(grammar, &case.text, &tables);
        let _ = writeln!(all, "=== {name}\n{}", case.text.trim_end());
        all.push_str(&answers(&analysis, &case.text));
        all.push('\n');
    }
    format!("{}\n", all.trim_end())
}

/// Reads `name: column TYPE, column TYPE, unique(column)`; `...` at the end says that there may be more.
fn table(line: &str) -> Option<(String, Known)> {
    let (name, columns) = line.split_once(": ")?;
    let columns: Vec<&str> = columns.split(", ").collect();
    let is_complete = !columns.contains(&"...");
    let (keys, columns): (Vec<&str>, Vec<&str>) =
        columns.iter().partition(|it| it.starts_with("unique("));
    let keys = keys.iter().map(|it| {
        let names = it.trim_start_matches("unique(").trim_end_matches(')');
        names.split(' ').map(str::to_owned).collect()
    });
    let keys: Vec<Vec<String>> = keys.collect();
    let columns = columns.iter().filter(|it| **it != "...").map(|column| {
        let (name, sql_type) = column.split_once(' ').unwrap_or((column, ""));
        KnownColumn {
            name: name.into(),
            sql_type: SqlType::read(sql_type),
        }
    });
    let columns = columns.collect();
    Some((
        name.to_lowercase(),
        Known {
            columns,
            is_complete,
            keys: keys.into(),
            is_single: false,
        },
    ))
}

/// A case is for DuckDB unless its name ends with `(postgres)` or so.
fn grammar(case: &Sections) -> (Grammar, &str) {
    let grammar = match case
        .name
        .rsplit_once(" (")
        .map(|it| it.1.trim_end_matches(')'))
    {
        Some("postgres") => Grammar::Postgres,
        Some("snowflake") => Grammar::Snowflake,
        Some("bigquery") => Grammar::BigQuery,
        Some("databricks") => Grammar::Databricks,
        Some("redshift") => Grammar::Redshift,
        Some("sqlserver") => Grammar::SqlServer,
        Some("trino") => Grammar::Trino,
        _ => Grammar::DuckDb,
    };
    (grammar, &case.name)
}

fn answers(analysis: &Analysis, sql: &str) -> String {
    let mut text = String::from("--- columns\n");
    let column =
        |read: usize, name: &str| format!("{}.{name}", analysis.reads[read].parts.join("."));
    for it in &analysis.columns {
        let _ = write!(text, "{} {} {}", it.name, it.sql_type, it.made.as_str());
        let sources = it.sources.iter().map(|it| {
            let how = match it.made {
                Made::Identity => String::new(),
                how => format!(" ({})", how.as_str()),
            };
            format!("{}{how}", column(it.read, &it.column))
        });
        let sources: Vec<String> = sources.collect();
        if !sources.is_empty() {
            let _ = write!(text, " <- {}", sources.join(", "));
        }
        text.push_str(if it.is_known { "\n" } else { " and others\n" });
    }
    if !analysis.is_complete {
        text.push_str("...\n");
    }
    let mut rows: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for it in &analysis.influences {
        rows.entry(column(it.read, &it.column))
            .or_default()
            .push(it.by.as_str());
    }
    if !rows.is_empty() {
        text.push_str("--- rows\n");
        for (column, how) in rows {
            let _ = writeln!(text, "{column} {}", how.join(" "));
        }
    }
    if let Some(same) = &analysis.same_rows {
        let name = |read: usize| analysis.reads[read].parts.join(".");
        let _ = writeln!(text, "--- the rows of\n{}", name(same.of));
        for (read, columns) in &same.beside {
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            let _ = writeln!(text, "if unique: {}({})", name(*read), columns.join(" "));
        }
    }
    if !analysis.unknowns.is_empty() {
        text.push_str("--- unknown\n");
        for it in &analysis.unknowns {
            let place = sql.get(it.place.range()).unwrap_or("?");
            let place = place.lines().next().unwrap_or_default();
            let _ = writeln!(text, "{place}: {}", it.reason);
        }
    }
    if !analysis.mistakes.is_empty() {
        text.push_str("--- mistakes\n");
        for it in &analysis.mistakes {
            let place = sql.get(it.place.range()).unwrap_or("?");
            let _ = writeln!(text, "{}: {:?}", place.replace('\n', " "), it.kind);
        }
    }
    text
}

fn difference(expected: &str, actual: &str) -> String {
    let expected: Vec<&str> = expected.lines().collect();
    let actual: Vec<String> = actual.lines().map(str::to_owned).collect();
    let first = expected
        .iter()
        .zip(&actual)
        .take_while(|(one, two)| one == two);
    let from = first.count().saturating_sub(3);
    let (expected, actual) = (&expected[from..], &actual[from..]);
    let most = |lines: usize| lines.min(12);
    answer::difference(
        answer::Form::Text,
        &expected[..most(expected.len())],
        &actual[..most(actual.len())],
    )
}
