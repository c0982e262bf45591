//! dsql compiles and runs dbt projects.
//!
//! The modules stand in dependency order: each imports only from the ones above it (a test holds
//! this). Data flows one way:
//!
//! ```text
//! project files → parsed nodes → graph → checks → compiled SQL → plan → execution → records
//! ```
//!
//! Files read: `dbt_project.yml`, `dsql.yml`, `profiles.yml`, `packages.yml`, `selectors.yml`, everything below
//! the configured paths, `dbt_packages/`. Files written: `target/manifest.json`, `target/run_results.json`,
//! `target/sources.json`, `target/catalog.json`, `target/semantic_manifest.json`,
//! `target/column_lineage.json`, `target/report.html`, `target/events/**`, `target/openlineage/**`, `target/alerts/**`, `target/compiled/**`,
//! `target/run/**`, and what `init`, `clean` and `deps` are asked for: `package-lock.yml`, `dbt_packages/**`, the
//! user's cache.

// ground: knows nothing of dbt
pub mod text;
pub mod system;
pub mod diagnostics;
pub mod events;
pub mod event_log;
pub mod python;
pub mod quality;
pub mod yaml;
pub mod sql;
pub mod invocation;
// the project
pub mod nodes;
pub mod artifacts;
pub mod adapters;
pub mod jinja;
pub mod project;
pub mod packages;
// the pipeline
pub mod parse;
pub mod graph;
pub mod compile;
pub mod lineage;
pub mod metadata;
pub mod impact;
pub mod check;
pub mod checkpoint;
pub mod score;
pub mod control;
pub mod alerts;
pub mod report;
pub mod insights;
pub mod plan;
pub mod execute;
pub mod records;
pub mod incident;
pub mod chaos;
pub mod pipeline;
// surfaces
pub mod cli;
