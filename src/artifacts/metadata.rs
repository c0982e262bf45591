//! What stands at the top of every artifact.

use crate::nodes::Dict;

/// The version of dbt whose behaviour and artifacts dsql gives; packages branch on it.
pub const DBT_VERSION: &str = "1.11.16";

/// Common head of an artifact.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Metadata {
    /// Address of the JSON schema.
    pub dbt_schema_version: &'static str,
    /// See [`DBT_VERSION`].
    pub dbt_version: &'static str,
    /// When it was written, RFC 3339, UTC.
    pub generated_at: String,
    /// Id of the invocation.
    pub invocation_id: String,
    /// When the invocation began, RFC 3339, UTC.
    pub invocation_started_at: String,
    /// `DBT_ENV_CUSTOM_ENV_*`, without the prefix.
    pub env: Dict,
}
