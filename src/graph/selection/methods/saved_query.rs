//! `saved_query:weekly`, `saved_query:package.weekly`: saved queries; wildcards allowed.

use super::super::{Criteria, Scope};
use super::named;
use crate::diagnostics::Diagnostic;
use crate::graph::Index;
use crate::nodes::ResourceType;

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    named(scope, criteria, ResourceType::SavedQuery)
}
