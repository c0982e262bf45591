//! Of which nodes a run measures what before it commits them, and which charts stop their publication.

use std::collections::{BTreeSet, HashMap};

use super::hidden::hides;
use super::selection::selected_by;
use super::{Built, Ready, Surroundings};
use crate::checkpoint::Entry;
use crate::control::{OnSignal, Subject, Watch};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::execute::{Checkpoints, Execution};
use crate::graph::selection::Spec;
use crate::invocation::Invocation;
use crate::lineage::unique_by;
use crate::nodes::{CheckedColumns, Checkpoint, Node, ResourceType, UniqueId};
use crate::packages::EVENT_MODELS;

/// Tells whether anything is measured.
pub(super) fn are_wanted(ready: &Ready) -> bool {
    let says = |node: &Node| matches!(node.checkpoint(), Some(Some(_)));
    let has_events = ready.check_settings.events;
    let mut nodes = ready.resources.nodes.values();
    has_events && (!ready.checkpoints.entries.is_empty() || nodes.any(|it| says(it)))
}

/// Finds what a run measures. A selection that cannot be carried out is told.
pub(super) fn checkpoints(
    invocation: &Invocation,
    ready: &Ready,
    findings: &mut Vec<Diagnostic>,
) -> Checkpoints {
    if !ready.check_settings.events {
        findings.extend(without_events(ready));
        return Checkpoints::default();
    }
    let guards = guards(invocation, ready, findings);
    let of = match are_wanted(ready) {
        true => measured(invocation, ready, findings),
        false => HashMap::new(),
    };
    findings.extend(
        ready
            .control
            .watches
            .iter()
            .flat_map(|it| unmeasured(it, &of)),
    );
    let ids = of.keys().chain(guards.keys());
    let nodes = ids.filter_map(|id| ready.resources.nodes.get(id));
    let inputs = nodes.flat_map(|it| it.depends_on.nodes.iter().chain([&it.unique_id]));
    let names = inputs
        .map(|id| (id.clone(), ready.resources.search_name(id)))
        .collect();
    Checkpoints {
        hidden: hidden(of.keys(), ready),
        of,
        guards,
        names,
    }
}

/// Finds views that give the rows of another node or a source, each once, so that these need not be counted twice: by what
/// their SQL does, and what tests of this run have found of what they join.
pub(super) fn same_rows(
    built: &Built,
    (ready, execution): (&Ready, &Execution),
    around: &Surroundings,
) -> HashMap<UniqueId, UniqueId> {
    let lineage = built.lineage((ready, execution), around);
    let unique = unique_by(&ready.resources, &built.passed);
    let is_unique = |(id, columns): &(UniqueId, BTreeSet<String>)| {
        let keys = unique.get(id).into_iter().flatten();
        keys.into_iter()
            .any(|key| key.iter().all(|it| columns.contains(it)))
    };
    let given = |id: &UniqueId| {
        let node = ready.resources.nodes.get(id)?;
        let is_query = matches!(node.config.materialized(), "view" | "ephemeral");
        let same = lineage.same_rows.get(id).filter(|_| is_query)?;
        same.beside.iter().all(is_unique).then_some(&same.of)
    };
    let last = |id: &UniqueId| {
        let first = given(id)?;
        let all = std::iter::successors(Some(first), |it| given(it));
        all.last().cloned()
    };
    let views = ready.resources.nodes.keys();
    let views = views.filter_map(|id| Some((id.clone(), last(id)?)));
    views.collect()
}

/// Finds what is measured of which nodes.
fn measured(
    invocation: &Invocation,
    ready: &Ready,
    findings: &mut Vec<Diagnostic>,
) -> HashMap<UniqueId, Checkpoint> {
    let mut of: HashMap<UniqueId, Checkpoint> = HashMap::new();
    for entry in &ready.checkpoints.entries {
        for id in chosen(entry, invocation, ready, findings) {
            of.insert(id, entry.checkpoint.clone());
        }
    }
    for (id, node) in &ready.resources.nodes {
        match node.checkpoint() {
            Some(Some(own)) if is_measurable(node) => {
                of.insert(id.clone(), own);
            }
            Some(None) => {
                of.remove(id);
            }
            _ => {}
        }
    }
    of
}

/// Says which columns are under control though no checkpoint measures them: there would never be a point.
fn unmeasured(watch: &Watch, of: &HashMap<UniqueId, Checkpoint>) -> Vec<Diagnostic> {
    if watch.metric.subject != Subject::Column {
        return Vec::new();
    }
    let told = |message: String, help: String| {
        let finding = Diagnostic::warning(Code::InvalidSettings, message).help(help);
        match watch.location {
            Some(at) => finding.at(at),
            None => finding,
        }
    };
    let metric = watch.metric.name;
    if of.values().all(|it| it.columns == CheckedColumns::None) {
        let message = format!("`{metric}` is of columns, and checkpoints measure none");
        let help = "say which at `checkpoints` in dsql.yml: `{select: orders, columns: [amount]}`";
        return vec![told(message, help.to_owned())];
    }
    let columns = watch.columns.iter();
    let unknown = columns.filter(|name| !of.values().any(|it| it.measures(name)));
    let unknown = unknown.map(|name| {
        let known = of.values().flat_map(|it| match &it.columns {
            CheckedColumns::Named(names) => names.as_slice(),
            _ => &[],
        });
        let help = match did_you_mean(name, known.map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name it at `columns` of a checkpoint, too".to_owned(),
        };
        told(format!("no checkpoint measures `{name}`"), help)
    });
    unknown.collect()
}

