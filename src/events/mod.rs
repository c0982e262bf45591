//! What happens during a run, as data, and where it goes.
//!
//! In: calls of [`Sink::emit`] from every stage. Out: whatever the sink makes of them. Nothing
//! here prints; the command line owns the sinks.

mod deps;
mod secrets;
mod warnings;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

pub use deps::DepsEvent;
pub use secrets::Secrets;
pub use warnings::{
    CATALOG_GENERATION_ERROR, COLLECT_FRESHNESS_RETURN_SIGNATURE, EventName, Fate,
    JINJA_LOG_WARNING, LOG_TEST_RESULT, SNAPSHOT_TIMESTAMP_WARNING, Warnings, event_name,
};

use crate::diagnostics::{Diagnostic, Subject};
use crate::text::{Location, Texts};

/// Receives events, from any thread.
pub trait Sink: Send + Sync {
    /// Takes one event.
    fn emit(&self, event: Event);
}

/// A sink that drops everything.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Sink for Silent {
    fn emit(&self, _event: Event) {}
}

/// What is known of a node when something happens to it (dbt's `node_info`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NodeInfo {
    /// Unique id.
    pub unique_id: Arc<str>,
    /// Name.
    pub name: String,
    /// Path below its resource folder.
    pub path: String,
    /// `model`, `test`, `seed`, `snapshot`, `operation` …
    pub resource_type: &'static str,
    /// `view`, `table`, `test` …
    pub materialized: String,
    /// Path of its file below the project.
    pub file: String,
    /// Database, schema and identifier; a test has them too.
    pub relation: [String; 3],
    /// Quoted full name of the relation; empty where there is none.
    pub relation_name: String,
    /// Fingerprint of its file; empty where there is none.
    pub checksum: String,
    /// The node that a test is attached to.
    pub attached_node: Option<Arc<str>>,
    /// The nodes of the run that had to end well before it began.
    pub waited_for: Vec<Arc<str>>,
    /// Whether rows that fail it go into quarantine.
    pub quarantines: bool,
    /// Of a test on rows that are not published after all: the table that keeps them; empty if none does.
    pub refused: Option<String>,
    /// Free-form facts, an object.
    pub meta: serde_json::Value,
    /// Where it stands in the user's files.
    pub place: Option<Location>,
    /// Its configuration, an object, where dbt's events have it: of snapshots.
    pub config: serde_json::Value,
    /// When work on the node began, RFC 3339.
    pub started_at: String,
    /// When it ended, RFC 3339; empty until then.
    pub finished_at: String,
    /// Who answers for it, once it has ended and that is known.
    pub subject: Option<Arc<Subject>>,
}

/// How a node ended (dbt's words).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// A model, seed, snapshot or hook was carried out.
    Success,
    /// A test found nothing.
    Pass,
    /// A test found something, with severity `warn`.
    Warn,
    /// A test found something.
    Fail,
    /// It could not be carried out; a source is too old.
    Error,
    /// How old a source is could not be told.
    RuntimeError,
    /// Something upstream failed, so it was not tried.
    Skipped,
    /// Some of a model's batches failed.
    PartialSuccess,
    /// It did nothing by design.
    NoOp,
}

impl Status {
    /// Returns dbt's word as it stands in `run_results.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Error => "error",
            Self::RuntimeError => "runtime error",
            Self::Skipped => "skipped",
            Self::PartialSuccess => "partial success",
            Self::NoOp => "no-op",
        }
    }

    /// Tells whether what is downstream must not run.
    pub fn is_failure(self) -> bool {
        matches!(
            self,
            Self::Fail | Self::Error | Self::RuntimeError | Self::PartialSuccess
        )
    }
}

