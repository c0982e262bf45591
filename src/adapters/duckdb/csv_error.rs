//! What DuckDB says when it cannot load a CSV file, as places in the file.

use crate::adapters::agate::{RowProblem, Seed};
use crate::diagnostics::Diagnostic;
use crate::text::FileId;

/// Finds the rows that made `COPY` fail.
///
/// DuckDB names a row by number, its text and the column, or, where it finds no way at all to
/// read the file, nothing: rows that are too short are the usual reason then.
pub(super) fn explain_load(seed: &Seed, file: FileId, message: &str) -> Vec<Diagnostic> {
    if message.contains("Error when sniffing file") {
        return seed.short_rows(file);
    }
    let Some(error) = CsvError::parse(message) else {
        return Vec::new();
    };
    let problem = RowProblem {
        record: error.line,
        text: error.text,
        column: error.column,
        message: error.reason,
        help: match error.column {
            Some(column) => {
                format!("mend the value, or set a type for `{column}` in `column_types`")
            }
            None => "give the row as many values as there are columns".to_owned(),
        },
    };
    seed.locate(file, problem).into_iter().collect()
}

struct CsvError<'m> {
    line: usize,
    text: &'m str,
    column: Option<&'m str>,
    reason: String,
}

impl<'m> CsvError<'m> {
    fn parse(message: &'m str) -> Option<Self> {
        let (_, rest) = message.split_once("CSV Error on Line: ")?;
        let (line, rest) = rest.split_once("\nOriginal Line: ")?;
        let (text, reason) = rest
            .split_once("\nError when converting column ")
            .or_else(|| rest.split_once('\n'))?;
        let mut column = None;
        let mut reason = reason.lines().next()?;
        if let Some((name, why)) = reason
            .strip_prefix('"')
            .and_then(|it| it.split_once("\". "))
        {
            (column, reason) = (Some(name), why);
        }
        let mut letters = reason.chars();
        let first = letters.next()?.to_lowercase();
        Some(Self {
            line: line.trim().parse().ok()?,
            text,
            column,
            reason: first.chain(letters).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::agate::{SeedConfig, read_seed};

    fn explained(csv: &str, message: &str) -> Vec<(String, String)> {
        let config = SeedConfig {
            delimiter: ',',
            typed_columns: &[],
        };
        let seed = read_seed(FileId(0), csv.as_bytes(), config).expect("a sound file");
        let found = explain_load(&seed, FileId(0), message).into_iter();
        let place = |it: &Diagnostic| it.location().map(|at| csv[at.span.range()].to_owned());
        found
            .map(|it| (place(&it).unwrap_or_default(), it.message))
            .collect()
    }

    #[test]
    fn finds_the_value() {
        let message = "Conversion Error: CSV Error on Line: 4\nOriginal Line: x,y\nError when \
                       converting column \"ID\". Could not convert string \"x\" to 'INTEGER'\n";
        let found = explained("id,v\n1,\"a\nb\"\n2,x\nx,y\n", message);
        let expected = "could not convert string \"x\" to 'INTEGER'";
        assert_eq!(found, [("x".to_owned(), expected.to_owned())]);
    }

    #[test]
    fn finds_the_short_rows() {
        let message = "Invalid Input Error: Error when sniffing file \"a.csv\".";
        let found = explained("id,v\n1,2\n3\n\n4,5\n6\n", message);
        let rows: Vec<_> = found.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(rows, ["3", "6"]);
        let message = "Invalid Input Error: CSV Error on Line: 3\nOriginal Line: 3\nExpected \
                       Number of Columns: 2 Found: 1\nPossible fixes:\n";
        let found = explained("id,v\n1,2\n3\n", message);
        let expected = "expected Number of Columns: 2 Found: 1";
        assert_eq!(found, [("3".to_owned(), expected.to_owned())]);
    }
}
