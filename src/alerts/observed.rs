//! What a run says, as entries → which nodes are well and which are not.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It can wait.
    Warn,
    /// It cannot.
    Error,
}

impl Severity {
    /// All, the least first.
    pub const ALL: [Self; 2] = [Self::Warn, Self::Error];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }

    /// Finds one by its word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A measurement that is out of control.
    Control,
    /// A node that is not built.
    Error,
    /// A source that is too old.
    Freshness,
    /// Bad data that somebody has contained.
    Incident,
    /// Rows that are put into quarantine.
    Quarantine,
    /// A run that does not begin, or dies.
    Run,
    /// A test that finds something.
    Test,
}

impl Kind {
    /// All, sorted.
    pub const ALL: [Self; 7] = [
        Self::Control,
        Self::Error,
        Self::Freshness,
        Self::Incident,
        Self::Quarantine,
        Self::Run,
        Self::Test,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Error => "error",
            Self::Freshness => "freshness",
            Self::Incident => "incident",
            Self::Quarantine => "quarantine",
            Self::Run => "run",
            Self::Test => "test",
        }
    }

    /// Finds one by its word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// How a subject is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub enum Observation {
    /// Well.
    Well,
    /// Not well: how bad, and what was said.
    Bad(Severity, String),
}

/// What a run says of one subject.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Observed {
    /// The kind.
    pub kind: Kind,
    /// The unique id of the node, or the command.
    pub node: String,
    /// What people call it.
    pub name: String,
    /// What of it, where several things can be wrong: a metric.
    pub part: Option<String>,
    /// How it is.
    pub is: Observation,
    /// How many rows a test found.
    pub failures: Option<i64>,
}

impl Observed {
    /// What tells the subject from all others; the scope is the project and its target.
    pub fn subject(&self, scope: &str) -> String {
        let part = self.part.as_ref().map(|it| format!(".{it}"));
        let part = part.unwrap_or_default();
        format!("{scope} {}:{}{part}", self.kind.as_str(), self.node)
    }
}

/// A run, for people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct RunFacts {
    /// The run.
    pub id: String,
    /// The command.
    pub command: String,
    /// The command line.
    pub typed: String,
    /// Who started it.
    pub started_by: String,
    /// When it began, UTC.
    pub started_at: String,
    /// When it ended, or last said something.
    pub ended_at: String,
}

/// Reads the entries of a run that is over: what it was, and what it says of its nodes and of itself. Of a run that was
/// cancelled only nodes that ended say something.
pub fn observed(entries: &[Json]) -> Option<(RunFacts, Vec<Observed>)> {
    let first = entries.first().filter(|it| it["kind"] == "run_started")?;
    let last = entries.last().unwrap_or(first);
    let text = |it: &Json| it.as_str().unwrap_or_default().to_owned();
    let run = RunFacts {
        id: text(&first["run_id"]),
        command: text(&first["message"]),
        typed: text(&first["facts"]["command"]),
        started_by: text(&first["facts"]["user"]),
        started_at: text(&first["happened_at"]),
        ended_at: text(&last["happened_at"]),
    };
    let ended = entries.iter().filter(|it| it["kind"] == "node_finished");
    let mut all: Vec<Observed> = ended.flat_map(of_node).collect();
    if !is_by_hand(&run.command)
        && let Some(is) = of_run(entries, &all)
    {
        all.push(Observed {
            kind: Kind::Run,
            node: run.command.clone(),
            name: run.command.clone(),
            part: None,
            is,
            failures: None,
        });
    }
    Some((run, all))
}

/// Tells whether a command is what a person does about data: whoever typed it sees that it fails, and nobody else has to know.
pub fn is_by_hand(command: &str) -> bool {
    ["incident", "quarantine", "rollback"].contains(&command)
}

/// Says how a node is.
fn of_node(entry: &Json) -> Vec<Observed> {
    let status = entry["status"].as_str().unwrap_or_default();
    let resource_type = entry["resource_type"].as_str().unwrap_or_default();
    let message = entry["message"].as_str().unwrap_or_default();
    let bad = |severity| Observation::Bad(severity, message.to_owned());
    let is = match status {
        "success" | "pass" => Observation::Well,
        "warn" => bad(Severity::Warn),
        "fail" | "error" | "runtime error" | "partial success" => bad(Severity::Error),
        _ => return Vec::new(),
    };
    let puts_aside = entry["facts"]["quarantines"] == true;
    let kinds = match resource_type {
        "source" => vec![(Kind::Freshness, is)],
        // Rows that are put aside are a warning, and the test has done what it is there for.
        "test" if puts_aside && status == "warn" => {
            vec![(Kind::Quarantine, is), (Kind::Test, Observation::Well)]
        }
        "test" if puts_aside && status == "pass" => {
            vec![(Kind::Quarantine, Observation::Well), (Kind::Test, is)]
        }
        "test" | "unit_test" => vec![(Kind::Test, is)],
        _ => vec![(Kind::Error, is)],
    };
    let node = entry["node"].as_str().unwrap_or_default();
    let name = match resource_type {
        // `source.shop.raw.orders`
        "source" => node.splitn(3, '.').last(),
        _ => entry["name"].as_str(),
    };
    let observed = kinds.into_iter().map(|(kind, is)| Observed {
        kind,
        node: node.to_owned(),
        name: name.unwrap_or_default().to_owned(),
        part: None,
        is,
        failures: entry["facts"]["failures"].as_i64(),
    });
    observed.collect()
}

/// Says how the run itself is; nothing of one that was cancelled.
fn of_run(entries: &[Json], nodes: &[Observed]) -> Option<Observation> {
    let ended = entries.iter().find(|it| it["kind"] == "run_finished");
    let bad = |message: &str| Some(Observation::Bad(Severity::Error, message.to_owned()));
    let has_failed = |it: &Observed| matches!(it.is, Observation::Bad(Severity::Error, _));
    match ended.and_then(|it| it["status"].as_str()) {
        None => bad("it was killed"),
        Some("cancelled") => None,
        Some("error") if !nodes.iter().any(has_failed) => {
            let mut findings = entries
                .iter()
                .filter(|it| it["kind"] == "finding" && it["level"] == "error");
            let first = findings.next().and_then(|it| it["message"].as_str());
            bad(first.unwrap_or("it did not begin"))
        }
        _ => Some(Observation::Well),
    }
}
