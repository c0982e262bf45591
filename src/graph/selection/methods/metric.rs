//! `metric:revenue`, `metric:package.revenue`: metrics; wildcards allowed.

use super::super::{Criteria, Scope};
use super::named;
use crate::diagnostics::Diagnostic;
use crate::graph::Index;
use crate::nodes::ResourceType;

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    named(scope, criteria, ResourceType::Metric)
}
