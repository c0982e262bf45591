//! Resources, DAG and engine of a project: as the last run left them where nothing has changed
//! since, else parsed and linked.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Surroundings, facts};
use crate::diagnostics::Diagnostic;
use crate::events::{Fate, JINJA_LOG_WARNING};
use crate::graph::{self, Graph, graph};
use crate::invocation::Invocation;
use crate::jinja::Engine;
use crate::nodes::Resources;
use crate::parse::{ParseInput, Parsed, parse, revive};
use crate::records::partial_parse::{self, Inputs, Kept, Listener, PARTIAL_PARSE_FILE};
use crate::text::Texts;

/// Writes what the next run can take up.
pub(super) type Keep = Box<dyn FnOnce() + Send + Sync>;

/// What reading a project gives.
pub(super) struct Linked {
    pub(super) engine: Engine,
    pub(super) resources: Arc<Resources>,
    pub(super) graph: Graph,
    /// Present where the next run can take something up.
    pub(super) keep: Option<Keep>,
}

/// Reads the resources of a loaded project.
pub(super) fn resources(
    invocation: &Invocation,
    input: &ParseInput<'_>,
    listener: &Listener,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Linked {
    let options = facts::graph_options(invocation, input.loaded);
    let inputs = Inputs::of(input, &options, texts);
    let path = input.loaded.target_path.join(PARTIAL_PARSE_FILE);
    // What templates warn of is said again as it was said: only where nothing else is asked for.
    let plain = input.project.base.warnings.fate(JINJA_LOG_WARNING) == Fate::Warning;
    if plain && invocation.on("partial_parse") {
        let elsewhere = invocation.text("partial_parse_file_path");
        let from = elsewhere.map_or_else(|| path.clone(), PathBuf::from);
        if let Some(kept) = partial_parse::load(&inputs, &from, &*around.system) {
            return taken_up(kept, input, around, texts, findings);
        }
    }
    listener.begin();
    let (Parsed { resources, engine }, mut found) = parse(input, texts);
    let (resources, graph, more) = graph(resources, &options);
    found.extend(more);
    let said = listener.end();
    let resources = Arc::new(resources);
    findings.extend(found.iter().cloned());
    let kept = Kept {
        resources: resources.clone(),
        findings: found,
        said,
    };
    let sound = !findings.iter().any(Diagnostic::is_error);
    let system = around.system.clone();
    let keep = move || {
        // Without it the next run parses; a target folder that cannot be written is reported where
        // artifacts are.
        let _ = partial_parse::save(&kept, &inputs, &path, &*system);
    };
    Linked {
        engine,
        resources,
        graph,
        keep: (plain && sound).then(|| Box::new(keep) as Keep),
    }
}

fn taken_up(
    kept: Kept,
    input: &ParseInput<'_>,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Linked {
    let Kept {
        resources,
        findings: found,
        said,
    } = kept;
    for it in said {
        around.sink.emit(it.into());
    }
    findings.extend(found);
    let revive = || revive(input, &resources.macros, texts);
    let (engine, graph) = rayon::join(revive, || graph::edges(&resources));
    Linked {
        engine,
        resources,
        graph,
        keep: None,
    }
}
