//! What `--version` prints.

use crate::artifacts::DBT_VERSION;

/// Version of dsql itself.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The library that dsql is built with; its version and checksums in one place.
const LIBRARY: &str = include_str!("../../scripts/libduckdb.lock");

/// Returns the line with all versions.
pub(super) fn text() -> String {
    let engine = LIBRARY
        .lines()
        .find_map(|line| line.strip_prefix("version"));
    let engine = engine.unwrap_or_default().trim();
    format!("dsql {VERSION} (dbt {DBT_VERSION}, DuckDB {engine})\n")
}
