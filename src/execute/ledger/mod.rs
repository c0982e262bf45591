//! The ledger: runs, their nodes, and what they publish, as tables of the warehouse.
//!
//! In: a plan with nodes that want it (`ledger: true`), or a run with a key of its own (`--run-key`).
//! Out: a row for each publish, written in the very transaction that publishes, under an id that is the
//! same however often it is tried; and for each run how it began and ended. A run whose key has ended
//! is not done again, and one that died leaves out what it has published.

mod keep;
mod versions;

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use indexmap::IndexSet;

pub use keep::VERSIONS;
pub(super) use versions::read;
pub use versions::{Version, Versions, versions};

use super::prepare::call;
use super::unchanged;
use super::{Execution, Failure};
use crate::adapters::{Cell, Relation, RelationState, Table};
use crate::artifacts::NodeResult;
use crate::diagnostics::{Code, Diagnostic};
use crate::events::Status;
use crate::jinja::Value;
use crate::jinja::context::{Session, node_relation};
use crate::jinja::library;
use crate::jinja::python::{Dict as PythonDict, List};
use crate::nodes::{Node, Resources, UniqueId};
use crate::plan::{Action, Plan};
use crate::text::Location;

/// The schema of the tables.
pub const SCHEMA: &str = "dsql";
/// What the tables are like; another dsql may know others.
const VERSION: i128 = 2;
/// The configuration that asks for it.
const SETTING: &str = "ledger";
/// Materializations through which rows are read that stand elsewhere.
const ROWLESS: [&str; 3] = ["ephemeral", "table_function", "view"];

/// The ledger of a run in progress.
pub(super) struct Ledger {
    run_id: String,
    /// The database of runs.
    database: String,
    /// Ids under which the same run has published before it died.
    published: BTreeSet<String>,
    resources: Arc<Resources>,
}

/// What there is to do.
pub(super) enum Opened {
    /// Nobody asks for a ledger.
    Nothing,
    /// A run begins, or goes on.
    Run(Arc<Ledger>),
    /// The run with this key has ended.
    Ended(FirstRun),
}

/// How the run with a key has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstRun {
    /// The key.
    pub key: String,
    /// Whether all went well.
    pub well: bool,
    /// When it ended, for people.
    pub ended_at: String,
    /// Its counts.
    pub summary: String,
    /// What is asked for and was not part of it.
    pub lacks: Option<String>,
}

impl std::fmt::Display for FirstRun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            key,
            ended_at,
            summary,
            well,
            ..
        } = self;
        write!(
            f,
            "The run `{key}` ended at {ended_at} (UTC), and is not done again: {summary}"
        )?;
        match well {
            true => Ok(()),
            false => write!(
                f,
                "\nTo do again what failed in it: `dsql retry`, or the command with another key"
            ),
        }
    }
}

