//! Seeds: CSV files with the types that dbt infers.

use std::str::Utf8Error;
use std::sync::{Arc, OnceLock};

use super::column_names;
use super::csv::{Reader, Record};
use super::infer::{Column, cast};
use crate::adapters::{Cell, Table, TableColumn};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::text::{FileId, Location, Span};

/// Findings of one kind that are shown before the rest is only counted.
const SHOWN: usize = 20;

const NAMES_WANTED: &str = "write the names of the columns into the first line";

/// A CSV file, read and found sound.
#[derive(Debug)]
pub struct Seed {
    columns: Vec<TableColumn>,
    decimals: Vec<bool>,
    row_count: usize,
    text: Arc<str>,
    delimiter: char,
    table: OnceLock<Table>,
    /// What is odd about the file, but does no harm.
    pub warnings: Vec<Diagnostic>,
}

/// A CSV file that cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct SeedError {
    /// What is wrong, each with its place in the file, on a line of its own.
    pub message: String,
    /// The same as findings.
    pub findings: Vec<Diagnostic>,
}

/// What a database says of a row that it cannot load.
#[derive(Debug)]
pub struct RowProblem<'a> {
    /// Number of the row, the header being the first.
    pub record: usize,
    /// The row as written.
    pub text: &'a str,
    /// The column, if it is about one.
    pub column: Option<&'a str>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// How a seed is configured.
#[derive(Debug, Clone, Copy)]
pub struct SeedConfig<'a> {
    /// What separates fields.
    pub delimiter: char,
    /// Columns with a type of their own (`column_types`): read as text.
    pub typed_columns: &'a [String],
}

impl Seed {
    /// Returns names and types of the columns.
    pub fn columns(&self) -> &[TableColumn] {
        &self.columns
    }

    /// Returns the text of the file.
    pub fn text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// Returns the number of rows below the header; empty lines count, as in dbt.
    pub fn row_count(&self) -> usize {
        self.row_count
    }

    /// Tells whether a column of numbers needs digits after the point.
    pub fn has_decimals(&self, column: usize) -> bool {
        self.decimals.get(column).copied().unwrap_or(false)
    }

    /// Returns the rows as values; made at the first call.
    pub fn table(&self) -> &Table {
        self.table.get_or_init(|| self.read_table())
    }

    /// Lists the rows that have too few values. dbt fills them up with nulls; a database may
    /// refuse to load them. Empty lines are none.
    pub fn short_rows(&self, file: FileId) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let mut reader = Reader::new(&self.text, self.delimiter);
        let mut record = Record::default();
        let mut row = 0;
        reader.read(&mut record);
        while reader.read(&mut record) && problems.len() < SHOWN {
            let (count, columns) = (record.len(), self.columns.len());
            if (1..columns).contains(&count) {
                let noun = if count == 1 { "value" } else { "values" };
                let message =
                    format!("row {row} has {count} {noun}, but there are {columns} columns");
                let finding = Diagnostic::error(Code::InvalidSeed, message);
                let finding = finding.at(Location::new(file, record.span()));
                problems.push(finding.help("write a delimiter for each value that is missing"));
            }
            row += 1;
        }
        problems
    }

    /// Makes a finding of what a database says of a row.
    pub fn locate(&self, file: FileId, problem: RowProblem<'_>) -> Option<Diagnostic> {
        let mut reader = Reader::new(&self.text, self.delimiter);
        let mut record = Record::default();
        let mut place = None;
        let mut number = 0;
        while reader.read(&mut record) {
            number += 1;
            let same_text = self.text.get(record.span().range()) == Some(problem.text);
            // Databases differ in what they count as a row: the text decides, the number helps.
            if same_text && (place.is_none() || number == problem.record) {
                place = Some(self.field_span(&record, problem.column));
            }
            if number > problem.record && place.is_some() {
                break;
            }
        }
        let finding = Diagnostic::error(Code::InvalidSeed, problem.message);
        Some(finding.at(Location::new(file, place?)).help(problem.help))
    }

    fn field_span(&self, record: &Record, column: Option<&str>) -> Span {
        let is_it =
            |it: &TableColumn| Some(it.name.to_lowercase()) == column.map(str::to_lowercase);
        let at = self.columns.iter().position(is_it);
        let field = at.and_then(|at| record.fields().nth(at));
        field.map_or(record.span(), |(_, span)| span)
    }

    fn read_table(&self) -> Table {
        let mut reader = Reader::new(&self.text, self.delimiter);
        let mut record = Record::default();
        reader.read(&mut record);
        let mut rows = Vec::with_capacity(self.row_count);
        while reader.read(&mut record) {
            let values = record.fields().zip(&self.columns);
            let mut row: Vec<_> = values
                .map(|((it, _), column)| cast(it, column.cells))
                .collect();
            row.resize(self.columns.len(), Cell::Null);
            rows.push(row);
        }
        Table {
            columns: self.columns.clone(),
            rows,
        }
    }
}

/// Reads a CSV file. Places are counted in the file's text; where bytes are not UTF-8, in the text
/// that `String::from_utf8_lossy` makes of them.
pub fn read_seed(
    file: FileId,
    bytes: &[u8],
    config: SeedConfig<'_>,
) -> Result<Seed, Vec<Diagnostic>> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Arc::from(text),
        Err(error) => return Err(vec![not_utf8(file, error)]),
    };
    let mut check = Check {
        file,
        problems: Vec::new(),
        warnings: Vec::new(),
        ragged: 0,
    };
    let read = check.read(&text, config);
    if !check.problems.is_empty() {
        check.count_ragged();
        return Err(check.problems);
    }
    let (columns, decimals, row_count) = read;
    Ok(Seed {
        columns,
        decimals,
        row_count,
        text,
        delimiter: config.delimiter,
        table: OnceLock::new(),
        warnings: check.warnings,
    })
}

