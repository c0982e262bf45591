//! Metadata from rows into a table of the warehouse that keeps their history, with a view for each kind.
//!
//! What the table says is compared by digests of its rows, and changed in one transaction: a row that is not said any more
//! ends, one that is said anew begins. What a run has not looked at stays as it was. One table for all kinds is one statement
//! for each step, and few columns for the database to write out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::failure::unwritten;
use super::ledger::{SCHEMA, call_with, dict, table, text};
use super::{Execution, Failure};
use crate::adapters::{Cell, Relation, RelationCache};
use crate::jinja::Value;
use crate::jinja::context::Session;
use crate::jinja::library;
use crate::jinja::python::List;
use crate::metadata::{Rows, SCHEMA_VERSION, TABLES, Table};
use crate::nodes::UniqueId;
use crate::system::System;

/// The table that says what was looked at last.
const STATE: &str = "metadata_state";
/// The table of all rows.
const ROWS: &str = "metadata_row";
/// The view that answers seven questions about each object.
const CARD: &str = "object_card";
/// The view of nodes in runs, beside the events.
const RUNS: &str = "process_run";

/// Which run keeps metadata, and of what.
#[derive(Debug, Clone)]
pub struct MetadataRun {
    /// The project.
    pub project: String,
    /// The name of its target.
    pub target: String,
    /// The run.
    pub run_id: String,
    /// When it began, in UTC.
    pub at: String,
}

/// What was looked at last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataState {
    /// The number of the schema.
    pub schema_version: i128,
    /// A digest of everything that metadata come of.
    pub digest: String,
}

/// What a run says.
pub struct MetadataMerge<'a> {
    /// The rows of all tables.
    pub rows: &'a [Rows],
    /// Objects at whose SQL the run has not looked.
    pub kept: &'a [UniqueId],
    /// A digest of everything that they come of.
    pub digest: &'a str,
    /// Whether there is nothing yet that may end.
    pub is_first: bool,
    /// Whether there are events of runs beside it.
    pub has_runs: bool,
    /// A folder for files on the way.
    pub folder: &'a Path,
}

/// The place where metadata are kept.
pub struct MetadataStore {
    session: Arc<Session>,
    database: String,
    run: MetadataRun,
}

impl MetadataStore {
    /// Opens the warehouse.
    pub fn open(execution: &Execution, run: MetadataRun) -> Result<Self, Failure> {
        let session = execution.session(&Arc::new(RelationCache::default()), "metadata")?;
        let database = execution.adapter.default_database().to_owned();
        Ok(Self {
            session,
            database,
            run,
        })
    }

    /// Reads what was looked at last; none if nothing was.
    pub fn state(&self) -> Result<Option<MetadataState>, Failure> {
        let arguments = vec![("state", self.relation(STATE)), ("run", self.run())];
        let found = table(&call_with(&self.session, "get_metadata_state", arguments)?);
        // What others write from now on is seen.
        self.session.connection().rollback()?;
        let state = match found.rows.first().map(Vec::as_slice) {
            Some([Cell::Integer(version), digest]) => Some(MetadataState {
                schema_version: *version,
                digest: text(digest),
            }),
            _ => None,
        };
        Ok(state)
    }

    /// Brings all tables up to date, in one transaction.
    pub fn merge(&self, merge: &MetadataMerge<'_>, system: &dyn System) -> Result<(), Failure> {
        self.create(merge.has_runs)?;
        let path = merge.folder.join("rows.jsonl");
        write(&path, merge.rows.iter().flat_map(lines), system)?;
        if !merge.is_first {
            let kept = self.kept(merge, system)?;
            let kept = kept.as_deref().map_or(Value::from(()), written);
            self.call_merge("close_metadata", &path, vec![("kept", kept)])?;
        }
        self.call_merge("open_metadata", &path, Vec::new())?;
        let arguments = vec![
            ("state", self.relation(STATE)),
            ("run", self.run()),
            ("schema_version", Value::from(SCHEMA_VERSION)),
            ("digest", Value::from(merge.digest)),
        ];
        call_with(&self.session, "record_metadata_state", arguments)?;
        Ok(self.session.connection().commit()?)
    }

