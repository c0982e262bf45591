//! JSON files that other tools read: `manifest.json` (v12) and `run_results.json` (v6).
//!
//! In: resources and results. Out: values that serialise to dbt's schemas with every key written.
//! `previous/` goes the other way: texts of earlier artifacts to what they say. Nothing here
//! touches files.

mod manifest;
mod metadata;
pub mod previous;
mod run_results;

pub use manifest::{Manifest, ManifestMetadata, Neighbours, Part};
pub use metadata::{DBT_VERSION, Metadata};
pub use run_results::{BatchResults, NodeResult, RunResults, TimeSpan, Timing};
