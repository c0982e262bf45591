//! Rows of unit tests: written where they are given, in files below `fixtures`, or a seed's own.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::Stage;
use super::files;
use super::properties::FixtureDef;
use crate::adapters::agate;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::nodes::{Details, Dict, Fixture, FixtureFormat, FixtureRows, Node};
use crate::project::{FileKind, SourceFile};
use crate::text::Location;

/// The files of fixtures, by package and name.
pub(super) struct Fixtures<'a> {
    files: HashMap<(usize, &'a str), &'a SourceFile>,
    stage: &'a Stage<'a>,
}

impl<'a> Fixtures<'a> {
    /// Finds the files; two of one name are reported.
    pub(super) fn new(stage: &'a Stage<'a>, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut known: HashMap<(usize, &str), &SourceFile> = HashMap::new();
        for (at, package) in stage.packages.iter().enumerate() {
            for file in files::of(package, FileKind::Fixture) {
                if let Some(first) = known.insert((at, stem(file)), file) {
                    diagnostics.push(twice(first, file));
                }
            }
        }
        Self {
            files: known,
            stage,
        }
    }

    /// Reads rows as a unit test of a package gives them; `seed` is what its input names.
    pub(super) fn read(
        &self,
        def: &FixtureDef,
        package: usize,
        seed: Option<&Node>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Fixture> {
        let rows = match (def.format, &def.file) {
            (FixtureFormat::Dict, None) if def.rows.is_none() => self.of_seed(def, seed),
            (FixtureFormat::Dict, _) => dicts(def),
            (_, Some((name, at))) => self.of_file(def, package, name, *at, diagnostics),
            (_, None) => text(def).map(|text| match def.format {
                FixtureFormat::Csv => csv(text, def.location, true, diagnostics),
                _ => FixtureRows::Query(text.to_owned()),
            }),
        };
        let mut rows = rows.map_err(|finding| diagnostics.push(finding)).ok()?;
        if let FixtureRows::Rows(rows) = &mut rows {
            complete_row_first(rows);
        }
        Some(Fixture {
            format: def.format,
            rows,
            file: def.file.as_ref().map(|(name, _)| name.clone()),
            location: def.location,
        })
    }

    fn of_file(
        &self,
        def: &FixtureDef,
        package: usize,
        name: &str,
        at: Location,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<FixtureRows, Diagnostic> {
        let Some(file) = self.files.get(&(package, name)) else {
            let known = self.files.keys().filter(|(owner, _)| *owner == package);
            let near = did_you_mean(name, known.map(|(_, name)| *name));
            let help = near.map_or_else(
                || format!("add `{name}.csv` or `{name}.sql` below `fixtures` in a test folder"),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(invalid(format!("no fixture is named `{name}`"), at, &help));
        };
        let is_sql = file
            .path
            .extension()
            .is_some_and(|it| it.eq_ignore_ascii_case("sql"));
        if is_sql != (def.format == FixtureFormat::Sql) {
            let path = &file.original_file_path;
            let message = format!("the fixture `{name}` is {path}, which is of another format");
            let format = if is_sql { "sql" } else { "csv" };
            return Err(invalid(message, at, &format!("write `format: {format}`")));
        }
        let content = file.file.map(|id| self.stage.texts.content(id));
        let content = content.and_then(|it| it.get(file.content.range()));
        let content = content.unwrap_or_default();
        Ok(match (is_sql, file.file) {
            (false, Some(id)) => {
                let at = Location::new(id, file.content);
                csv(content, at, true, diagnostics)
            }
            _ => FixtureRows::Query(content.to_owned()),
        })
    }

    /// An input without rows has those of its seed, as they stand in the file.
    fn of_seed(&self, def: &FixtureDef, seed: Option<&Node>) -> Result<FixtureRows, Diagnostic> {
        let Some((seed, Details::Seed { root_path })) = seed.map(|seed| (seed, &seed.details))
        else {
            let message = "there are no rows, and no seed to take them from".to_owned();
            let help = "add `rows:`; only an input that is a seed of this package can go without";
            return Err(invalid(message, def.location, help));
        };
        let path = std::path::Path::new(root_path).join(&seed.original_file_path);
        self.stage.project.base.consulted.file(&path);
        let bytes = self
            .stage
            .project
            .base
            .system
            .read(&path)
            .map_err(|error| {
                Diagnostic::error(Code::UnreadableFile, error.to_string()).at(def.location)
            })?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(csv(&text, def.location, false, &mut Vec::new()))
    }
}

fn stem(file: &SourceFile) -> &str {
    let path = &file.original_file_path;
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn dicts(def: &FixtureDef) -> Result<FixtureRows, Diagnostic> {
    let help = "write one `- {column: value}` for each row, or name another `format:`";
    let Some(rows) = &def.rows else {
        let message = "a fixture in a file is of format `csv` or `sql`".to_owned();
        return Err(invalid(message, def.location, "add `format: csv`"));
    };
    let Some(items) = rows.as_seq() else {
        let message = format!("`rows` of format `dict` are a list, not {}", rows.kind());
        return Err(invalid(message, rows.location, help));
    };
    let row = |item: &crate::yaml::Node| match item.to_json() {
        Json::Object(row) => Ok(row),
        _ => {
            let message = format!("a row of format `dict` is a mapping, not {}", item.kind());
            Err(invalid(message, item.location, help))
        }
    };
    items
        .iter()
        .map(row)
        .collect::<Result<_, _>>()
        .map(FixtureRows::Rows)
}

fn text(def: &FixtureDef) -> Result<&str, Diagnostic> {
    let text = def.rows.as_ref().and_then(|rows| rows.as_str());
    text.ok_or_else(|| {
        let kind = def.rows.as_ref().map_or("nothing", |rows| rows.kind());
        let message = format!("`rows` of formats `csv` and `sql` are a string, not {kind}");
        let help = "write `rows: |` and the text below, or `fixture:` with the name of a file";
        invalid(message, def.location, help)
    })
}

/// Reads CSV as Python's `csv.DictReader` does. `nulls`: empty values are null.
fn csv(text: &str, at: Location, nulls: bool, diagnostics: &mut Vec<Diagnostic>) -> FixtureRows {
    let mut records = agate::records(text).into_iter();
    let header = records.next().unwrap_or_default();
    let value = |text: String| match text.is_empty() && nulls {
        true => Json::Null,
        false => Json::String(text),
    };
    let mut rows = Vec::new();
    for record in records {
        let (given, named) = (record.len(), header.len());
        let mut values = record.into_iter();
        let mut row: Dict = header
            .iter()
            .map(|name| (name.clone(), values.next().map_or(Json::Null, value)))
            .collect();
        let more: Vec<Json> = values.map(Json::String).collect();
        if !more.is_empty() {
            let message = format!("a row has {given} values, but the header names {named}");
            let finding = Diagnostic::warning(Code::InvalidUnitTest, message).at(at);
            diagnostics.push(finding.help("quote values that hold a comma, or name all columns"));
            row.insert("null".to_owned(), Json::Array(more));
        }
        rows.push(row);
    }
    FixtureRows::Rows(rows)
}

/// Brings a row without nulls to the front, which dbt does for the types of some databases.
fn complete_row_first(rows: &mut [Dict]) {
    let complete = |row: &Dict| row.values().all(|value| !value.is_null());
    if let Some(at) = rows.iter().position(complete) {
        rows.swap(0, at);
    }
}

fn twice(first: &SourceFile, second: &SourceFile) -> Diagnostic {
    let (a, b) = (&first.original_file_path, &second.original_file_path);
    let message = format!("two fixtures have one name: {a} and {b}");
    let mut finding = Diagnostic::error(Code::DuplicateName, message).help("rename one of them");
    for file in [second, first] {
        if let Some(id) = file.file {
            finding = finding.label(Location::new(id, file.content), "a fixture");
        }
    }
    finding
}

fn invalid(message: String, at: Location, help: &str) -> Diagnostic {
    Diagnostic::error(Code::InvalidUnitTest, message)
        .at(at)
        .help(help)
}
