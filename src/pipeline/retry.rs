//! `retry`: the last invocation again, on what failed in it or was not tried.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::Surroundings;
use crate::artifacts::BatchResults;
use crate::artifacts::previous::{PreviousResult, PreviousResults};
use crate::diagnostics::{Code, Diagnostic};
use crate::graph::{Graph, Index};
use crate::invocation::{Command, FLAGS, Invocation, Kind};
use crate::nodes::UniqueId;
use crate::project::{self, Options};
use crate::records;
use crate::text::Texts;

/// What of the last run is to be done again.
#[derive(Debug, Default)]
pub(super) struct Retried {
    /// Nodes that failed, or were skipped.
    nodes: Vec<UniqueId>,
    /// Batches of models of which some were built.
    pub(super) batches: HashMap<UniqueId, BatchResults>,
    /// When the last run began: up to then batches are due.
    pub(super) started_at: Option<DateTime<Utc>>,
}

/// Commands that can be done again.
const COMMANDS: &[Command] = &[
    Command::Build,
    Command::Clone,
    Command::Compile,
    Command::Run,
    Command::RunOperation,
    Command::Seed,
    Command::Snapshot,
    Command::Test,
];

/// Statuses after which a node is tried again.
const FAILED: &[&str] = &[
    "error",
    "fail",
    "skipped",
    "runtime error",
    "partial success",
];

/// Flags that are those of `retry`, whatever the last invocation had.
const OWN_FLAGS: &[&str] = &[
    "debug",
    "defer_state",
    "log_format",
    "log_format_file",
    "log_level",
    "log_level_file",
    "log_path",
    "printer_width",
    "profiles_dir",
    "project_dir",
    "quiet",
    "target_path",
    "threads",
    "use_colors",
    "use_colors_file",
    "vars",
    "warn_error",
];

/// Reads the last run, and makes `invocation` what was asked for then.
pub(super) fn recall(
    invocation: &mut Invocation,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Retried> {
    let system = &*around.system;
    let options = Options {
        sink: Some(around.sink.clone()),
        ..Options::from(&*invocation)
    };
    let (project, found) = project::load(system, &options, texts);
    findings.extend(found);
    let project = project?;
    let (root, target) = (&project.root().root, &project.target_path);
    let shown = target
        .strip_prefix(root)
        .unwrap_or(target)
        .to_string_lossy();
    let folder = invocation.text("state").unwrap_or(&shown).to_owned();
    let state = records::load_state(system, &folder, root, target, texts, findings);
    if findings.iter().any(Diagnostic::is_error) {
        return None;
    }
    let Some(results) = state.results else {
        let message = format!("Could not find previous run in '{folder}' target directory");
        findings.push(Diagnostic::error(Code::MissingState, message).help(
            "run something first, or name the folder of another run's run_results.json with \
             `--state`",
        ));
        return None;
    };
    let which = results.args.get("which").and_then(Json::as_str);
    let command = COMMANDS.iter().find(|it| Some(it.as_str()) == which);
    let Some(command) = command else {
        let which = which.unwrap_or("unknown");
        let message = format!("the last command was `{which}`, which cannot be done again");
        findings
            .push(Diagnostic::error(Code::MissingState, message).help(
                "run `build`, `run`, `test`, `seed`, `snapshot`, `compile` or `clone` first",
            ));
        return None;
    };
    let retried = Retried::of(&results, *command, invocation.on("warn_error"));
    *invocation = again(invocation, *command, &results);
    Some(retried)
}

impl Retried {
    fn of(results: &PreviousResults, command: Command, warnings_too: bool) -> Self {
        let operations = command == Command::RunOperation;
        let mut retried = Self {
            started_at: results.started_at(),
            ..Self::default()
        };
        let counts = |it: &&PreviousResult| operations || !it.unique_id.starts_with("operation.");
        for it in results.results.iter().filter(counts) {
            let id = UniqueId::from(it.unique_id.as_str());
            let status = it.status.as_str();
            if FAILED.contains(&status) || warnings_too && status == "warn" {
                retried.nodes.push(id.clone());
            }
            if let Some(batches) = &it.batch_results
                && !batches.successful.is_empty()
                && !batches.failed.is_empty()
            {
                retried.batches.insert(id, batches.clone());
            }
        }
        retried
    }

    /// Tells whether nothing is left to do.
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Finds the nodes. None when one of them is gone.
    pub(super) fn selected(
        &self,
        graph: &Graph,
        findings: &mut Vec<Diagnostic>,
    ) -> Option<Vec<Index>> {
        let mut found = Vec::new();
        for id in &self.nodes {
            match graph.index(id) {
                Some(index) => found.push(index),
                None => {
                    let message = format!("`{id}` failed in the last run, and is gone or disabled");
                    findings.push(
                        Diagnostic::error(Code::MissingState, message)
                            .help("run the last command itself: `retry` has nothing to stand on"),
                    );
                }
            }
        }
        (found.len() == self.nodes.len()).then_some(found)
    }
}

/// Makes the invocation of then, with the flags that count as of now.
fn again(now: &Invocation, command: Command, results: &PreviousResults) -> Invocation {
    let mut again = Invocation::new(command, now.typed.clone());
    again.program = now.program;
    for flag in FLAGS {
        let of_project = matches!(flag.kind, Kind::Behavior(_));
        let applies = flag.commands.is_empty() || flag.commands.contains(&command);
        if of_project || !applies {
            continue;
        }
        // The run of that key has ended: what it left undone is a run of its own.
        let is_asked_again = flag.name != "run_key";
        let then = results.args.get(flag.name).filter(|it| !it.is_null());
        let then = then.filter(|_| is_asked_again);
        match then {
            _ if OWN_FLAGS.contains(&flag.name) && now.is_given(flag.name) => {
                again.give(flag.name, now.value(flag.name).clone());
            }
            Some(value) if !OWN_FLAGS.contains(&flag.name) || flag.name == "vars" => {
                let value = match (flag.kind, value) {
                    (Kind::Text, Json::Object(_)) if flag.name == "vars" => {
                        Json::from(value.to_string())
                    }
                    _ => value.clone(),
                };
                let empty = value.as_array().is_some_and(Vec::is_empty);
                let options = flag.name == "warn_error_options" && now.on("warn_error");
                if !empty && !options {
                    again.give(flag.name, value);
                }
            }
            _ => {}
        }
    }
    for name in ["macro", "args"] {
        if let Some(value) = results.args.get(name).filter(|it| !it.is_null()) {
            let text = value.as_str().map(str::to_owned);
            again.give(name, Json::from(text.unwrap_or_else(|| value.to_string())));
        }
    }
    again
}
