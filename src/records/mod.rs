//! Artifacts into the target folder, each in one step.
//!
//! In: resources, graph, results. Out: `manifest.json` and `run_results.json`; a reader never sees
//! a part of a file. `partial_parse/` keeps what was read for the next run.

mod in_order;
pub mod partial_parse;

use std::path::Path;

use rayon::prelude::*;

use crate::artifacts::{Manifest, ManifestMetadata, Neighbours, Part, RunResults};
use crate::graph::{Graph, Index};
use crate::nodes::Resources;
use crate::system::{System, SystemError};
use in_order::in_order;

/// Writes `manifest.json`.
pub fn write_manifest(
    metadata: ManifestMetadata,
    resources: &Resources,
    graph: &Graph,
    target: &Path,
    system: &dyn System,
) -> Result<(), SystemError> {
    let manifest = Manifest {
        metadata,
        resources,
        parents: neighbours(graph, |at| graph.parents(at).collect()),
        children: neighbours(graph, |at| graph.children(at).collect()),
    };
    let path = target.join("manifest.json");
    in_order(&manifest.parts(), Part::to_vec, |parts| {
        system.write_parts(&path, parts)
    })
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

/// Lists direct neighbours of every resource, sorted.
fn neighbours(graph: &Graph, of: impl Fn(Index) -> Vec<Index> + Sync) -> Vec<Neighbours<'_>> {
    let indices: Vec<Index> = graph.indices().collect();
    let named = indices.into_par_iter().map(|at| {
        let mut ids: Vec<&str> = of(at).into_iter().map(|it| &**graph.id(it)).collect();
        ids.sort_unstable();
        (&**graph.id(at), ids)
    });
    named.collect()
}
