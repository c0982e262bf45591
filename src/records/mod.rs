//! Artifacts into the target folder, each in one step.
//!
//! In: resources, graph, results. Out: `manifest.json`, `semantic_manifest.json`, `run_results.json`,
//! `sources.json`, `catalog.json` and `column_lineage.json`; a reader never sees a part of a file. `partial_parse/` keeps what was read for the next run,
//! `state` reads what an earlier run left in a folder.

mod in_order;
mod last_built;
mod manifest;
pub mod partial_parse;
mod state;
mod whole;

pub use last_built::{load_last_built, save_last_built};
pub use manifest::{Body, renew_manifest, write_manifest};
pub use state::{load_previous_columns, load_state};

use std::path::Path;

use crate::artifacts::{Catalog, Metadata, RunResults, Sources, semantic_manifest};
use crate::nodes::{Resources, UniqueId};
use crate::system::{System, SystemError};

/// Writes `run_results.json`.
pub fn write_run_results(
    results: &RunResults,
    target: &Path,
    system: &dyn System,
) -> Result<(), SystemError> {
    write(results, &target.join("run_results.json"), system)
}

/// Writes `sources.json`, at the path that was asked for.
pub fn write_sources(
    sources: &Sources<'_>,
    path: &Path,
    system: &dyn System,
) -> Result<(), SystemError> {
    write(sources, path, system)
}

/// The file beside the manifest.
pub const SEMANTIC_MANIFEST_FILE: &str = "semantic_manifest.json";

/// Writes `semantic_manifest.json`.
pub fn write_semantic_manifest(
    resources: &Resources,
    target: &Path,
    system: &dyn System,
) -> Result<(), SystemError> {
    let path = target.join(SEMANTIC_MANIFEST_FILE);
    write(&semantic_manifest(resources), &path, system)
}

/// Writes `catalog.json`.
pub fn write_catalog(
    catalog: &Catalog,
    path: &Path,
    system: &dyn System,
) -> Result<(), SystemError> {
    write(catalog, path, system)
}

/// Writes `column_lineage.json`, of nodes in their order with their columns as JSON.
pub fn write_column_lineage<'a>(
    metadata: &Metadata,
    nodes: impl Iterator<Item = (&'a UniqueId, &'a [u8])>,
    path: &Path,
    system: &dyn System,
) -> Result<(), SystemError> {
    let mut json = b"{\"metadata\":".to_vec();
    json.extend(bytes(metadata, path)?);
    json.extend(b",\"nodes\":{");
    for (at, (id, columns)) in nodes.enumerate() {
        if at > 0 {
            json.push(b',');
        }
        json.extend(bytes(id, path)?);
        json.push(b':');
        json.extend(columns);
    }
    json.extend(b"}}");
    system.write(path, &json)
}

fn write(
    artifact: &impl serde::Serialize,
    path: &Path,
    system: &dyn System,
) -> Result<(), SystemError> {
    system.write(path, &bytes(artifact, path)?)
}

fn bytes(value: &impl serde::Serialize, path: &Path) -> Result<Vec<u8>, SystemError> {
    serde_json::to_vec(value).map_err(|error| SystemError {
        action: "write",
        path: path.to_path_buf(),
        source: error.into(),
    })
}
