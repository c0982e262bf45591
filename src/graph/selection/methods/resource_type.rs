//! `resource_type:snapshot`.

use super::super::{Criteria, Scope};
use super::{filter, unknown};
use crate::diagnostics::Diagnostic;
use crate::graph::Index;

/// dbt's words; some name resources that a project can lack.
const KNOWN: &[&str] = &[
    "model",
    "analysis",
    "test",
    "snapshot",
    "operation",
    "seed",
    "rpc",
    "sql_operation",
    "doc",
    "source",
    "macro",
    "exposure",
    "metric",
    "group",
    "saved_query",
    "semantic_model",
    "unit_test",
    "fixture",
    "function",
];

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let value = criteria.value.as_str();
    if !KNOWN.contains(&value) {
        return Err(unknown(criteria, KNOWN));
    }
    Ok(filter(scope, |it| it.resource_type().as_str() == value))
}
