//! Resources, DAG and engine of a project: as the last run left them where nothing has changed
//! since; with some files read again where that is enough; else parsed and linked.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Opened, Surroundings, deprecated_macros, facts};
use crate::diagnostics::{Code, Diagnostic};
use crate::events::{Fate, JINJA_LOG_WARNING};
use crate::execute::builds_batches;
use crate::graph::{self, Graph, graph, unfiltered};
use crate::invocation::Invocation;
use crate::jinja::Engine;
use crate::nodes::Resources;
use crate::parse::{Amended, FilePlace, Parsed, Rendered, amend, parse, revive};
use crate::records::Body;
use crate::records::partial_parse::{self, Inputs, Kept, LastCheck, PARTIAL_PARSE_FILE};
use crate::system::System;
use crate::text::{FileId, Texts};

/// What reading a project gives.
pub(super) struct Linked {
    pub(super) engine: Engine,
    pub(super) resources: Arc<Resources>,
    pub(super) graph: Graph,
    /// Present where the next run can take something up.
    pub(super) keep: Option<Keep>,
}

/// How far what is kept was made in this run.
enum Made {
    /// It was all taken up.
    Nothing,
    /// Some files were read again.
    Some,
    /// It was parsed; what templates asked for is kept as well.
    All(Rendered),
}

/// Keeps what was read for the next run.
///
/// Without it the next run parses; a target folder that cannot be written is reported where
/// artifacts are.
pub(super) struct Keep {
    kept: Kept,
    made: Made,
    inputs: Arc<Inputs>,
    target: PathBuf,
    system: Arc<dyn System>,
}

impl Keep {
    /// Writes what the next run can take up.
    pub(super) fn save(&self) {
        if matches!(self.made, Made::Nothing) {
            return;
        }
        let (inputs, target, system) = (&self.inputs, &self.target, &*self.system);
        let _ = partial_parse::save(&self.kept, inputs, &target.join(PARTIAL_PARSE_FILE), system);
        // A template that says something is rendered each time.
        if let Made::All(rendered) = &self.made
            && self.kept.said.is_empty()
        {
            let _ = partial_parse::save_rendered(rendered, inputs, target, system);
        }
    }

    /// Writes what a check found, for the next one.
    pub(super) fn save_check(&self, last: &LastCheck) {
        let (inputs, target, system) = (&self.inputs, &self.target, &*self.system);
        let _ = partial_parse::save_check(last, inputs, target, system);
    }

    /// Returns what the manifest in the target folder is behind its metadata, where it is known to be
    /// that of what was taken up.
    pub(super) fn sealed(&self) -> Option<Body> {
        if !matches!(self.made, Made::Nothing) {
            return None;
        }
        let seal = partial_parse::sealed(&self.inputs, &self.target, &*self.system)?;
        Some(seal.body)
    }

    /// Notes that the manifest is in place, and all that there is to say of it. What there is to say
    /// of deprecated models depends on the day.
    pub(super) fn seal(&self, manifest: Body) {
        let (kept, inputs) = (&self.kept, &self.inputs);
        let mut models = kept.resources.nodes.values().filter_map(|it| it.as_model());
        if models.any(|it| it.deprecation_date.is_some()) {
            return;
        }
        let _ = partial_parse::seal(manifest, kept, inputs, &self.target, &*self.system);
    }
}

/// Tells whether what templates warn of is said as it was said, and nothing else is asked for: it
/// can be said again.
pub(super) fn is_plain(opened: &Opened) -> bool {
    opened.facts.base.warnings.fate(JINJA_LOG_WARNING) == Fate::Warning
}

