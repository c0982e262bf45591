//! Tables that models are generated from: read, or asked of the warehouse, before anything is parsed.

use std::path::Path;

use serde_json::{Map, Value as Json};

use crate::adapters::{Adapter, Cell, Table};
use crate::diagnostics::{Code, Diagnostic};
use crate::parse::{TableAsked, TableName, tables};
use crate::project::{Project, read_text};
use crate::system::System;
use crate::text::{FileId, Texts};

/// Reads the tables that properties files ask for into texts, so that all that comes of them depends on them.
pub(super) fn read_tables(
    project: &mut Project,
    adapter: &dyn Adapter,
    system: &dyn System,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) {
    for asked in tables(project, texts) {
        let read = match &asked.table {
            TableName::File(path) => file(path, &asked, project, system, texts, findings),
            TableName::Query(sql) => match answer(sql, adapter) {
                Ok(answer) => Some(texts.add(format!("the query of {}", asked.template), answer)),
                Err(message) => {
                    findings.push(refused(&message, &asked));
                    None
                }
            },
        };
        if let Some(file) = read
            && let Some(package) = project.packages.get_mut(asked.package)
        {
            package.tables.insert(asked.table.as_str().to_owned(), file);
        }
    }
}

fn file(
    path: &str,
    asked: &TableAsked,
    project: &Project,
    system: &dyn System,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<FileId> {
    let package = project.packages.get(asked.package)?;
    let place = package.root.join(path);
    if !system.is_file(&place) {
        let message = format!("there is no file `{path}`");
        let finding = Diagnostic::error(Code::InvalidGeneration, message).at(asked.location);
        let help = "write its path from the folder of `dbt_project.yml` on";
        findings.push(finding.help(help));
        return None;
    }
    let shown = place.strip_prefix(&project.root().root);
    let shown = shown.unwrap_or(Path::new(path)).to_path_buf();
    read_text(system, &place, &shown, texts, findings)
}

/// Asks the warehouse, and writes the answer down as a list of rows.
fn answer(sql: &str, adapter: &dyn Adapter) -> Result<String, String> {
    let asked = || {
        let mut connection = adapter.connect("generate")?;
        connection.execute(sql, true, None)
    };
    let (_, table) = asked().map_err(|error| error.to_string())?;
    Ok(written(&table))
}

fn written(table: &Table) -> String {
    let rows = table.rows.iter().map(|row| {
        let names = table.columns.iter().map(|it| it.name.clone());
        let row: Map<String, Json> = names.zip(row.iter().map(Cell::to_json)).collect();
        Json::Object(row).to_string()
    });
    let rows: Vec<String> = rows.collect();
    format!("[\n{}\n]\n", rows.join(",\n"))
}

fn refused(message: &str, asked: &TableAsked) -> Diagnostic {
    let mut lines = message.lines();
    let first = lines.next().unwrap_or_default();
    let said = format!("the query of `{}` fails: {first}", asked.template);
    let mut finding = Diagnostic::error(Code::InvalidGeneration, said).at(asked.location);
    let rest: Vec<&str> = lines.filter(|it| !it.trim().is_empty()).collect();
    if !rest.is_empty() {
        finding = finding.note(rest.join("\n"));
    }
    finding.help("what it reads has to be there before: each command asks it, whatever it builds")
}