/// Opens the ledger, and lists the run.
pub(super) fn open(
    execution: &Execution,
    plan: &Plan,
    session: &Arc<Session>,
) -> Result<Opened, Failure> {
    let base = &execution.project.base;
    let key = execution.run_key.clone();
    let built = plan
        .steps
        .iter()
        .filter(|it| matches!(it.action, Action::Materialize(_)));
    let nodes = built.filter_map(|step| execution.resources.nodes.get(&step.node));
    let listed: Vec<&Arc<Node>> = nodes.filter(|it| is_listed(it)).collect();
    let mut databases: IndexSet<String> =
        listed.iter().filter_map(|it| it.database.clone()).collect();
    if databases.is_empty() && key.is_none() {
        return Ok(Opened::Nothing);
    }
    let database = execution.adapter.default_database().to_owned();
    databases.insert(database.clone());
    let listed_at = listed.first().map(|it| place(it));
    for database in &databases {
        create(database, listed_at, session)?;
    }
    keep::create_schemas(listed.into_iter(), session)?;
    let mut ledger = Ledger {
        run_id: key
            .clone()
            .unwrap_or_else(|| base.invocation_id.to_string()),
        database,
        published: BTreeSet::new(),
        resources: execution.resources.clone(),
    };
    let run_id = || ("run_id", Value::from(ledger.run_id.as_str()));
    let tables = || ("ledger", tables(&ledger.database));
    let known = table(&call_with(
        session,
        "get_ledger_run",
        vec![tables(), run_id()],
    )?);
    if let Some([_, ended_at, outcome, summary, command]) = known.rows.first().map(Vec::as_slice) {
        if *ended_at != Cell::Null {
            let arguments = vec![tables(), run_id()];
            let told = table(&call_with(session, "get_ledger_nodes", arguments)?);
            session.connection().rollback()?;
            return Ok(Opened::Ended(FirstRun {
                lacks: lacks(plan, execution, &text(command), &told),
                key: ledger.run_id,
                well: text(outcome) == "success",
                ended_at: text(ended_at),
                summary: text(summary),
            }));
        }
        for database in &databases {
            let arguments = vec![("ledger", self::tables(database)), run_id()];
            let found = table(&call_with(session, "get_ledger_publishes", arguments)?);
            let ids = found.rows.iter().filter_map(|row| row.first().map(text));
            ledger.published.extend(ids);
        }
        session.connection().rollback()?;
        return Ok(Opened::Run(Arc::new(ledger)));
    }
    ledger.list_run(key, session)?;
    Ok(Opened::Run(Arc::new(ledger)))
}

/// Says what of a plan was no part of an earlier run; none if all was.
fn lacks(plan: &Plan, execution: &Execution, command: &str, told: &Table) -> Option<String> {
    let told: BTreeSet<String> = told
        .rows
        .iter()
        .filter_map(|row| row.first().map(text))
        .collect();
    let steps = plan.steps.iter().filter(|it| it.visible);
    let mut others = steps.filter(|it| !told.contains(&*it.node));
    let other = others.next()?;
    let resource = execution.resources.get(&other.node);
    let name = resource.map_or(&*other.node, |it| it.name());
    let more = match others.count() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!("it was `{command}`, without `{name}`{more}"))
}

/// Tells whether what a node publishes is listed.
pub(super) fn is_listed(node: &Node) -> bool {
    node.config.bool(SETTING) == Some(true) || keep::kept(node).is_some_and(|it| it > 0)
}

/// Says where a node is described.
fn place(node: &Node) -> Location {
    node.patch_location.unwrap_or(node.file_or_entry())
}

/// Makes the tables, unless another dsql has made others.
fn create(
    database: &str,
    listed_at: Option<Location>,
    session: &Arc<Session>,
) -> Result<(), Failure> {
    let version = || ("version", Value::from(VERSION));
    let arguments = vec![("ledger", tables(database)), version()];
    call_with(session, "create_ledger", arguments)?;
    let arguments = vec![("ledger", tables(database))];
    let found = table(&call_with(session, "get_ledger_version", arguments)?);
    match found.rows.first().and_then(|row| row.first()) {
        Some(Cell::Integer(found)) if *found > VERSION => {
            session.connection().rollback()?;
            let message = format!(
                "the ledger in the schema `{SCHEMA}` of {database} is of version {found}, and this \
                 dsql knows version {VERSION}"
            );
            let mut finding = Diagnostic::error(Code::NewerLedger, message)
                .help("use the dsql that wrote it, or a later one; nothing is written");
            if let Some(at) = listed_at {
                finding = finding.label(at, "what this publishes is listed there");
            }
            return Err(Failure::Told(Box::new(finding)));
        }
        Some(Cell::Integer(found)) if *found < VERSION => {
            let arguments = vec![("ledger", tables(database)), version()];
            call_with(session, "upgrade_ledger", arguments)?;
        }
        _ => {}
    }
    Ok(session.connection().commit()?)
}

impl Ledger {
    /// Tells whether the run has published a node, or a batch of it, before it died.
    pub(super) fn has_published(&self, node: &Node) -> bool {
        self.published.contains(&self.publish_id(node))
    }

