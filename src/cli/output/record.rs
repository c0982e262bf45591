//! One message: what it is, how loud, and its words. Every sink reads the same records.

use std::sync::Arc;

use serde_json::Value;

use crate::events::NodeInfo;

/// How loud a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli) enum Level {
    /// For those who look for a mistake.
    Debug,
    /// What goes on.
    Info,
    /// Something is odd.
    Warn,
    /// Something failed.
    Error,
    /// Nothing at all, as a threshold.
    None,
}

impl Level {
    /// Returns dbt's word.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::None => "none",
        }
    }

    /// Reads dbt's word; an unknown one means `info`.
    pub(super) fn named(word: &str) -> Self {
        match word {
            "debug" => Self::Debug,
            "warn" => Self::Warn,
            "error" => Self::Error,
            "none" => Self::None,
            _ => Self::Info,
        }
    }
}

/// One message under dbt's name and code.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::cli) struct Record {
    /// dbt's name of the event.
    pub name: &'static str,
    /// dbt's code.
    pub code: &'static str,
    /// How loud it is.
    pub level: Level,
    /// The words, with colour codes.
    pub message: String,
    /// Facts by name, an object; colours and all else of the message left out.
    pub data: Value,
    /// Plain output: without a time before it, and shown with `--quiet`.
    pub print: bool,
    /// A drawing for people that machines and log files do without.
    pub drawing: bool,
    /// A fact for programs that people do without.
    pub machine: bool,
}

impl Record {
    /// Makes a message with facts.
    pub(super) fn new(
        (name, code): (&'static str, &'static str),
        level: Level,
        message: impl Into<String>,
        data: Value,
    ) -> Self {
        let message = message.into();
        Self {
            name,
            code,
            level,
            message,
            data,
            print: false,
            drawing: false,
            machine: false,
        }
    }

    /// Makes an empty line.
    pub(super) fn blank() -> Self {
        let data = serde_json::json!({"msg": ""});
        Self::new(("Formatting", "Z017"), Level::Info, "", data)
    }

    /// Makes plain output.
    pub(in crate::cli) fn plain(
        id: (&'static str, &'static str),
        message: impl Into<String>,
        data: Value,
    ) -> Self {
        Self {
            print: true,
            ..Self::new(id, Level::Info, message, data)
        }
    }

    /// Makes a fact that only programs see.
    pub(super) fn machine(id: (&'static str, &'static str), message: String, data: Value) -> Self {
        Self {
            machine: true,
            ..Self::new(id, Level::Info, message, data)
        }
    }

    /// Makes a drawing, shown to people as it stands.
    pub(super) fn drawing(level: Level, message: impl Into<String>) -> Self {
        let blank = Self::new(("Note", "Z050"), level, message, Value::Null);
        Self {
            drawing: true,
            ..blank
        }
    }
}

/// Describes a node as dbt's `node_info`.
pub(super) fn node_info(node: &NodeInfo, status: &str) -> Value {
    let [database, schema, alias] = &node.relation;
    // dbt writes these times without a zone.
    let time = |text: &str| {
        text.trim_end_matches('Z')
            .trim_end_matches("+00:00")
            .to_owned()
    };
    // dbt has no null here.
    let meta = match &node.meta {
        Value::Null => serde_json::json!({}),
        meta => meta.clone(),
    };
    serde_json::json!({
        "materialized": node.materialized,
        "meta": meta,
        "node_checksum": node.checksum,
        "node_finished_at": time(&node.finished_at),
        "node_name": node.name,
        "node_path": node.path,
        "node_relation": {
            "alias": alias,
            "database": database,
            "relation_name": node.relation_name,
            "schema": schema,
        },
        "node_started_at": time(&node.started_at),
        "node_status": status,
        "resource_type": node.resource_type,
        "unique_id": node.unique_id,
    })
}

/// Describes a node without times, as dbt does in its summary.
pub(super) fn timeless(node: &NodeInfo, status: &str) -> Value {
    let mut info = node_info(node, status);
    info["node_started_at"] = "".into();
    info["node_finished_at"] = "".into();
    info
}

/// Returns the name of the thread as dbt has it.
pub(super) fn thread_name() -> String {
    match std::thread::current().name() {
        None | Some("main") => "MainThread".to_owned(),
        Some(name) => name.to_owned(),
    }
}

/// A node that has ended, kept for the summary.
#[derive(Debug, Clone)]
pub(super) struct Ended {
    /// The node.
    pub node: Arc<NodeInfo>,
    /// How.
    pub status: crate::events::Status,
    /// dbt's message.
    pub message: String,
    /// Rows that a test found.
    pub failures: Option<i64>,
    /// What went wrong, at the user's bytes.
    pub problems: Vec<Arc<crate::diagnostics::Diagnostic>>,
    /// Compiled SQL.
    pub compiled_path: Option<String>,
    /// What was done.
    pub description: String,
    /// The node whose failure is the reason that this one is skipped.
    pub cause: Option<Arc<str>>,
    /// How long it took.
    pub seconds: f64,
}

impl Ended {
    /// Names the node; dbt names a unit test with its model: `orders::adds_tax`.
    pub(super) fn name(&self) -> &str {
        match self.node.resource_type {
            "unit_test" => self.description.trim_start_matches("unit_test "),
            _ => &self.node.name,
        }
    }

    /// Names the node with its kind.
    pub(super) fn title(&self) -> String {
        format!(
            "{} {}",
            self.node.resource_type.replace('_', " "),
            self.name()
        )
    }
}
