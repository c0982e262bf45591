//! An event as a row: the schema, and what is a row of what happens.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::values::{hide_values, without_values};
use crate::diagnostics::{Diagnostic, Severity, render};
use crate::events::{Event, NodeInfo, Secrets, Status};
use crate::system::sql_time;
use crate::text::Texts;

/// The number of the schema; a later one may have more kinds and facts, and the same columns.
pub const SCHEMA_VERSION: u32 = 1;

/// The columns of an entry with their types, in order.
pub const COLUMNS: [(&str, &str); 14] = [
    ("event_id", "varchar"),
    ("schema_version", "integer"),
    ("run_id", "varchar"),
    ("sequence", "bigint"),
    ("happened_at", "timestamp"),
    ("level", "varchar"),
    ("kind", "varchar"),
    ("node", "varchar"),
    ("name", "varchar"),
    ("resource_type", "varchar"),
    ("status", "varchar"),
    ("seconds", "double"),
    ("message", "varchar"),
    ("facts", "json"),
];

/// How much an entry matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Info,
    Warn,
    Error,
}

impl Level {
    fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// One event as data.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) level: Level,
    pub(super) kind: &'static str,
    pub(super) node: Option<Arc<str>>,
    pub(super) name: Option<String>,
    pub(super) resource_type: Option<&'static str>,
    pub(super) status: Option<&'static str>,
    pub(super) seconds: Option<f64>,
    pub(super) message: String,
    pub(super) facts: Map<String, Json>,
}

