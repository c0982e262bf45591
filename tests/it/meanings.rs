//! Which queries mean the same: `tests/meanings/*.txt`.

use dsql::sql::{Analysis, Catalog, Grammar, Known, KnownColumn, Meaning, SqlType, analyze};
use libtest_mimic::Trial;

use crate::support::data_files::{self, Failure};

/// Lists the files.
pub fn trials() -> Vec<Trial> {
    data_files::trials("tests/meanings", "txt", run)
}

struct Tables;

impl Catalog for Tables {
    fn relation(&self, parts: &[String]) -> Option<Known> {
        let names: &[&str] = match parts {
            [name] if name == "customers" => &["id", "name", "city", "born"],
            [name] if name == "orders" => &["id", "customer_id", "state", "amount", "day"],
            _ => return None,
        };
        let columns = names.iter().map(|it| KnownColumn {
            name: (*it).into(),
            sql_type: SqlType::Unknown,
        });
        Some(Known {
            columns: columns.collect(),
            is_complete: true,
            keys: match parts {
                [name] if name == "customers" => [vec!["id".to_owned()]].into(),
                _ => [].into(),
            },
            ..Known::default()
        })
    }

    fn compares(&self) -> bool {
        true
    }
}

fn run(text: &str) -> Result<(), Failure> {
    let (mut first, mut wrong) = (None, Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        let (sign, query) = match line.split_once(' ') {
            _ if line.is_empty() || line.starts_with('#') => continue,
            Some((sign @ ("=" | "!c" | "!r" | "!rc"), query)) => (sign, query),
            _ => ("", line),
        };
        let analysis = analyze(Grammar::DuckDb, query, &Tables);
        if !analysis.is_complete || !analysis.unknowns.is_empty() {
            wrong.push(format!(
                "line {number}: not understood: {:?}",
                analysis.unknowns
            ));
        }
        let Some(other) = first.as_ref().filter(|_| !sign.is_empty()) else {
            first = Some(analysis);
            continue;
        };
        let expected = (sign.contains('c'), sign.contains('r'));
        let found = differences(other, &analysis);
        // Windows and rows of one kind may change columns, too.
        let is_right = found.1 == expected.1 && (found.0 == expected.0 || expected.1);
        if !is_right {
            let found = format!("columns differ: {}, rows differ: {}", found.0, found.1);
            wrong.push(format!("line {number}: {found}\n    {line}"));
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Failure {
            message: wrong.join("\n"),
            corrected: None,
        }),
    }
}

/// Tells whether columns and rows differ.
fn differences(one: &Analysis, other: &Analysis) -> (bool, bool) {
    let columns = |it: &Analysis| -> Vec<(String, Meaning)> {
        let names = it.columns.iter().map(|it| it.name.to_lowercase());
        let mut all: Vec<_> = names.zip(it.meaning.columns.iter().copied()).collect();
        all.sort();
        all
    };
    let rows = one.meaning.rows != other.meaning.rows;
    (columns(one) != columns(other), rows)
}
