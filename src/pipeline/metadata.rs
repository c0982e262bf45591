//! What a run knows of the project's data, kept as tables of the warehouse if the project wants that.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::event_log::{is_run, target};
use super::{Built, Ready, Surroundings, execution};
use crate::events::{Event, Secrets};
use crate::execute::{Execution, Failure, MetadataMerge, MetadataRun, MetadataStore};
use crate::invocation::Invocation;
use crate::lineage::Columns;
use crate::metadata::{MetadataInput, Rows, SCHEMA_VERSION, attributes, digest, objects};
use crate::nodes::{Node, ResourceType, UniqueId};
use crate::system::sql_time;

/// The folder below the target folder in which rows wait for the warehouse.
const FOLDER: &str = "metadata";

/// What tables of metadata will say.
pub(super) struct Prepared {
    store: MetadataStore,
    rows: Vec<Rows>,
    kept: Vec<UniqueId>,
    digest: String,
    is_first: bool,
}

/// Tells whether the project wants metadata, and there is something to say after a run.
pub(super) fn are_wanted(invocation: &Invocation, ready: &Ready, around: &Surroundings) -> bool {
    let is_stopped = around.stop.load(std::sync::atomic::Ordering::SeqCst);
    ready.check_settings.metadata && is_run(invocation) && !is_stopped
}

/// Works out what tables of metadata say after a run, if they do not say it yet. Writes nothing to the warehouse, so
/// that others can meanwhile.
pub(super) fn prepare(
    invocation: &Invocation,
    ready: &Ready,
    built: &Built,
    secrets: &Secrets,
    around: &Surroundings,
) -> Result<Option<Prepared>, Failure> {
    let execution = execution(invocation, ready, around);
    let keeping = Keeping {
        ready,
        around,
        execution: &execution,
        built,
    };
    keeping.prepare(secrets)
}

/// Brings the tables of metadata up to date, beside which there are views of events or not.
pub(super) fn keep(
    prepared: &Prepared,
    has_runs: bool,
    ready: &Ready,
    around: &Surroundings,
) -> Result<(), Failure> {
    let folder = ready.project.target_path.join(FOLDER);
    let merge = MetadataMerge {
        rows: &prepared.rows,
        kept: &prepared.kept,
        digest: &prepared.digest,
        is_first: prepared.is_first,
        has_runs,
        folder: &folder,
    };
    let merged = prepared.store.merge(&merge, &*around.system);
    // What is left there is written anew by the next run.
    let _ = around.system.remove_all(&folder);
    merged
}

/// Says why metadata are not kept. A run is as good without.
pub(super) fn tell_failure(failure: Failure, around: &Surroundings) {
    let message = failure.into_finding().message;
    let note = format!("Metadata are not kept: {message}");
    around.sink.emit(Event::Note(note));
}

/// Metadata that are being kept.
struct Keeping<'a> {
    ready: &'a Ready,
    around: &'a Surroundings,
    execution: &'a Execution,
    built: &'a Built,
}

impl Keeping<'_> {
    fn prepare(&self, secrets: &Secrets) -> Result<Option<Prepared>, Failure> {
        let ready = self.ready;
        let layers = &ready.check_settings.layers;
        let root = &*ready.project.root().name;
        let layers = layers.layers_of(&ready.resources, root).into_iter();
        let input = MetadataInput {
            resources: &ready.resources,
            graph: &ready.graph,
            layers: &layers.map(|(id, it)| (id.clone(), it.as_str())).collect(),
            system: &target(&ready.project),
            secrets,
        };
        let mut rows = objects(&input);
        let seen = (ready, self.execution);
        let digest = self.digest(&rows, self.built.told(seen, self.around));
        let store = MetadataStore::open(self.execution, self.run())?;
        let state = store.state()?;
        match &state {
            Some(state) if state.digest == digest => return Ok(None),
            Some(state) if state.schema_version > i128::from(SCHEMA_VERSION) => {
                let note = "Metadata are not kept: those in the warehouse are of a later dsql";
                self.around.sink.emit(Event::Note(note.to_owned()));
                return Ok(None);
            }
            _ => {}
        }
        let lineage = self.built.lineage(seen, self.around);
        let (looked_at, kept) = self.looked_at();
        rows.extend(attributes(&input, &lineage.nodes, &looked_at));
        Ok(Some(Prepared {
            store,
            rows,
            kept,
            digest,
            is_first: state.is_none(),
        }))
    }

    fn run(&self) -> MetadataRun {
        let project = &self.ready.project;
        let started_at = self.ready.facts.base.started_at;
        MetadataRun {
            project: project.root().name.to_string(),
            target: project.profile.target_name.clone(),
            run_id: self.around.invocation_id.to_string(),
            at: sql_time(started_at),
        }
    }

    /// Divides objects with columns into those at which this run has looked, and the others.
    fn looked_at(&self) -> (HashSet<UniqueId>, Vec<UniqueId>) {
        let resources = &self.ready.resources;
        let is_seen = |it: &Node| {
            it.resource_type == ResourceType::Seed || self.built.well.contains(&it.unique_id)
        };
        let nodes = resources.nodes.values();
        let nodes = nodes.filter(|it| it.resource_type.is_refable());
        let (seen, kept): (Vec<&Arc<Node>>, Vec<&Arc<Node>>) = nodes.partition(|it| is_seen(it));
        let seen = seen.into_iter().map(|it| it.unique_id.clone());
        let looked_at = seen.chain(resources.sources.keys().cloned()).collect();
        let kept = kept.into_iter().map(|it| it.unique_id.clone()).collect();
        (looked_at, kept)
    }

    /// Digests everything that the rows of all tables come of.
    fn digest(&self, rows: &[Rows], told: &HashMap<UniqueId, Columns>) -> String {
        let settings = &self.ready.check_settings;
        let around = [
            env!("CARGO_PKG_VERSION").to_owned(),
            settings.events.to_string(),
            settings.masking.join(" "),
        ];
        let rows = rows.iter().map(Rows::digest);
        let mut parts: Vec<Vec<u8>> = around.into_iter().chain(rows).map(Into::into).collect();
        for resource in self.ready.resources.linked() {
            parts.push(resource.unique_id().as_bytes().to_vec());
            // What is written into memory is always written.
            let columns = resource.columns().map(borsh::to_vec);
            parts.extend(columns.and_then(Result::ok));
        }
        let mut told: Vec<_> = told.iter().collect();
        told.sort();
        for (id, columns) in told {
            parts.push(format!("{id} {columns:?}").into_bytes());
        }
        let mut built: Vec<&UniqueId> = self.built.well.iter().collect();
        built.sort();
        for id in built {
            parts.push(id.as_bytes().to_vec());
            if let Some(node) = self.built.compiled.get(id) {
                parts.push(format!("{:?}", node.config.set_values()).into_bytes());
                let compiled = node.compiled.as_ref();
                parts.extend(compiled.map(|it| it.own_code.clone().into_bytes()));
            }
        }
        digest(parts.iter().map(Vec::as_slice))
    }
}
