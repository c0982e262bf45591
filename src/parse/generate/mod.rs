//! `generate:` of a model in a properties file: one model for each row of a table.
//!
//! In: the entries of a file before anything in them is rendered, and the text of each table, which was read before. Out: an
//! entry for each row in place of the one, and what rows there are; the file of the entry's name is their template, and no
//! model itself. Read `entry.rs` for what can be said, `table.rs` for tables.

mod entry;
mod models;
mod table;

use std::sync::Arc;

use crate::diagnostics::Diagnostic;
use crate::nodes::Row;
use crate::project::{FileKind, Project, YamlKind};
use crate::text::{Location, Texts};
use crate::yaml::Node;
pub(super) use entry::expand;
pub(super) use models::models;

/// A table that models are generated from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableName {
    /// A file of the package.
    File(String),
    /// A query on the warehouse.
    Query(String),
}

impl TableName {
    /// Returns the path or the SQL, by which a package knows the table's text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::File(name) | Self::Query(name) => name,
        }
    }
}

/// A table that is asked for.
#[derive(Debug, Clone)]
pub struct TableAsked {
    /// The place of the package.
    pub package: usize,
    /// The name of the template.
    pub template: String,
    /// Which.
    pub table: TableName,
    /// Where that is said.
    pub location: Location,
}

/// What a file generates.
#[derive(Debug, Default)]
pub(super) struct Generated {
    /// The names of templates, and where they stand.
    pub(super) templates: Vec<(String, Location)>,
    /// Models, each with the place of its template in that list.
    pub(super) models: Vec<GeneratedModel>,
}

/// A model that is generated.
#[derive(Debug)]
pub(super) struct GeneratedModel {
    pub(super) template: usize,
    pub(super) name: String,
    pub(super) row: Arc<Row>,
}

/// Lists the tables that properties files ask for, each once. What is wrong is told when the files are read.
pub fn tables(loaded: &Project, texts: &Texts) -> Vec<TableAsked> {
    let mut all: Vec<TableAsked> = Vec::new();
    for (at, package) in loaded.packages.iter().enumerate() {
        for file in super::files::of(package, FileKind::Schema) {
            let text = file.file.and_then(|id| Some((id, texts.get(id)?)));
            let Some((id, text)) = text.filter(|it| it.1.content.contains(entry::KEY)) else {
                continue;
            };
            let Some(root) = crate::yaml::parse(id, &text.content).0 else {
                continue;
            };
            let context = loaded.yaml_context(&package.name);
            let renderer = context.renderer(YamlKind::Plain, id, text.clone());
            let entries = root.get("models").and_then(Node::as_seq);
            for node in entries.unwrap_or_default() {
                let mut untold: Vec<Diagnostic> = Vec::new();
                let Some(entry) = entry::read(node, &renderer, &mut untold) else {
                    continue;
                };
                let is_known = |it: &TableAsked| it.package == at && it.table == entry.table;
                if !all.iter().any(is_known) {
                    all.push(TableAsked {
                        package: at,
                        template: entry.template.to_owned(),
                        table: entry.table,
                        location: entry.table_at,
                    });
                }
            }
        }
    }
    all
}
