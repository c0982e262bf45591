//! `check`: what is wrong in the SQL of models, and what breaks the rules of the project, before anything runs.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use super::columns::{self, Worked, compiled_columns};
use super::selection::selected;
use super::{Exit, Product, Ready, Surroundings, artifacts, binding, facts, recheck};
use crate::check::{self, Baseline, Bound, CheckInput, Checked, Found, Judge, Layer, Wanted};
use crate::diagnostics::{Code, Diagnostic};
use crate::events::Event;
use crate::graph::Lookup;
use crate::invocation::Invocation;
use crate::lineage::is_last;
use crate::nodes::UniqueId;
use crate::records::partial_parse::Said;
use crate::text::Texts;

/// Checks what is selected; all models are compiled, since each depends on those before it.
pub(super) fn check(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let could_not = (Exit::CouldNotRun, Product::None);
    let Some(looked) = look(invocation, ready, around, texts, findings) else {
        return could_not;
    };
    let is_kept = looked.uncompiled.is_empty() && looked.is_silent && looked.is_settled;
    findings.extend(looked.uncompiled);
    let Looked { told, worked, .. } = looked;
    if invocation.on("write_baseline") {
        return match write_baseline(ready, around, &told.baseline) {
            Ok(()) => (Exit::Done, Product::None),
            Err(finding) => {
                findings.push(finding);
                could_not
            }
        };
    }
    findings.extend(told.findings);
    ready.facts.base.warnings.judge(findings);
    say(looked.models, told.held, around);
    let nodes = columns::as_json(&worked.lineage.nodes);
    let columns = nodes.iter().map(|(id, it)| (id, it.as_slice()));
    let written = !invocation.on("write_json") || columns::write(columns, ready, around, findings);
    if is_kept {
        let seen = (looked.found, looked.models, looked.is_bound);
        recheck::keep(invocation, ready, &worked, nodes, seen);
    }
    (exit_of(findings).if_written(written), Product::None)
}

/// Says what was done.
pub(super) fn say(count: usize, held: usize, around: &Surroundings) {
    let models = if count == 1 { "model" } else { "models" };
    let note = match held {
        0 => format!("Checked the SQL of {count} {models}"),
        held => format!("Checked the SQL of {count} {models}; the baseline holds {held}"),
    };
    around.sink.emit(Event::Note(note));
}

/// Returns how a check ends that found this.
pub(super) fn exit_of(findings: &[Diagnostic]) -> Exit {
    match findings.iter().any(Diagnostic::is_error) {
        true => Exit::Failed,
        false => Exit::Done,
    }
}

/// Tells whether a build checks first.
pub(super) fn comes_first(invocation: &Invocation, ready: &Ready) -> bool {
    match invocation.is_given("check") {
        true => invocation.on("check"),
        false => ready.check_settings.checks_before_build,
    }
}