    /// Begins a run that builds nothing.
    pub(super) fn begin(
        execution: &Execution,
        nodes: &[Arc<Node>],
        session: &Arc<Session>,
    ) -> Result<Self, Failure> {
        let ledger = Self {
            run_id: execution.project.base.invocation_id.to_string(),
            database: execution.adapter.default_database().to_owned(),
            published: BTreeSet::new(),
            resources: execution.resources.clone(),
        };
        create(&ledger.database, nodes.first().map(|it| place(it)), session)?;
        keep::create_schemas(nodes.iter(), session)?;
        ledger.list_run(None, session)?;
        Ok(ledger)
    }

    fn list_run(&self, key: Option<String>, session: &Arc<Session>) -> Result<(), Failure> {
        let arguments = vec![
            ("ledger", tables(&self.database)),
            ("run_id", Value::from(self.run_id.as_str())),
            ("run_key", key.map_or(Value::from(()), Value::from)),
        ];
        call_with(session, "begin_ledger_run", arguments)?;
        Ok(session.connection().commit()?)
    }

    /// Lists what the open transaction publishes of a node, and keeps it where somebody wants that.
    pub(super) fn record(&self, node: &Node, session: &Arc<Session>) -> Result<(), Failure> {
        self.list(node, None, session).map(|_| ())
    }

    /// The same of a table that has the rows of an earlier version again. Returns their checksum.
    pub(super) fn restored(
        &self,
        node: &Node,
        version: i64,
        session: &Arc<Session>,
    ) -> Result<Option<String>, Failure> {
        self.list(node, Some(version), session)
    }

    fn list(
        &self,
        node: &Node,
        restores: Option<i64>,
        session: &Arc<Session>,
    ) -> Result<Option<String>, Failure> {
        let relation = node_relation(node, session.project.quoting);
        let state = state(&relation, session)?;
        let none = || Value::from(());
        let (content, rows) = match &state {
            Some(RelationState::Table { content, rows, .. }) => {
                (Some(digest(&[content])), Value::from(*rows))
            }
            _ => (None, none()),
        };
        let batch = node.batch.as_ref().map(|it| sql_time(it.start));
        let inputs = self.inputs(node);
        let text = |text: &str| Value::from(text);
        let publish = [
            ("publish_id", Value::from(self.publish_id(node))),
            ("run_id", text(&self.run_id)),
            ("node", text(&node.unique_id)),
            ("relation_name", Value::from(relation.render())),
            ("batch_start", batch.map_or(none(), Value::from)),
            ("row_count", rows),
            ("content_checksum", content.as_deref().map_or(none(), text)),
            ("restores", restores.map_or(none(), Value::from)),
            ("code_checksum", Value::from(code_checksum(node))),
            (
                "inputs",
                List::value(inputs.iter().map(|it| text(it)).collect::<Vec<_>>()),
            ),
        ];
        let database = node.database.as_deref().unwrap_or(&self.database);
        let arguments = vec![("ledger", tables(database)), ("publish", dict(publish))];
        call_with(session, "record_ledger_publish", arguments)?;
        if content.is_some() {
            keep::keep(node, &self.publish_id(node), database, session)?;
        }
        Ok(content)
    }

    /// Lists what a node reads: what has no rows of its own, and what that reads.
    fn inputs(&self, node: &Node) -> IndexSet<UniqueId> {
        let mut found: IndexSet<UniqueId> = node.depends_on.nodes.iter().cloned().collect();
        let mut at = 0;
        while let Some(id) = found.get_index(at) {
            at += 1;
            if let Some(input) = self.resources.nodes.get(id)
                && ROWLESS.contains(&input.config.materialized())
            {
                found.extend(input.depends_on.nodes.iter().cloned());
            }
        }
        found
    }

