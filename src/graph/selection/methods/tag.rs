//! `tag:nightly`: resources with a tag; wildcards allowed.

use super::super::wildcard::matches;
use super::super::{Criteria, Scope};
use super::filter;
use crate::diagnostics::Diagnostic;
use crate::graph::Index;

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let value = criteria.value.as_str();
    Ok(filter(scope, |it| {
        it.tags().iter().any(|tag| matches(value, tag))
    }))
}
