//! Which resources a command works on.

use std::cell::RefCell;

use super::{Ready, state};
use crate::diagnostics::Diagnostic;
use crate::events::Event;
use crate::graph::Index;
use crate::graph::selection::{Earlier, IndirectSelection, Scope, Selectors, Spec, select};
use crate::invocation::Invocation;

/// Reads `--indirect-selection`.
pub(super) fn indirect(invocation: &Invocation) -> IndirectSelection {
    let mode = invocation.text("indirect_selection");
    mode.and_then(IndirectSelection::parse).unwrap_or_default()
}

/// Reads what selectors.yml defines; what is wrong with it is told once, when the project is read.
pub(super) fn selectors(invocation: &Invocation, ready: &Ready) -> Selectors {
    let file = ready.selectors.as_ref();
    file.map(|file| Selectors::read(file, indirect(invocation)).0)
        .unwrap_or_default()
}

/// Carries `--selector`, or `--select` and `--exclude`, out.
pub(super) fn selected(
    invocation: &Invocation,
    ready: &Ready,
    findings: &mut Vec<Diagnostic>,
) -> Option<Vec<Index>> {
    let spec = spec(invocation, ready, findings)?;
    selected_by(&spec, invocation, ready, findings)
}

/// Carries a selection out.
pub(super) fn selected_by(
    spec: &Spec,
    invocation: &Invocation,
    ready: &Ready,
    findings: &mut Vec<Diagnostic>,
) -> Option<Vec<Index>> {
    let root = ready.project.root().name.to_string();
    let earlier = ready.states.state.as_deref().map(|it| Earlier {
        state: it,
        rules: state::rules(invocation, ready),
        said: RefCell::default(),
    });
    let scope = Scope {
        resources: &ready.resources,
        graph: &ready.graph,
        root_package: &root,
        earlier: earlier.as_ref(),
    };
    let (selected, mut found) = select(spec, &scope);
    ready.facts.base.warnings.judge(&mut found);
    let wrong = found.iter().any(Diagnostic::is_error);
    findings.extend(found);
    (!wrong).then(|| selected.into_iter().collect())
}

fn spec(invocation: &Invocation, ready: &Ready, findings: &mut Vec<Diagnostic>) -> Option<Spec> {
    let words = match invocation.list("models") {
        none if none.is_empty() => invocation.list("select"),
        models => models,
    };
    let excluded = invocation.list("exclude");
    let selectors = selectors(invocation, ready);
    if let Some(name) = invocation.text("selector") {
        let found = selectors.get(name);
        return found
            .cloned()
            .map_err(|finding| findings.push(finding))
            .ok();
    }
    if words.is_empty()
        && excluded.is_empty()
        && let Some((name, spec)) = selectors.default_selector()
    {
        let note = format!("Using default selector {name}");
        ready.facts.base.sink.emit(Event::Note(note));
        return Some(spec.clone());
    }
    let (spec, found) = Spec::parse(&words, &excluded, indirect(invocation));
    let wrong = !found.is_empty();
    findings.extend(found);
    (!wrong).then_some(spec)
}