/// Reads the resources of a loaded project.
pub(super) fn resources(
    invocation: &Invocation,
    opened: &Opened,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Linked {
    let input = opened.parse_input();
    let plain = is_plain(opened);
    let mut before = None;
    if plain && invocation.on("partial_parse") {
        let elsewhere = invocation.text("partial_parse_file_path");
        let own = || opened.project.target_path.join(PARTIAL_PARSE_FILE);
        let from = elsewhere.map_or_else(own, PathBuf::from);
        let kept = partial_parse::load(&opened.inputs, &from, &*around.system);
        let linked = kept.and_then(|(kept, changed)| match changed.is_empty() {
            true => Some(taken_up(kept, opened, around, texts, findings)),
            false => amended(kept, &changed, opened, around, texts, findings),
        });
        if let Some(linked) = linked {
            return linked;
        }
        let target = &opened.project.target_path;
        before = partial_parse::load_rendered(&opened.inputs, target, &*around.system);
    }
    opened.listener.begin();
    let (parsed, mut found) = parse(&input, before.unwrap_or_default(), texts);
    let Parsed {
        resources,
        engine,
        rendered,
    } = parsed;
    let (resources, graph, more) = graph(resources, &opened.graph_options);
    found.extend(more);
    let said = opened.listener.end();
    let resources = Arc::new(resources);
    findings.extend(found.iter().cloned());
    let sound = !findings.iter().any(Diagnostic::is_error);
    if sound {
        let more = idle(opened, &resources, &engine, texts);
        findings.extend(more.iter().cloned());
        found.extend(more);
    }
    let kept = Kept {
        resources: resources.clone(),
        findings: found,
        said,
    };
    Linked {
        engine,
        resources,
        graph,
        keep: (plain && sound).then(|| keep(kept, Made::All(rendered), opened, around)),
    }
}

/// Finds settings that do nothing, and macros that are to go.
fn idle(opened: &Opened, resources: &Resources, engine: &Engine, texts: &Texts) -> Vec<Diagnostic> {
    let mut found = facts::unused_config(&opened.project, resources);
    if builds_batches(engine, &opened.facts.base.flags) {
        found.extend(unfiltered(resources));
    } else {
        found.extend(deprecated_macros::whole_microbatch(resources, engine));
    }
    found.extend(deprecated_macros::itertools(resources, texts));
    found
}

fn keep(kept: Kept, made: Made, opened: &Opened, around: &Surroundings) -> Keep {
    Keep {
        kept,
        made,
        inputs: opened.inputs.clone(),
        target: opened.project.target_path.clone(),
        system: around.system.clone(),
    }
}

/// Takes up what was kept, as it is.
fn taken_up(
    kept: Kept,
    opened: &Opened,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Linked {
    let resources = kept.resources.clone();
    findings.extend(kept.findings.iter().cloned());
    for it in &kept.said {
        around.sink.emit(it.clone().into());
    }
    let revive = || revive(&opened.parse_input(), &resources.macros, texts);
    let (engine, graph) = rayon::join(revive, || graph::edges(&resources));
    Linked {
        engine,
        resources,
        graph,
        keep: Some(keep(kept, Made::Nothing, opened, around)),
    }
}

/// Takes up what was kept, of which the files are read again in which something else stands; none if
/// that is not enough, or if it leaves something to report.
fn amended(
    kept: Kept,
    changed: &[FilePlace],
    opened: &Opened,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Linked> {
    let packages = &opened.project.packages;
    let files = changed
        .iter()
        .map(|&(package, nth)| packages.get(package)?.files.get(nth)?.file);
    let files: HashSet<FileId> = files.flatten().collect();
    let mut found = kept.findings;
    let found_again = |it: &Diagnostic| {
        let codes = [
            Code::UnusedConfig,
            Code::UnfilteredMicrobatch,
            Code::DeprecatedMacro,
        ];
        codes.contains(&it.code)
    };
    found.retain(|it| !found_again(it));
    let mut places = found.iter().flat_map(|it| &it.labels);
    if !kept.said.is_empty() || places.any(|it| files.contains(&it.location.file)) {
        return None;
    }
    let before = Arc::unwrap_or_clone(kept.resources);
    let mut with_built_in = texts.clone();
    opened.listener.hold();
    let input = opened.parse_input();
    let amended = amend(&input, before, changed, &mut with_built_in);
    let silent = opened.listener.end().is_empty();
    let Amended {
        mut resources,
        engine,
        nodes,
    } = amended.filter(|_| silent)?;
    let graph = graph::amend(&mut resources, &nodes, &opened.graph_options)?;
    found.extend(idle(opened, &resources, &engine, texts));
    findings.extend(found.iter().cloned());
    *texts = with_built_in;
    let resources = Arc::new(resources);
    let kept = Kept {
        resources: resources.clone(),
        findings: found,
        said: Vec::new(),
    };
    Some(Linked {
        engine,
        resources,
        graph,
        keep: Some(keep(kept, Made::Some, opened, around)),
    })
}
