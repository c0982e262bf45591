//! `unit_test:adds_tax`, `unit_test:package.adds_tax`: unit tests; wildcards allowed.

use super::super::{Criteria, Scope};
use super::named;
use crate::diagnostics::Diagnostic;
use crate::graph::Index;
use crate::nodes::ResourceType;

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    named(scope, criteria, ResourceType::UnitTest)
}