    fn create(&self, has_runs: bool) -> Result<(), Failure> {
        let state = vec![("state", self.relation(STATE))];
        call_with(&self.session, "create_metadata_state", state)?;
        let rows = vec![("rows", self.relation(ROWS))];
        call_with(&self.session, "create_metadata_rows", rows)?;
        for table in TABLES {
            let arguments = vec![
                ("view", self.relation(table.name)),
                ("kind", Value::from(table.name)),
                ("columns", columns(table)),
                ("rows", self.relation(ROWS)),
            ];
            call_with(&self.session, "create_metadata_view", arguments)?;
        }
        let runs = match has_runs {
            true => self.relation(RUNS),
            false => Value::from(()),
        };
        let arguments = vec![
            ("card", self.relation(CARD)),
            ("objects", self.relation("data_object")),
            ("edges", self.relation("lineage_edge")),
            ("runs", runs),
        ];
        call_with(&self.session, "create_object_card", arguments).map(|_| ())
    }

    /// Writes down what stays though nothing is said of it.
    fn kept(
        &self,
        merge: &MetadataMerge<'_>,
        system: &dyn System,
    ) -> Result<Option<PathBuf>, Failure> {
        if merge.kept.is_empty() {
            return Ok(None);
        }
        let path = merge.folder.join("kept.jsonl");
        let rows = merge.kept.iter().map(|it| json!({"object_id": it}));
        write(&path, rows, system)?;
        Ok(Some(path))
    }

    fn call_merge(
        &self,
        name: &str,
        path: &Path,
        mut arguments: Vec<(&str, Value)>,
    ) -> Result<(), Failure> {
        arguments.extend([
            ("rows", self.relation(ROWS)),
            ("path", written(path)),
            ("run", self.run()),
        ]);
        call_with(&self.session, name, arguments).map(|_| ())
    }

    fn run(&self) -> Value {
        let run = &self.run;
        dict([
            ("project", Value::from(run.project.as_str())),
            ("target", Value::from(run.target.as_str())),
            ("run_id", Value::from(run.run_id.as_str())),
            ("at", Value::from(run.at.as_str())),
        ])
    }

    fn relation(&self, name: &str) -> Value {
        library::relation(Relation::new(
            Some(&self.database),
            Some(SCHEMA),
            Some(name),
        ))
    }
}

fn written(path: &Path) -> Value {
    Value::from(path.to_string_lossy().into_owned())
}

fn columns(table: &Table) -> Value {
    let columns = table.columns.iter().map(|(name, kind)| {
        let pair = [*name, *kind].map(Value::from);
        List::value(pair.to_vec())
    });
    List::value(columns.collect::<Vec<_>>())
}

/// What the table has of a row.
#[derive(Serialize)]
struct Line<'r> {
    kind: &'static str,
    worked_out_of: Option<&'r str>,
    fields: &'r RawValue,
    digest: &'r str,
}

fn lines(rows: &Rows) -> impl Iterator<Item = Line<'_>> {
    rows.rows.iter().map(|row| Line {
        kind: rows.table.name,
        worked_out_of: row.worked_out_of.as_deref(),
        fields: &row.said,
        digest: &row.digest,
    })
}

fn write(
    path: &Path,
    rows: impl IntoIterator<Item: Serialize>,
    system: &dyn System,
) -> Result<(), Failure> {
    let mut lines = Vec::new();
    for row in rows {
        // What is in memory is always written.
        let _ = serde_json::to_writer(&mut lines, &row);
        lines.push(b'\n');
    }
    let written = system.write(path, &lines);
    written.map_err(|error| Failure::Told(Box::new(unwritten(&error))))
}
