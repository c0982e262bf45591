//! The text of a table → its rows, each with its place.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value as Json;

use super::TableName;
use crate::adapters::agate::placed_records;
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Dict, Row};
use crate::text::{FileId, Location, Span, Texts};
use crate::yaml::Node;

/// Reads the rows of a table.
pub(super) fn rows(
    name: &TableName,
    file: FileId,
    texts: &Texts,
) -> Result<Vec<Arc<Row>>, Diagnostic> {
    let text = texts.content(file);
    let is_csv = |path: &str| {
        let extension = Path::new(path).extension();
        extension.is_some_and(|it| it.eq_ignore_ascii_case("csv"))
    };
    match name {
        TableName::File(path) if is_csv(path) => of_csv(file, text),
        _ => of_yaml(file, text),
    }
}

/// Reads CSV: values are texts, and what is empty is none.
fn of_csv(file: FileId, text: &str) -> Result<Vec<Arc<Row>>, Diagnostic> {
    let mut records = placed_records(text).into_iter();
    let Some((header, names)) = records.next() else {
        return Ok(Vec::new());
    };
    let names: Vec<&str> = names.iter().map(|it| it.trim()).collect();
    let at = |span| Location::new(file, span);
    if let Some(twice) = names
        .iter()
        .find(|it| names.iter().filter(|other| other == it).count() > 1)
    {
        let message = format!("two columns are called `{twice}`");
        return Err(wrong(message, at(header), "name each column once"));
    }
    let row = |(span, values): (_, Vec<String>)| {
        if values.len() != names.len() {
            let message = format!(
                "the number of values is {}, and that of columns {}",
                values.len(),
                names.len()
            );
            return Err(wrong(
                message,
                at(span),
                "write a value for each column; it may be empty",
            ));
        }
        let values = values.into_iter().map(|it| match it.is_empty() {
            true => Json::Null,
            false => Json::String(it),
        });
        let names = names.iter().map(|it| (*it).to_owned());
        let values: Dict = names.zip(values).collect();
        let location = at(span);
        Ok(Arc::new(Row { values, location }))
    };
    records.map(row).collect()
}

/// Reads a list of mappings.
fn of_yaml(file: FileId, text: &str) -> Result<Vec<Arc<Row>>, Diagnostic> {
    let (root, findings) = crate::yaml::parse(file, text);
    let Some(root) = root else {
        let unread = || {
            wrong(
                "the table cannot be read".to_owned(),
                Location::new(file, Span::default()),
                "",
            )
        };
        return Err(findings.into_iter().next().unwrap_or_else(unread));
    };
    if root.is_null() {
        return Ok(Vec::new());
    }
    let help = "write a list with `- {name: orders, …}` for each row";
    let Some(items) = root.as_seq() else {
        let message = format!("a table must be a list of rows, not {}", root.kind());
        return Err(wrong(message, root.location, help));
    };
    let row = |item: &Node| match item.to_json() {
        Json::Object(values) => Ok(Arc::new(Row {
            values,
            location: item.location,
        })),
        _ => {
            let message = format!("a row must be a mapping, not {}", item.kind());
            Err(wrong(message, item.location, help))
        }
    };
    items.iter().map(row).collect()
}

fn wrong(message: String, location: Location, help: &str) -> Diagnostic {
    let finding = Diagnostic::error(Code::InvalidGeneration, message);
    finding.at(location).help(help)
}