/// Checks what is to be built. Returns how the build ends, if it does not begin. What does not compile yet is told when
/// its turn comes, since a template may ask for what the build is about to make.
pub(super) fn stops(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Exit> {
    let could_not = Some(Exit::CouldNotRun);
    let Some(looked) = look(invocation, ready, around, texts, findings) else {
        return could_not;
    };
    findings.extend(looked.told.findings);
    ready.facts.base.warnings.judge(findings);
    if !findings.iter().any(Diagnostic::is_error) {
        return None;
    }
    let note = "Nothing is built, since the check found errors";
    around.sink.emit(Event::Note(note.to_owned()));
    let written = artifacts::parsed(invocation, ready, around, findings);
    Some(Exit::Failed.if_written(written))
}

/// What is found in what is selected.
struct Looked {
    told: Checked,
    /// The same before anybody said how bad it is.
    found: Found,
    worked: Worked,
    /// What does not compile.
    uncompiled: Vec<Diagnostic>,
    /// Whether no template said anything.
    is_silent: bool,
    /// How many models and snapshots are selected.
    models: usize,
    /// Whether the engine was asked.
    is_bound: bool,
    /// Whether nothing of it hangs on what else is in the database.
    is_settled: bool,
}

/// Compiles all models, and checks what is selected. None if that cannot be done.
fn look(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Looked> {
    let chosen = chosen(invocation, ready, findings)?;
    let baseline = baseline(invocation, ready, around, texts, findings)?;
    let mut uncompiled = Vec::new();
    ready.listener.begin();
    let worked = compiled_columns(invocation, ready, around, &mut uncompiled);
    let is_silent = !ready.listener.end().iter().any(Said::is_shown);
    let Some(worked) = worked else {
        findings.extend(uncompiled);
        return None;
    };
    let (found, bound) = find(invocation, ready, texts, &worked, &chosen);
    let is_wanted = |id: &str| Some(chosen.contains(ready.resources.get(id)?.unique_id()));
    let told = judged(invocation, ready, (texts, &baseline, &is_wanted), &found);
    let compiled = worked.compiled.iter();
    let models = compiled.filter(|(id, it)| chosen.contains(*id) && !is_last(it));
    Some(Looked {
        models: models.count(),
        told,
        found,
        worked,
        uncompiled,
        is_silent,
        is_bound: bound.is_some(),
        is_settled: bound.is_none_or(|it| !it.hangs_on_database),
    })
}

/// Tells whether there is a node or an exposure, and whether it is looked at.
pub(super) type IsWanted<'a> = &'a dyn Fn(&str) -> Option<bool>;

/// Says how bad it is what is found.
pub(super) fn judged(
    invocation: &Invocation,
    ready: &Ready,
    (texts, baseline, is_wanted): (&Texts, &Baseline, IsWanted<'_>),
    found: &Found,
) -> Checked {
    let judge = Judge {
        settings: &ready.check_settings,
        texts,
        baseline,
        writes_baseline: invocation.on("write_baseline"),
        is_wanted,
    };
    judge.judge(found)
}

fn chosen(
    invocation: &Invocation,
    ready: &Ready,
    findings: &mut Vec<Diagnostic>,
) -> Option<HashSet<UniqueId>> {
    let chosen = selected(invocation, ready, findings)?;
    let ids = chosen.iter().map(|it| ready.graph.id(*it).clone());
    Some(ids.collect())
}

fn find(
    invocation: &Invocation,
    ready: &Ready,
    texts: &Texts,
    worked: &Worked,
    chosen: &HashSet<UniqueId>,
) -> (Found, Option<Bound>) {
    let asked = ["select", "models", "exclude"];
    let is_whole = invocation.text("selector").is_none()
        && asked.iter().all(|it| invocation.list(it).is_empty());
    let (compiled, lineage) = (&worked.compiled, &worked.lineage);
    let count = compiled.keys().filter(|id| chosen.contains(*id)).count();
    let is_bound = match invocation.is_given("bind") {
        true => invocation.on("bind"),
        false => count <= binding::MOST,
    };
    let bound = is_bound.then(|| binding::bound(ready, compiled, lineage, chosen));
    let bound = bound.flatten();
    let among = Among {
        ready,
        texts,
        is_whole,
        layers_present: None,
    };
    let is_wanted = |id: &UniqueId| chosen.contains(id);
    let found = found(invocation, &among, worked, bound.as_ref(), &is_wanted);
    (found, bound)
}

/// The nodes among which some are checked.
pub(super) struct Among<'a> {
    pub(super) ready: &'a Ready,
    pub(super) texts: &'a Texts,
    /// Whether all of them are wanted.
    pub(super) is_whole: bool,
    /// The layers that there are, if not all nodes of the project are among them.
    pub(super) layers_present: Option<&'a BTreeSet<Layer>>,
}

/// Finds what is wrong in nodes that are worked out.
pub(super) fn found(
    invocation: &Invocation,
    among: &Among<'_>,
    worked: &Worked,
    bound: Option<&Bound>,
    is_wanted: Wanted<'_>,
) -> Found {
    let ready = among.ready;
    let options = facts::graph_options(invocation, &ready.project);
    let input = CheckInput {
        resources: &ready.resources,
        graph: &ready.graph,
        compiled: &worked.compiled,
        lineage: &worked.lineage,
        bound,
        settings: &ready.check_settings,
        lookup: &Lookup::new(&ready.resources, &options),
        texts: among.texts,
        root_package: &ready.project.root().name,
        is_whole: among.is_whole,
        layers_present: among.layers_present,
    };
    check::find(&input, is_wanted)
}

/// Reads the baseline; an empty one where there is none. None if it cannot be used.
pub(super) fn baseline(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Baseline> {
    let writes = invocation.on("write_baseline");
    let Some((name, at)) = &ready.check_settings.baseline else {
        if writes {
            let message = "dsql.yml names no baseline";
            let finding = Diagnostic::error(Code::InvalidSettings, message);
            findings.push(finding.help("add `baseline: dsql_baseline.yml` to it"));
            return None;
        }
        return Some(Baseline::default());
    };
    let path = ready.project.root().root.join(name);
    if !around.system.is_file(&path) {
        if !writes {
            let message = format!("there is no file `{name}`");
            let finding = Diagnostic::error(Code::InvalidSettings, message).at(*at);
            findings.push(finding.help("write it with `dsql check --write-baseline`"));
            return None;
        }
        return Some(Baseline::default());
    }
    let system = &*around.system;
    let file = crate::project::read_text(system, &path, Path::new(name), texts, findings)?;
    let (baseline, found) = Baseline::read(file, texts.content(file));
    let is_wrong = found.iter().any(Diagnostic::is_error);
    if !writes {
        findings.extend(found);
    }
    (writes || !is_wrong).then_some(baseline)
}

fn write_baseline(
    ready: &Ready,
    around: &Surroundings,
    baseline: &Baseline,
) -> Result<(), Diagnostic> {
    let named = ready.check_settings.baseline.as_ref();
    let name = named.map_or("", |it| it.0.as_str());
    let path = ready.project.root().root.join(name);
    let text = baseline.write();
    around
        .system
        .write(&path, text.as_bytes())
        .map_err(|it| artifacts::not_written(&it))?;
    let count = baseline.count();
    let findings = if count == 1 { "finding" } else { "findings" };
    let note = format!("Wrote {count} {findings} into {name}");
    around.sink.emit(Event::Note(note));
    Ok(())
}
