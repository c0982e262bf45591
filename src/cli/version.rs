//! What `--version` prints.

use crate::artifacts::DBT_VERSION;
use crate::invocation::Program;

/// Version of dsql itself.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Version of dbt's adapter for DuckDB that dsql is compared with.
const ADAPTER_VERSION: &str = "1.11.1";

/// The library that dsql is built with; its version and checksums in one place.
const LIBRARY: &str = include_str!("../../scripts/libduckdb.lock");

/// Returns all versions: a line of its own, or the form in which programs read dbt's.
pub(super) fn text(program: Program) -> String {
    if program == Program::Dbt {
        return format!(
            "Core:\n  - installed: {DBT_VERSION}\n\nPlugins:\n  - duckdb: {ADAPTER_VERSION}\n\n{}",
            text(Program::Dsql)
        );
    }
    let engine = LIBRARY
        .lines()
        .find_map(|line| line.strip_prefix("version"));
    let engine = engine.unwrap_or_default().trim();
    format!("dsql {VERSION} (dbt {DBT_VERSION}, DuckDB {engine})\n")
}
