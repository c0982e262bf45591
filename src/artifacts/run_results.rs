//! `run_results.json`, version 6.

use chrono::{DateTime, Utc};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Metadata;
use super::sources::{Freshness, iso};
use crate::events::Status;
use crate::nodes::{Compiled, Dict, UniqueId};

/// A part of a node's work.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Timing {
    /// `compile` or `execute`.
    pub name: &'static str,
    /// RFC 3339, UTC.
    pub started_at: Option<String>,
    /// RFC 3339, UTC.
    pub completed_at: Option<String>,
}

/// How a node ended.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeResult {
    /// The node.
    pub unique_id: UniqueId,
    /// How it ended.
    pub status: Status,
    /// Its parts.
    pub timing: Vec<Timing>,
    /// The worker.
    pub thread_id: String,
    /// Seconds.
    pub execution_time: f64,
    /// What the database answered.
    pub adapter_response: Dict,
    /// The database's word, or what went wrong.
    pub message: Option<String>,
    /// Rows that a test found.
    pub failures: Option<i64>,
    /// SQL as compiled.
    pub compiled: Option<std::sync::Arc<Compiled>>,
    /// Quoted full name of the relation.
    pub relation_name: Option<String>,
    /// The spans of time, where the node is built batch by batch.
    pub batch_results: Option<BatchResults>,
    /// How old its rows are, where it is a source.
    pub freshness: Option<Freshness>,
}

/// A span of time: first moment, and first moment after it.
pub type TimeSpan = (DateTime<Utc>, DateTime<Utc>);

/// The batches of a node.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct BatchResults {
    /// Those that were built.
    #[serde(serialize_with = "spans")]
    pub successful: Vec<TimeSpan>,
    /// Those that were not.
    #[serde(serialize_with = "spans")]
    pub failed: Vec<TimeSpan>,
}

fn spans<S: Serializer>(spans: &[TimeSpan], serializer: S) -> Result<S::Ok, S::Error> {
    let iso = |at: &DateTime<Utc>| at.to_rfc3339();
    serializer.collect_seq(spans.iter().map(|(start, end)| [iso(start), iso(end)]))
}

impl NodeResult {
    /// Makes the result of a node on which nothing was done.
    pub fn untouched(unique_id: UniqueId, status: Status, thread_id: String) -> Self {
        Self {
            unique_id,
            status,
            timing: Vec::new(),
            thread_id,
            execution_time: 0.0,
            adapter_response: Dict::new(),
            message: None,
            failures: None,
            compiled: None,
            relation_name: None,
            batch_results: None,
            freshness: None,
        }
    }
}

/// How ids of resources begin that have nothing to compile, or, as unit tests, nothing of their own.
const WITHOUT_SQL: [&str; 5] = [
    "exposure.",
    "saved_query.",
    "seed.",
    "source.",
    "unit_test.",
];

impl Serialize for NodeResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("status", self.status.as_str())?;
        map.serialize_entry("timing", &self.timing)?;
        map.serialize_entry("thread_id", &self.thread_id)?;
        map.serialize_entry("execution_time", &self.execution_time)?;
        map.serialize_entry("adapter_response", &self.adapter_response)?;
        map.serialize_entry("message", &self.message)?;
        map.serialize_entry("failures", &self.failures)?;
        map.serialize_entry("unique_id", &self.unique_id)?;
        let compiled = self.compiled.as_deref();
        let has_sql = !WITHOUT_SQL.iter().any(|it| self.unique_id.starts_with(it));
        let apart = has_sql.then_some(false);
        map.serialize_entry("compiled", &compiled.map(|_| true).or(apart))?;
        map.serialize_entry("compiled_code", &compiled.map(|it| it.code.as_str()))?;
        map.serialize_entry("relation_name", &self.relation_name)?;
        map.serialize_entry("batch_results", &self.batch_results)?;
        // Hooks read them; the artifact of sources has a form of its own.
        if let Some(freshness) = self.freshness {
            map.serialize_entry("max_loaded_at", &iso(freshness.max_loaded_at))?;
            map.serialize_entry("snapshotted_at", &iso(freshness.snapshotted_at))?;
            map.serialize_entry("age", &freshness.seconds())?;
        }
        map.end()
    }
}

/// The whole file.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct RunResults {
    /// Head.
    pub metadata: Metadata,
    /// Results in the order in which nodes ended.
    pub results: Vec<NodeResult>,
    /// Seconds.
    pub elapsed_time: f64,
    /// Flags of the invocation.
    pub args: Dict,
}

impl RunResults {
    /// Address of the JSON schema.
    pub const SCHEMA: &'static str = "https://schemas.getdbt.com/dbt/run-results/v6.json";
}