/// One thing that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// The run begins.
    Started {
        /// The name under which the program is called: `dsql`, `dbt`.
        program: &'static str,
        /// The command as typed: `build`, `run` …
        command: &'static str,
        /// Identity of the run, as in artifacts.
        invocation_id: Arc<str>,
    },
    /// Values of the profile that nobody may see; sent before anything is said of it.
    Secrets(Vec<String>),
    /// The project is found; from here on its settings hold for the output.
    Configured {
        /// Folder of the log file, absolute.
        log_path: PathBuf,
        /// Flags by lower-case names, those of `dbt_project.yml` among them.
        flags: serde_json::Map<String, serde_json::Value>,
        /// Passwords and tokens that nobody may see.
        secrets: Vec<String>,
    },
    /// The texts that findings from here on point into. Sent again when there are more.
    Texts(Texts),
    /// Something the user should know, in one line.
    Note(String),
    /// A finding that does not stop the run.
    Finding(Arc<Diagnostic>),
    /// A node reads a versioned model without naming a version, and there is a newer one than the
    /// latest.
    NewerVersion {
        /// Name of the node that reads.
        node: String,
        /// Package of the model.
        package: String,
        /// Name of the model.
        model: String,
        /// The version that it reads.
        version: String,
        /// The newest one.
        newest: String,
    },
    /// The project is read: how many of each resource, in dbt's order and words.
    Found(Vec<(usize, String)>),
    /// Nodes are about to run.
    Concurrency {
        /// Number of workers.
        threads: usize,
        /// Name of the target.
        target: String,
        /// Number of nodes, those that nobody sees included.
        nodes: usize,
    },
    /// What a node has built is measured, and not committed yet.
    Checkpoint {
        /// The node.
        node: Arc<NodeInfo>,
        /// How long it took until then, seconds.
        seconds: f64,
        /// Whether it is to be committed.
        is_accepted: bool,
        /// What was measured, and why it is refused.
        facts: serde_json::Map<String, serde_json::Value>,
    },
    /// A node runs although unchanged ones are left out.
    NodeChanged {
        /// The node.
        node: Arc<NodeInfo>,
        /// Its place in the run, from 1.
        index: usize,
        /// Number of nodes in the run.
        total: usize,
        /// What is done: `sql view model main.orders`.
        description: String,
        /// What has changed, or why that is not known.
        reason: String,
    },
    /// A node begins.
    NodeStarted {
        /// The node.
        node: Arc<NodeInfo>,
        /// Its place in the run, from 1.
        index: usize,
        /// Number of nodes in the run.
        total: usize,
        /// What is done: `sql view model main.orders`.
        description: String,
    },
    /// What nodes have built is given up again, since all or nothing is published.
    TakenBack {
        /// The nodes.
        nodes: BTreeSet<Arc<str>>,
        /// What their tests have to say then, where it is something else.
        tests: BTreeMap<Arc<str>, String>,
        /// Why, in one line.
        message: String,
    },
    /// A node's template is rendered (debug).
    NodeCompiling(Arc<NodeInfo>),
    /// A node's macros run (debug).
    NodeExecuting(Arc<NodeInfo>),
    /// A node ended.
    NodeFinished {
        /// The node.
        node: Arc<NodeInfo>,
        /// Its place in the run, from 1.
        index: usize,
        /// Number of nodes in the run.
        total: usize,
        /// What was done.
        description: String,
        /// How it ended.
        status: Status,
        /// The adapter's or the test's word: `CREATE VIEW`, `INSERT 5`, `Got 3 results, …`.
        message: String,
        /// Seconds.
        execution_time: f64,
        /// Rows that a test found, where it is one.
        failures: Option<i64>,
        /// What went wrong, at the bytes that the user wrote.
        problems: Vec<Arc<Diagnostic>>,
        /// `target/compiled/…`, where the node has compiled SQL.
        compiled_path: Option<String>,
        /// The node whose failure is the reason that this one is skipped.
        cause: Option<Arc<str>>,
        /// dbt's `adapter_response` and `timing_info`, an object.
        answer: serde_json::Value,
    },
    /// A span of time of a node began.
    BatchStarted {
        /// The node.
        node: Arc<NodeInfo>,
        /// Its place among the node's batches, from 1.
        index: usize,
        /// Number of batches.
        total: usize,
        /// What is done.
        description: String,
    },
    /// A span of time of a node ended.
    BatchFinished {
        /// The node.
        node: Arc<NodeInfo>,
        /// Its place among the node's batches, from 1.
        index: usize,
        /// Number of batches.
        total: usize,
        /// What was done.
        description: String,
        /// How it ended.
        status: Status,
        /// The adapter's word.
        message: String,
        /// Seconds.
        execution_time: f64,
    },
    /// A template called `log` or `print`.
    UserMessage {
        /// The text.
        message: String,
        /// Whether it is shown without `--debug`.
        info: bool,
        /// Whether it is plain output (`print`), to be shown as it stands.
        print: bool,
    },
    /// SQL goes to the database (debug).
    Query {
        /// Name of the connection.
        connection: String,
        /// The SQL as sent.
        sql: String,
    },
    /// The database answered (debug).
    QueryDone {
        /// Name of the connection.
        connection: String,
        /// Its word.
        status: String,
        /// Seconds.
        elapsed: f64,
    },
    /// An artifact is on disk (debug).
    Written {
        /// dbt's name of its kind: `WritableManifest`.
        kind: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// The database is asked for the catalog.
    BuildingCatalog,
    /// Some of the catalog could not be had: how many failures.
    CatalogIncomplete(usize),
    /// The catalog is on disk.
    CatalogWritten(PathBuf),
    /// Something happened while packages are installed.
    Deps(DepsEvent),
    /// An event of some run, as data: the values of its columns.
    Logged(Vec<Option<String>>),
    /// The run was asked to stop.
    Cancelling,
    /// All nodes have ended.
    Finished {
        /// How many of each kind, in words: `2 view models, 4 data tests`.
        counts: Vec<(usize, String)>,
        /// Seconds.
        elapsed: f64,
    },
}