    /// Lists how the nodes of the run ended, and the run itself.
    pub(super) fn close(
        &self,
        results: &[NodeResult],
        cancelled: bool,
        session: &Arc<Session>,
    ) -> Result<(), Failure> {
        let count = |wanted: &[Status]| {
            let found = results.iter().filter(|it| wanted.contains(&it.status));
            found.count()
        };
        let errors = results.iter().filter(|it| it.status.is_failure()).count();
        let skipped = count(&[Status::Skipped]);
        let outcome = match (errors + skipped, cancelled) {
            (_, true) => "cancelled",
            (0, false) => "success",
            _ => "error",
        };
        let summary = format!(
            "PASS={} WARN={} ERROR={errors} SKIP={skipped} NO-OP={} TOTAL={}",
            count(&[Status::Success, Status::Pass]),
            count(&[Status::Warn]),
            count(&[Status::NoOp]),
            results.len()
        );
        let nodes = results.iter().map(|it| {
            dict([
                ("unique_id", Value::from(&*it.unique_id)),
                ("status", Value::from(it.status.as_str())),
                (
                    "message",
                    Value::from(it.message.as_deref().unwrap_or_default()),
                ),
                ("seconds", Value::from(it.execution_time)),
                ("failures", it.failures.map_or(Value::from(()), Value::from)),
            ])
        });
        let arguments = vec![
            ("ledger", tables(&self.database)),
            ("run_id", Value::from(self.run_id.as_str())),
            ("outcome", Value::from(outcome)),
            ("summary", Value::from(summary)),
            ("nodes", List::value(nodes.collect::<Vec<_>>())),
        ];
        call_with(session, "end_ledger_run", arguments)?;
        Ok(session.connection().commit()?)
    }

    /// Names the run.
    pub(super) fn run_id(&self) -> &str {
        &self.run_id
    }

    /// Names a publish of a node in this run.
    pub(super) fn publish_id(&self, node: &Node) -> String {
        let batch = node.batch.as_ref().map(|it| sql_time(it.start));
        digest(&[&self.run_id, &node.unique_id, &batch.unwrap_or_default()])
    }
}

/// Looks at a relation; none if there is none of that name.
fn state(relation: &Relation, session: &Session) -> Result<Option<RelationState>, Failure> {
    let name = relation.parts().map(|it| it.unwrap_or_default().to_owned());
    let mut connection = session.connection();
    Ok(session.adapter.relation_state(connection.as_mut(), &name)?)
}

/// Returns the checksum of a node's table as the ledger lists it; none if there is no table.
pub(super) fn content_checksum(node: &Node, session: &Session) -> Result<Option<String>, Failure> {
    let relation = node_relation(node, session.project.quoting);
    Ok(match state(&relation, session)? {
        Some(RelationState::Table { content, .. }) => Some(digest(&[&content])),
        _ => None,
    })
}

/// Returns the checksum of a node's code as the ledger lists it: of its SQL as compiled, or of its file.
pub fn code_checksum(node: &Node) -> String {
    let code = node.compiled.as_ref().map(|it| it.code.as_str());
    digest(&[code.unwrap_or(&node.checksum.checksum)])
}

/// Names the tables for macros.
fn tables(database: &str) -> Value {
    let names = ["version", "runs", "node_runs", "publishes"];
    dict(names.map(|name| {
        let relation = Relation::new(Some(database), Some(SCHEMA), Some(name));
        (name, library::relation(relation))
    }))
}

pub(super) fn dict<const N: usize>(entries: [(&str, Value); N]) -> Value {
    PythonDict::value(entries)
}

pub(super) fn call_with(
    session: &Arc<Session>,
    name: &str,
    arguments: Vec<(&str, Value)>,
) -> Result<Value, Failure> {
    let keywords = arguments.into_iter().map(|(key, it)| (key.to_owned(), it));
    call(session, name, keywords.collect())
}

pub(super) fn table(found: &Value) -> Arc<Table> {
    library::table_of(found).unwrap_or_default()
}

pub(super) fn text(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        cell => cell.to_string(),
    }
}

fn sql_time(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// Writes the first half of a digest.
fn digest(parts: &[&str]) -> String {
    unchanged::digest(parts.iter().copied())
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
