//! The `adapter` object: while parsing it answers without a database, while running it works.
//!
//! The names are those that dbt-duckdb marks as available to templates. What dbt does by calling a
//! macro is done by calling that macro here too, so that a project's override holds.

mod constraints;
mod engine;
mod index;
mod parse;
mod plain;
mod relations;
mod run;
mod schema;

pub(super) use parse::parse_adapter;
pub use relations::relations_from_rows;
pub use run::DatabaseError;
pub(super) use run::{database_error, exists, run_adapter};

/// What templates may call on every `adapter`; an engine adds methods of its own.
const METHODS: &[&str] = &[
    "add_query",
    "already_exists",
    "assert_valid_snapshot_target_given_strategy",
    "batch_id_for_model",
    "build_catalog_relation",
    "cache_added",
    "cache_dropped",
    "cache_renamed",
    "check_schema_exists",
    "commit",
    "commit_staging",
    "convert_datetimes_to_strs",
    "convert_type",
    "create_schema",
    "dispatch",
    "drop_relation",
    "drop_schema",
    "ensure_transaction",
    "execute",
    "expand_target_column_types",
    "get_column_schema_from_query",
    "get_catalog_integration",
    "get_columns_in_relation",
    "get_columns_in_table",
    "get_hard_deletes_behavior",
    "get_incremental_strategy_macro",
    "get_missing_columns",
    "get_partitions_metadata",
    "get_relation",
    "get_seed_file_path",
    "get_temp_relation_path",
    "has_connection",
    "is_built_in_macro",
    "parse_index",
    "quote",
    "quote_as_configured",
    "quote_seed_column",
    "rename_relation",
    "render_raw_columns_constraints",
    "render_raw_model_constraints",
    "run_sql_for_tests",
    "standardize_grants_dict",
    "truncate_relation",
    "type",
    "valid_snapshot_target",
    "warn_once",
];
