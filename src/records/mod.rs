//! Artifacts into the target folder, each in one step.
//!
//! In: resources, graph, results. Out: `manifest.json` and `run_results.json`; a reader never sees
//! a part of a file.

use std::path::Path;

use indexmap::IndexMap;

use crate::artifacts::{Manifest, ManifestMetadata, RunResults};
use crate::graph::Graph;
use crate::nodes::{Resources, UniqueId};
use crate::system::{System, SystemError};

/// Writes `manifest.json`.
pub fn write_manifest(
    metadata: ManifestMetadata,
    resources: &Resources,
    graph: &Graph,
    target: &Path,
    system: &dyn System,
) -> Result<(), SystemError> {
    let (parents, children) = maps(graph);
    let manifest = Manifest {
        metadata,
        resources,
        parents,
        children,
    };
    write(&manifest, &target.join("manifest.json"), system)
}

/// Writes `run_results.json`.
pub fn write_run_results(
    results: &RunResults,
    target: &Path,
    system: &dyn System,
) -> Result<(), SystemError> {
    write(results, &target.join("run_results.json"), system)
}

fn write(
    artifact: &impl serde::Serialize,
    path: &Path,
    system: &dyn System,
) -> Result<(), SystemError> {
    let json = serde_json::to_vec(artifact).map_err(|error| SystemError {
        action: "write",
        path: path.to_path_buf(),
        source: error.into(),
    })?;
    system.write(path, &json)
}

type Neighbours = IndexMap<UniqueId, Vec<UniqueId>>;

/// Lists direct neighbours of every resource, sorted: what it needs, and what needs it.
fn maps(graph: &Graph) -> (Neighbours, Neighbours) {
    let named = |mut ids: Vec<UniqueId>| {
        ids.sort();
        ids
    };
    let of = |at| graph.id(at).clone();
    let each = || graph.indices();
    let parents = each().map(|at| (of(at), named(graph.parents(at).map(of).collect())));
    let children = each().map(|at| (of(at), named(graph.children(at).map(of).collect())));
    (parents.collect(), children.collect())
}
