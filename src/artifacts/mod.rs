//! JSON files that other tools read: `manifest.json` (v12), `run_results.json` (v6), `sources.json`
//! (v3), `catalog.json` (v1), `semantic_manifest.json`, and dsql's own `column_lineage.json`.
//!
//! In: resources and results. Out: values that serialise to dbt's schemas with every key written.
//! `previous/` goes the other way: texts of earlier artifacts to what they say. Nothing here
//! touches files.

mod catalog;
mod column_lineage;
mod manifest;
mod metadata;
pub mod openlineage;
pub mod previous;
mod run_results;
mod semantic_manifest;
mod sources;

pub use catalog::{
    Catalog, CatalogColumn, CatalogKey, CatalogMetadata, CatalogTable, Statistic, catalog_key,
};
pub use column_lineage::{
    COLUMN_LINEAGE_SCHEMA, ColumnOrigin, ColumnSource, NodeColumns, NotKnown, RowInfluence,
};
pub use manifest::{Manifest, ManifestMetadata, Neighbours, Part};
pub use metadata::{DBT_VERSION, Metadata};
pub use run_results::{BatchResults, NodeResult, RunResults, TimeSpan, Timing};
pub use semantic_manifest::{is_legacy_time_spine, semantic_manifest};
pub use sources::{Freshness, SourceResult, Sources};
