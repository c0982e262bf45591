//! OpenLineage's events of runs: made of the entries that runs leave, and sent to a file or over HTTP.
//!
//! When a run is over its events are written down, once, into a file below `target/openlineage` (`outbox`), and sent from
//! there (`send`). What is not sent waits there for the next run, as it was written. A run never fails of it.

mod outbox;
mod send;
mod settings;

use std::collections::{BTreeMap, HashMap};

use super::event_log::entries;
use super::{Ready, Surroundings, columns, execution, lineage};
use crate::artifacts::NodeColumns;
use crate::artifacts::openlineage::{Assertion, Described, Known, run_events};
use crate::events::{Event, Secrets};
use crate::execute::Undelivered;
use crate::invocation::Invocation;
use crate::nodes::{Node, Resource, UniqueId};
use crate::project::secrets;
use outbox::Outbox;
pub(super) use settings::Settings;

/// The test of how old a source is, which has no name of its own.
const FRESHNESS: &str = "freshness";

/// Writes the events of runs down that are over, before their entries are delivered and gone. If that cannot be, entries
/// stay for the next run.
pub(super) fn record(
    invocation: &Invocation,
    ready: &Ready,
    runs: &mut [Undelivered],
    around: &Surroundings,
) {
    if ready.openlineage.is_none() {
        return;
    }
    let outbox = Outbox::of(ready, around);
    let over = runs.iter_mut().filter(|it| it.is_over);
    let unknown: Vec<&mut Undelivered> = over.filter(|it| !outbox.knows(it)).collect();
    if unknown.is_empty() {
        return;
    }
    let facts = Facts::of(invocation, ready, around);
    let mut secret = Secrets::of(&*around.system);
    secret.add(secrets(&*around.system));
    for run in unknown {
        let entries = entries(&*run, &*around.system);
        let events = run_events(&entries, &facts.known(ready));
        let lines = events.into_iter().map(|mut event| {
            secret.scrub_json(&mut event);
            format!("{event}\n")
        });
        if let Err(error) = outbox.add(run, &lines.collect::<String>()) {
            run.is_over = false;
            let note = format!("OpenLineage's events of a run are not written down: {error}");
            around.sink.emit(Event::Note(note));
        }
    }
}

/// Sends what waits.
pub(super) fn send(ready: &Ready, around: &Surroundings) {
    let Some(settings) = &ready.openlineage else {
        return;
    };
    let outbox = Outbox::of(ready, around);
    if let Err(reason) = send::send(&outbox, settings, ready, around) {
        let folder = outbox.folder.display();
        let note = format!("OpenLineage's events wait in {folder}: {reason}");
        around.sink.emit(Event::Note(note));
    }
}

/// What is known of the project beside entries.
struct Facts {
    nodes: HashMap<UniqueId, Described>,
    columns: BTreeMap<UniqueId, NodeColumns>,
    datasets: HashMap<UniqueId, String>,
}

impl Facts {
    fn of(invocation: &Invocation, ready: &Ready, around: &Surroundings) -> Self {
        let nothing = HashMap::new();
        let compiled = ready.built.get().map_or(&nothing, |it| &it.compiled);
        let nodes = ready.resources.nodes.values();
        let nodes = nodes.map(|it| {
            let node = compiled.get(&it.unique_id).unwrap_or(it);
            (it.unique_id.clone(), described(node, ready))
        });
        let sources = ready.resources.sources.keys();
        let sources = sources.map(|id| (id.clone(), aged(id)));
        let execution = execution(invocation, ready, around);
        Self {
            nodes: nodes.chain(sources).collect(),
            columns: columns::columns(ready, &execution, compiled, around),
            datasets: lineage::datasets(ready),
        }
    }

    fn known<'a>(&'a self, ready: &'a Ready) -> Known<'a> {
        let settings = ready.openlineage.as_ref();
        let project = ready.project.root().name.as_ref();
        Known {
            namespace: settings
                .and_then(|it| it.namespace.as_deref())
                .unwrap_or(project),
            project,
            dialect: ready.adapter.name(),
            nodes: &self.nodes,
            columns: &self.columns,
            datasets: &self.datasets,
        }
    }
}

/// Says what a node is.
fn described(node: &Node, ready: &Ready) -> Described {
    let inputs = ready.resources.relations_read(node);
    let test = node.as_generic_test();
    let is_test = node.resource_type == crate::nodes::ResourceType::Test;
    let assertion = is_test.then(|| Assertion {
        kind: test.map_or("custom_sql", |it| it.name.as_str()).to_owned(),
        column: test.and_then(|it| it.column_name.clone()),
        severity: node
            .config
            .str("severity")
            .unwrap_or("error")
            .to_lowercase(),
        on: match test.and_then(|it| it.attached_node.clone()) {
            Some(attached) => vec![attached],
            None => inputs.clone(),
        },
    });
    let owners = ready.resources.answerers(Resource::Node(node));
    let owners = owners.into_iter().map(|it| it.name);
    Described {
        checksum: node.checksum.checksum.clone(),
        language: node.language,
        sql: node
            .compiled
            .as_ref()
            .filter(|_| node.language == "sql")
            .map(|it| it.code.clone()),
        inputs,
        builds: node.resource_type.is_refable() && !node.is_ephemeral(),
        description: node.description.clone(),
        owners: owners.collect(),
        assertion,
    }
}

/// Says what looking at the age of a source is.
fn aged(id: &UniqueId) -> Described {
    Described {
        inputs: vec![id.clone()],
        assertion: Some(Assertion {
            kind: FRESHNESS.to_owned(),
            column: None,
            severity: "error".to_owned(),
            on: vec![id.clone()],
        }),
        ..Described::default()
    }
}
