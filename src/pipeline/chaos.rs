//! `chaos`: disturbs runs on copies of the target.

use std::sync::Arc;

use super::{Exit, Product, Ready, Surroundings, facts, planned};
use crate::adapters;
use crate::chaos::{self, Request, Trouble};
use crate::diagnostics::{Code, Diagnostic};
use crate::events::Event;
use crate::invocation::{Command, FLAGS, Invocation, Rehearsal};
use crate::nodes::Node;
use crate::plan::Action;

/// What runs are always given.
const QUIETLY: &[&str] = &["--no-use-colors", "--quiet", "--log-level-file", "none"];
/// Options that choose nodes.
const SELECTION: &[&str] = &[
    "exclude",
    "exclude_resource_types",
    "resource_types",
    "select",
    "selector",
];
/// Options that say how this command itself works.
const OWN: &[&str] = &[
    "boundaries",
    "debug",
    "dry_run",
    "kills",
    "log_file_max_bytes",
    "log_format",
    "log_format_file",
    "log_level",
    "log_level_file",
    "log_path",
    "output",
    "quiet",
    "scenario",
    "seed",
    "target_path",
    "use_colors",
    "use_colors_file",
];

/// Tries what is asked for, and reports.
pub(super) fn chaos(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let could_not = (Exit::CouldNotRun, Product::None);
    let system = &*around.system;
    if !matches!(Rehearsal::of(system), Ok(None)) {
        let message = "a run that `dsql chaos` has started does not start another";
        findings.push(Diagnostic::error(Code::NotRehearsed, message));
        return could_not;
    }
    let Some(plan) = planned(invocation, ready, false, findings) else {
        return could_not;
    };
    if plan.steps.is_empty() {
        super::nothing_to_do(ready, findings);
        return could_not;
    }
    let profile = &ready.project.profile;
    let databases = match adapters::database_files(&profile.kind, &profile.credentials) {
        Ok(databases) => databases,
        Err(problems) => {
            let told = problems.iter().map(|it| {
                let mut finding = facts::profile_finding(&ready.project, it);
                finding.code = Code::NotRehearsed;
                finding.help(
                    "chaos works on copies of files: choose a target whose databases are files",
                )
            });
            findings.extend(told);
            return could_not;
        }
    };
    let steps = |wanted: fn(&Action) -> bool| {
        let ids = plan.steps.iter().filter(|it| wanted(&it.action));
        let nodes = ids.filter_map(|it| ready.resources.nodes.get(&it.node).cloned());
        nodes.collect::<Vec<Arc<Node>>>()
    };
    let nodes = steps(|it| matches!(it, Action::Materialize(_)));
    findings.extend(nodes.iter().filter_map(|it| writes_elsewhere(it)));
    if findings.iter().any(Diagnostic::is_error) {
        return could_not;
    }
    let Some(program) = system.own_program() else {
        let message = "the program that is to be run is not known";
        findings.push(Diagnostic::error(Code::NotRehearsed, message));
        return could_not;
    };
    let given = invocation
        .number("seed")
        .and_then(|it| u64::try_from(it).ok());
    let picked = || {
        let digits: String = around
            .invocation_id
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        digits
            .get(..6)
            .and_then(|it| it.parse().ok())
            .unwrap_or_default()
    };
    let count = |name: &str| {
        invocation
            .number(name)
            .and_then(|it| usize::try_from(it).ok())
    };
    let request = Request {
        system,
        program,
        arguments: QUIETLY
            .iter()
            .map(|it| (*it).to_owned())
            .chain(options(invocation, |name| !SELECTION.contains(&name)))
            .collect(),
        selection: options(invocation, |name| SELECTION.contains(&name)),
        folder: system.current_dir(),
        scratch: ready.project.target_path.join("chaos"),
        engine: &profile.kind,
        credentials: &profile.credentials,
        databases,
        quoting: ready.facts.quoting,
        resources: &ready.resources,
        graph: &ready.graph,
        nodes: nodes
            .into_iter()
            .filter(|it| it.relation_name.is_some())
            .collect(),
        tests: steps(|it| *it == Action::DataTest),
        scenarios: invocation.list("scenario"),
        kills: count("kills").unwrap_or_default(),
        boundaries: count("boundaries"),
        seed: given.unwrap_or_else(picked),
        progress: &|text| around.sink.emit(Event::Note(text)),
        stop: &around.stop,
    };
    match chaos::chaos(&request) {
        Ok(report) => {
            let path = ready.project.target_path.join("chaos.json");
            let json = serde_json::to_vec_pretty(&report).unwrap_or_default();
            if let Err(error) = system.write(&path, &json) {
                findings.push(super::artifacts::not_written(&error));
                return could_not;
            }
            let exit = match report.is_well() {
                true if report.stopped || report.trials.is_empty() => Exit::CouldNotRun,
                true => Exit::Done,
                false => Exit::Failed,
            };
            (exit, Product::Disturbed(report))
        }
        Err(Trouble::Stopped) => could_not,
        Err(trouble) => {
            findings.push(told(&trouble));
            could_not
        }
    }
}

fn told(trouble: &Trouble) -> Diagnostic {
    let finding = Diagnostic::error(Code::NotRehearsed, trouble.to_string());
    match trouble {
        Trouble::Unsound(output) => {
            let lines = output
                .lines()
                .map(str::trim_end)
                .filter(|it| !it.is_empty());
            let finding = lines.fold(finding, |it, line| it.note(line));
            finding.help("mend it first, or choose other nodes with `--select`")
        }
        Trouble::Database(_) => finding.help("end what else writes to the target, and try again"),
        _ => finding,
    }
}

/// Finds what writes a file that is no copy.
fn writes_elsewhere(node: &Node) -> Option<Diagnostic> {
    let location = node
        .config
        .str("location")
        .filter(|_| node.config.materialized() == "external")?;
    let message = format!(
        "{} writes the file {location}, which is no copy",
        node.unique_id
    );
    let finding = Diagnostic::error(Code::NotRehearsed, message).at(node.location);
    Some(finding.help(format!(
        "leave it out with `--exclude {}`, or leave its `location` to dsql: then it is below \
         `external_root`",
        node.name
    )))
}

/// Writes options that were given as they are typed.
fn options(invocation: &Invocation, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let mut words = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    for flag in FLAGS {
        let here = flag.commands.is_empty() || flag.commands.contains(&Command::Chaos);
        let given = invocation.is_given(flag.name) && !OWN.contains(&flag.name);
        if !here || !given || !wanted(flag.name) || !known.insert(flag.name) {
            continue;
        }
        let long = format!("--{}", flag.long());
        match invocation.value(flag.name) {
            serde_json::Value::Null => {}
            serde_json::Value::Bool(true) => words.push(long),
            serde_json::Value::Bool(false) => words.push(format!("--no-{}", flag.long())),
            serde_json::Value::String(text) => words.extend([long, text.clone()]),
            serde_json::Value::Array(items) => {
                let items = items.iter().filter_map(serde_json::Value::as_str);
                words.push(long);
                words.extend(items.map(str::to_owned));
            }
            value => words.extend([long, value.to_string()]),
        }
    }
    words
}
