//! agate's tables: what dbt makes of query results and of CSV files.
//!
//! In: [`Value`]s of a query, or the text of a CSV file. Out: a
//! [`Table`](crate::adapters::Table) whose column types, values and printed forms are those of
//! dbt (agate 1.9, Python's `csv`, `decimal`, `datetime` and `json`). Nothing here knows an
//! engine. Read `seed.rs` for files, `query.rs` for results.

mod csv;
mod date;
mod decimal;
mod infer;
pub mod json;
mod number;
mod query;
mod seed;
mod value;

pub use decimal::{Decimal, NotADecimal};
pub use query::query_table;
pub use seed::{RowProblem, Seed, SeedConfig, SeedError, read_seed};
pub use value::{Value, bytes, date_time, date_time_tz, duration, float, time};

use std::collections::{HashMap, HashSet};

use crate::text::Span;

/// Reads records as Python's `csv` does, empty lines left out.
pub fn records(text: &str) -> Vec<Vec<String>> {
    placed_records(text).into_iter().map(|it| it.1).collect()
}

/// Does the same, with the place of each record.
pub fn placed_records(text: &str) -> Vec<(Span, Vec<String>)> {
    let mut reader = csv::Reader::new(text, ',');
    let mut record = csv::Record::default();
    let mut records = Vec::new();
    while reader.read(&mut record) {
        if record.len() > 0 {
            let fields = record.fields().map(|(text, _)| text.to_owned());
            records.push((record.span(), fields.collect()));
        }
    }
    records
}

/// Makes column names as agate does: letters for missing ones, numbers for repeated ones.
fn column_names(names: Vec<String>) -> Vec<String> {
    let mut taken = HashSet::new();
    // Where the search for a free number goes on; lower ones stay taken.
    let mut next = HashMap::new();
    let mut unique = |(at, name): (usize, String)| {
        let name = if name.is_empty() { letters(at) } else { name };
        if taken.insert(name.clone()) {
            return name;
        }
        let number = next.entry(name.clone()).or_insert(2_usize);
        loop {
            let candidate = format!("{name}_{number}");
            *number += 1;
            if taken.insert(candidate.clone()) {
                return candidate;
            }
        }
    };
    names.into_iter().enumerate().map(&mut unique).collect()
}

/// Names a column by its place: `a` … `z`, `aa`, `bb` …
fn letters(at: usize) -> String {
    let letter = char::from(b'a' + u8::try_from(at % 26).unwrap_or(0));
    std::iter::repeat_n(letter, at / 26 + 1).collect()
}

/// Strips what Python takes for space from both ends.
fn strip(text: &str) -> &str {
    text.trim_matches(is_python_space)
}

fn is_python_space(at: char) -> bool {
    at.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&at)
}
