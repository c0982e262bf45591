//! JSON files that other tools read: `manifest.json` (v12) and `run_results.json` (v6).
//!
//! In: resources and results. Out: values that serialise to dbt's schemas with every key written.
//! Nothing here touches files.

mod manifest;
mod metadata;
mod run_results;

pub use manifest::{Manifest, ManifestMetadata, Neighbours, Part};
pub use metadata::{DBT_VERSION, Metadata};
pub use run_results::{BatchResults, NodeResult, RunResults, TimeSpan, Timing};
