//! `compile --dialect`: the statements for an engine that there is no connection to, as files.

use super::{
    Exit, Product, Ready, Surroundings, artifacts, execution, facts, nothing_to_do, planned,
};
use crate::adapters;
use crate::compile::{Subfolder, target_path};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::events::Event;
use crate::execute::{self, Before, Script};
use crate::invocation::Invocation;
use crate::system::SystemError;

/// Refuses a name that no engine has.
pub(super) fn check(invocation: &Invocation, findings: &mut Vec<Diagnostic>) {
    let Some(name) = invocation.text("dialect") else {
        return;
    };
    let known = adapters::dialects();
    if known.contains(&name) {
        return;
    }
    let finding = Diagnostic::error(Code::InvalidFlag, format!("there is no dialect `{name}`"));
    findings.push(
        finding.help(match did_you_mean(name, known.iter().copied()) {
            Some(near) => format!("write `--dialect {near}`"),
            None => format!("there is {}", known.join(", ")),
        }),
    );
}

/// Writes the scripts of what is selected.
pub(super) fn scripts(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let Some(plan) = planned(invocation, ready, false, findings) else {
        return (Exit::CouldNotRun, Product::None);
    };
    if !artifacts::parsed(invocation, ready, around, findings) {
        return (Exit::CouldNotRun, Product::None);
    }
    if plan.steps.is_empty() {
        return (nothing_to_do(ready, findings), Product::None);
    }
    let execution = execution(invocation, ready, around);
    let scripts = match execute::scripts(&execution, &plan) {
        Ok(scripts) => scripts,
        Err(failure) => {
            findings.push(failure.into_finding());
            return (Exit::CouldNotRun, Product::None);
        }
    };
    let target = facts::target_text(ready);
    let root = &ready.project.root().root;
    let write = |path: &str, text: &str| -> Result<(), SystemError> {
        around.system.write(&root.join(path), text.as_bytes())
    };
    let named = [
        ("on_run_start.sql", &scripts.start),
        ("on_run_end.sql", &scripts.end),
    ];
    let named = named.into_iter().filter(|(_, text)| !text.is_empty());
    let named = named.map(|(name, text)| (format!("{target}/{name}"), text));
    let of_nodes = scripts.scripts.iter().map(|it| {
        let folder = match it.before {
            Before::FirstRun => Subfolder::FirstRun,
            Before::NextRun => Subfolder::NextRun,
        };
        (target_path(&target, folder, &it.node), &it.text)
    });
    for (path, text) in named.chain(of_nodes) {
        if let Err(error) = write(&path, text) {
            let finding = Diagnostic::error(Code::SystemError, error.to_string());
            findings.push(finding.help(error.help()));
            return (Exit::CouldNotRun, Product::None);
        }
    }
    let failed = !scripts.problems.is_empty();
    findings.extend(scripts.problems);
    around.sink.emit(Event::Note(format!(
        "The statements for {} are in {target}: first_run, where a relation is not there yet, next_run, \
         where it is.",
        invocation.text("dialect").unwrap_or_default()
    )));
    let asked = !invocation.list("select").is_empty();
    let shown = scripts
        .scripts
        .iter()
        .filter(|it| asked && it.before == Before::NextRun);
    let shown = shown.map(|it: &Script| {
        let node = &it.node;
        (
            node.name.clone(),
            node.unique_id.to_string(),
            it.text.clone(),
        )
    });
    let exit = if failed {
        Exit::CouldNotRun
    } else {
        Exit::Done
    };
    (exit, Product::Compiled(shown.collect()))
}
