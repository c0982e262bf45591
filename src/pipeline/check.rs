//! `check`: what is wrong in the SQL of models, before anything runs.

use std::collections::HashSet;

use super::columns::{compiled_columns, write};
use super::selection::selected;
use super::{Exit, Product, Ready, Surroundings};
use crate::check::{CheckInput, check as checked};
use crate::diagnostics::Diagnostic;
use crate::events::Event;
use crate::invocation::Invocation;
use crate::nodes::UniqueId;

/// Checks what is selected; all models are compiled, since each depends on those before it.
pub(super) fn check(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let could_not = (Exit::CouldNotRun, Product::None);
    let Some(chosen) = selected(invocation, ready, findings) else {
        return could_not;
    };
    let chosen: HashSet<&UniqueId> = chosen.iter().map(|it| ready.graph.id(*it)).collect();
    let Some((compiled, lineage)) = compiled_columns(invocation, ready, around, findings) else {
        return could_not;
    };
    let input = CheckInput {
        resources: &ready.resources,
        graph: &ready.graph,
        compiled: &compiled,
        lineage: &lineage,
    };
    findings.extend(checked(&input, |id| chosen.contains(id)));
    ready.facts.base.warnings.judge(findings);
    let count = compiled.keys().filter(|id| chosen.contains(id)).count();
    let models = if count == 1 { "model" } else { "models" };
    let note = format!("Checked the SQL of {count} {models}");
    around.sink.emit(Event::Note(note));
    let written = !invocation.on("write_json") || write(lineage.nodes, ready, around, findings);
    let exit = match findings.iter().any(Diagnostic::is_error) {
        true => Exit::Failed,
        false => Exit::Done,
    };
    (exit.if_written(written), Product::None)
}