/// Says that nobody keeps what nodes want to have measured.
fn without_events(ready: &Ready) -> Option<Diagnostic> {
    let mut nodes = ready.resources.nodes.values();
    let node = nodes.find(|it| matches!(it.checkpoint(), Some(Some(_))))?;
    let message = format!(
        "the checkpoint of `{}` is not measured: it is an event, and no events are kept",
        node.name
    );
    let at = node.patch_location.unwrap_or(node.file_or_entry());
    let finding = Diagnostic::warning(Code::InvalidConfig, message).at(at);
    Some(finding.help("write `events: true` in dsql.yml"))
}

fn chosen(
    entry: &Entry,
    invocation: &Invocation,
    ready: &Ready,
    findings: &mut Vec<Diagnostic>,
) -> Vec<UniqueId> {
    let ids = match &entry.spec {
        Some(spec) => chosen_by(spec, invocation, ready, findings),
        None => {
            // Models of events read all that runs ever did: whoever wants them counted says so.
            let nodes = ready.resources.nodes.values();
            let nodes = nodes.filter(|it| it.package_name != EVENT_MODELS);
            nodes.map(|it| it.unique_id.clone()).collect()
        }
    };
    let layers = entry.layer.map(|layer| {
        let root = ready.project.root();
        let layers = &ready.check_settings.layers;
        (layer, layers.layers_of(&ready.resources, &root.name))
    });
    let is_there = |id: &UniqueId| match &layers {
        Some((layer, layers)) => layers.get(id) == Some(layer),
        None => true,
    };
    let node = |id: &UniqueId| ready.resources.nodes.get(id);
    let ids = ids.into_iter().filter(is_there);
    ids.filter(|id| node(id).is_some_and(|it| is_measurable(it)))
        .collect()
}

fn chosen_by(
    spec: &Spec,
    invocation: &Invocation,
    ready: &Ready,
    findings: &mut Vec<Diagnostic>,
) -> Vec<UniqueId> {
    let found = selected_by(spec, invocation, ready, findings).unwrap_or_default();
    let ids = found.into_iter().map(|it| ready.graph.id(it).clone());
    ids.collect()
}

/// Tells whether a node leaves a relation that has rows.
fn is_measurable(node: &Node) -> bool {
    let kinds = [
        ResourceType::Model,
        ResourceType::Seed,
        ResourceType::Snapshot,
    ];
    let materialized = node.config.materialized();
    kinds.contains(&node.resource_type) && !["ephemeral", "table_function"].contains(&materialized)
}

/// Lists the columns whose values nobody may see: those with a tag that is restricted.
pub(super) fn hidden<'i>(
    ids: impl Iterator<Item = &'i UniqueId>,
    ready: &Ready,
) -> HashMap<UniqueId, BTreeSet<String>> {
    let nodes = ids.filter_map(|id| ready.resources.nodes.get(id));
    let hidden = nodes.map(|node| {
        let columns = node.columns.values();
        let columns = columns.filter(|it| hides(ready, &node.unique_id, &it.name));
        let names: BTreeSet<String> = columns.map(|it| it.name.to_lowercase()).collect();
        (node.unique_id.clone(), names)
    });
    hidden.filter(|(_, names)| !names.is_empty()).collect()
}

/// Finds which metrics of nodes and tests must be in control before a node is published.
fn guards(
    invocation: &Invocation,
    ready: &Ready,
    findings: &mut Vec<Diagnostic>,
) -> HashMap<UniqueId, Vec<Watch>> {
    let mut guards: HashMap<UniqueId, Vec<Watch>> = HashMap::new();
    let watches = ready.control.watches.iter();
    for watch in watches.filter(|it| it.metric.is_known_before_commit()) {
        let ids = match &watch.spec {
            Some(spec) => chosen_by(spec, invocation, ready, findings),
            None => ready
                .resources
                .linked()
                .map(|it| it.unique_id().clone())
                .collect(),
        };
        for id in ids {
            let own = guards.entry(id).or_default();
            // The last that chooses a node counts.
            own.retain(|it| it.metric != watch.metric);
            if watch.on_signal == OnSignal::Error {
                own.push(watch.clone());
            }
        }
    }
    guards.retain(|_, watches| !watches.is_empty());
    guards
}