impl Entry {
    pub(super) fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            level: Level::Info,
            kind,
            node: None,
            name: None,
            resource_type: None,
            status: None,
            seconds: None,
            message: message.into(),
            facts: Map::new(),
        }
    }

    /// Makes an entry of an event; none for what is no step of a run.
    pub(super) fn of(event: &Event, texts: &Texts) -> Option<Self> {
        Some(match event {
            Event::Note(text) => Self::new("note", text),
            Event::Finding(finding) => Self::of_finding(finding, texts),
            Event::Found(counts) => {
                let counts = counts
                    .iter()
                    .map(|(count, word)| (word.clone(), json!(count)));
                Self::new("project_read", "").with("resources", Json::Object(counts.collect()))
            }
            Event::Concurrency {
                threads,
                target,
                nodes,
            } => Self::new("nodes_planned", "")
                .with("threads", json!(threads))
                .with("target", json!(target))
                .with("nodes", json!(nodes)),
            Event::Checkpoint {
                node,
                seconds,
                is_accepted,
                facts,
            } => Self::of_checkpoint(node, *seconds, *is_accepted, facts),
            Event::NodeChanged { node, reason, .. } => {
                Self::new("node_changed", reason).about(node)
            }
            Event::NodeStarted {
                node, description, ..
            } => {
                let entry = Self::new("node_started", description).about(node);
                match node.waited_for.is_empty() {
                    true => entry,
                    false => entry.with("waited_for", json!(node.waited_for)),
                }
            }
            Event::NodeFinished { .. } => Self::of_node(event, texts)?,
            Event::BatchStarted {
                node,
                index,
                total,
                description,
            } => Self::new("batch_started", description)
                .about(node)
                .with("batch", json!(index))
                .with("batches", json!(total)),
            Event::BatchFinished {
                node,
                index,
                total,
                description,
                status,
                message,
                execution_time,
            } => Self::new("batch_finished", message)
                .about(node)
                .ended(*status, *execution_time)
                .with("description", json!(description))
                .with("batch", json!(index))
                .with("batches", json!(total)),
            Event::TakenBack { nodes, message, .. } => {
                let nodes: Vec<&str> = nodes.iter().map(|it| &**it).collect();
                let entry = Self::new("taken_back", message).with("nodes", json!(nodes));
                entry.at(Level::Error)
            }
            Event::UserMessage {
                message,
                info,
                print,
            } if *info || *print => Self::new("message", message),
            Event::Written { kind, path } => {
                let file = path.file_name().map(|it| it.to_string_lossy().into_owned());
                Self::new("artifact_written", *kind).with("file", json!(file))
            }
            Event::Cancelling => Self::new("run_cancelled", "").at(Level::Warn),
            Event::Finished { counts, elapsed } => {
                let counts = counts
                    .iter()
                    .map(|(count, word)| (word.clone(), json!(count)));
                let mut entry = Self::new("nodes_finished", "");
                entry.seconds = Some(*elapsed);
                entry.with("ran", Json::Object(counts.collect()))
            }
            _ => return None,
        })
    }

    fn of_finding(finding: &Diagnostic, texts: &Texts) -> Self {
        let mut entry = Self::new("finding", &finding.message);
        if let Some(subject) = &finding.subject {
            entry.node = Some(Arc::from(subject.node.as_str()));
            entry.facts.extend(subject.facts());
        }
        let level = match finding.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warn,
            Severity::Note => Level::Info,
        };
        entry
            .at(level)
            .with("finding", render::json(finding, texts))
    }

    fn of_checkpoint(
        node: &NodeInfo,
        seconds: f64,
        is_accepted: bool,
        facts: &Map<String, Json>,
    ) -> Self {
        let message = format!("{} rows", facts.get("rows").unwrap_or(&Json::Null));
        let mut entry = Self::new("checkpoint", message).about(node);
        entry.status = Some(if is_accepted { "accepted" } else { "refused" });
        entry.seconds = Some(seconds);
        entry.facts.extend(facts.clone());
        let level = if is_accepted {
            Level::Info
        } else {
            Level::Error
        };
        entry.at(level)
    }

    fn of_node(event: &Event, texts: &Texts) -> Option<Self> {
        let Event::NodeFinished {
            node,
            description,
            status,
            message,
            execution_time,
            failures,
            problems,
            cause,
            answer,
            ..
        } = event
        else {
            return None;
        };
        let mut entry = Self::new("node_finished", message)
            .about(node)
            .ended(*status, *execution_time)
            .with("description", json!(description));
        if let Some(failures) = failures {
            entry = entry.with("failures", json!(failures));
        }
        if let Some(cause) = cause {
            entry = entry.with("cause", json!(cause));
        }
        if !problems.is_empty() {
            let problems = problems.iter().map(|it| render::json(it, texts));
            entry = entry.with("problems", problems.collect());
        }
        if !answer.is_null() {
            entry = entry.with("answer", answer.clone());
        }
        Some(entry)
    }

    /// Hides what a database says of values.
    pub(super) fn without_values(mut self) -> Self {
        self.message = without_values(&self.message);
        self.facts.values_mut().for_each(hide_values);
        self
    }

    pub(super) fn with(mut self, name: &str, value: Json) -> Self {
        self.facts.insert(name.to_owned(), value);
        self
    }

    pub(super) fn at(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    fn about(mut self, node: &NodeInfo) -> Self {
        self.node = Some(node.unique_id.clone());
        self.name = Some(node.name.clone());
        self.resource_type = Some(node.resource_type);
        let mut facts = Map::new();
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                facts.insert(name.to_owned(), json!(value));
            }
        };
        add("materialized", &node.materialized);
        add("relation", &node.relation_name);
        add("file", &node.file);
        add("checksum", &node.checksum);
        if let Some(attached) = &node.attached_node {
            add("attached_node", attached);
        }
        if node.quarantines {
            facts.insert("quarantines".to_owned(), json!(true));
        }
        self.facts.extend(facts);
        if let Some(subject) = &node.subject {
            self.facts.extend(subject.facts());
        }
        self
    }

    fn ended(mut self, status: Status, seconds: f64) -> Self {
        self.status = Some(status.as_str());
        self.seconds = Some(seconds);
        let level = match status {
            Status::Warn | Status::Skipped => Level::Warn,
            it if it.is_failure() => Level::Error,
            _ => Level::Info,
        };
        self.at(level)
    }

    /// Writes the entry down as a line of JSON, without what nobody may see.
    pub(super) fn line(
        &self,
        run_id: &str,
        sequence: u64,
        at: DateTime<Utc>,
        secrets: &Secrets,
    ) -> String {
        let line = Line {
            event_id: format!("{run_id}:{sequence}"),
            schema_version: SCHEMA_VERSION,
            run_id,
            sequence,
            happened_at: sql_time(at),
            level: self.level.as_str(),
            kind: self.kind,
            node: self.node.as_deref(),
            name: self.name.as_deref(),
            resource_type: self.resource_type,
            status: self.status,
            seconds: self.seconds,
            message: &self.message,
            facts: &self.facts,
        };
        // What is in memory is always written.
        let text = serde_json::to_string(&line).unwrap_or_default();
        if !secrets.may_be_in_json(&text) {
            return text;
        }
        let mut line = serde_json::to_value(&line).unwrap_or_default();
        secrets.scrub_json(&mut line);
        line.to_string()
    }
}

/// A row of the table: the [`COLUMNS`], in order.
#[derive(Serialize)]
struct Line<'e> {
    event_id: String,
    schema_version: u32,
    run_id: &'e str,
    sequence: u64,
    happened_at: String,
    level: &'static str,
    kind: &'static str,
    node: Option<&'e str>,
    name: Option<&'e str>,
    resource_type: Option<&'static str>,
    status: Option<&'static str>,
    seconds: Option<f64>,
    message: &'e str,
    facts: &'e Map<String, Json>,
}

/// Reads a line of an entry: the values of all columns, as texts; none for what is none.
pub fn values(line: &str) -> Option<Vec<Option<String>>> {
    let entry: Map<String, Json> = serde_json::from_str(line).ok()?;
    let text = |(name, _): (&str, &str)| match entry.get(name) {
        None | Some(Json::Null) => None,
        Some(Json::String(text)) => Some(text.clone()),
        Some(other) => Some(other.to_string()),
    };
    Some(COLUMNS.into_iter().map(text).collect())
}