struct Check {
    file: FileId,
    problems: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
    ragged: usize,
}

impl Check {
    fn read(&mut self, text: &str, config: SeedConfig<'_>) -> (Vec<TableColumn>, Vec<bool>, usize) {
        let mut reader = Reader::new(text, config.delimiter);
        let mut record = Record::default();
        if !reader.read(&mut record) {
            let empty = Diagnostic::error(Code::InvalidSeed, "the seed is empty");
            let empty = empty.in_file(self.file);
            self.problems.push(empty.help(NAMES_WANTED));
            return Default::default();
        }
        self.check_quotes(&record);
        let names = self.header(&record, &mut reader, config);
        if names.is_empty() {
            let finding = Diagnostic::error(Code::InvalidSeed, "the seed has no columns");
            let finding = finding.in_file(self.file);
            self.problems.push(finding.help(NAMES_WANTED));
        }
        let mut columns = self.columns(&names, config);
        let mut row_count = 0;
        while reader.read(&mut record) {
            self.check_quotes(&record);
            self.check_length(&record, row_count, columns.len());
            for ((value, _), column) in record.fields().zip(&mut columns) {
                column.test(value);
            }
            row_count += 1;
        }
        let decimals = columns.iter().map(Column::has_decimals).collect();
        let columns = names.into_iter().zip(&columns);
        let columns = columns.map(|(name, column)| TableColumn {
            name,
            cells: column.cells(),
            sql_type: None,
        });
        (columns.collect(), decimals, row_count)
    }

    /// Returns the names of the columns. After an empty first line they are letters, as many as
    /// the next line has fields.
    fn header(
        &mut self,
        record: &Record,
        reader: &mut Reader<'_>,
        config: SeedConfig<'_>,
    ) -> Vec<String> {
        let written: Vec<_> = record.fields().map(|(name, _)| name.to_owned()).collect();
        if written.is_empty() {
            let mut next = Record::default();
            reader.clone().read(&mut next);
            let missing =
                Diagnostic::warning(Code::SeedHeader, "the line of column names is empty");
            self.warnings
                .push(missing.in_file(self.file).help(NAMES_WANTED));
            return column_names(vec![String::new(); next.len()]);
        }
        let names = column_names(written);
        for ((written, span), name) in record.fields().zip(&names) {
            if written == name {
                continue;
            }
            let message = if written.is_empty() {
                format!("a column has no name: it is called `{name}`")
            } else {
                format!("the column `{written}` is there already: this one is called `{name}`")
            };
            let finding = Diagnostic::warning(Code::SeedHeader, message);
            self.warnings.push(finding.at(self.at(span)));
        }
        for typed in config.typed_columns {
            if !names.contains(typed) {
                let message =
                    format!("`column_types` names the column `{typed}`, which is not there");
                let mut finding = Diagnostic::warning(Code::SeedHeader, message);
                let close = did_you_mean(typed, names.iter().map(String::as_str));
                if let Some(close) = close {
                    finding = finding.help(format!("did you mean `{close}`?"));
                }
                self.warnings.push(finding.in_file(self.file));
            }
        }
        names
    }

    fn columns(&self, names: &[String], config: SeedConfig<'_>) -> Vec<Column> {
        let is_typed = |name| config.typed_columns.contains(name);
        names
            .iter()
            .map(|name| Column::new(is_typed(name)))
            .collect()
    }

    /// Notes a quote that is never closed: all after it is one value to dbt, while a database may
    /// take the quote for a part of the value.
    fn check_quotes(&mut self, record: &Record) {
        if let Some(at) = record.open_quote {
            let finding = Diagnostic::warning(Code::InvalidSeed, "nothing closes this quote");
            let finding = finding.at(self.at(Span::new(at, at + 1)));
            self.warnings.push(finding.help(
                "put a quote after the value; a quote within a quoted value is written twice",
            ));
        }
    }

    fn check_length(&mut self, record: &Record, row: usize, columns: usize) {
        if record.len() <= columns {
            return;
        }
        self.ragged += 1;
        if self.ragged > SHOWN {
            return;
        }
        let extra: Vec<_> = record
            .fields()
            .skip(columns)
            .map(|(_, span)| span)
            .collect();
        let span = extra.iter().copied().reduce(Span::to).unwrap_or_default();
        let message = format!(
            "row {row} has {} values, but there are only {columns} columns",
            record.len()
        );
        let finding = Diagnostic::error(Code::InvalidSeed, message).at(self.at(span));
        self.problems.push(
            finding.help(
                "put quotes around a value that has the delimiter in it, or remove the value",
            ),
        );
    }

    fn count_ragged(&mut self) {
        let more = self.ragged.saturating_sub(SHOWN);
        if let Some(last) = self.problems.last_mut().filter(|_| more > 0) {
            last.notes
                .push(format!("{more} more rows have too many values"));
        }
    }

    fn at(&self, span: Span) -> Location {
        Location::new(self.file, span)
    }
}

fn not_utf8(file: FileId, error: Utf8Error) -> Diagnostic {
    let at = error.valid_up_to();
    let message = format!("this file is not UTF-8, from byte {at} on");
    // Shown as one replacement character.
    let span = Span::new(at, at + '\u{fffd}'.len_utf8());
    let finding = Diagnostic::error(Code::NotUtf8, message).at(Location::new(file, span));
    finding.help("save it as UTF-8")
}
