//! `access:public`: models by access.

use super::super::{Criteria, Scope};
use super::filter;
use crate::diagnostics::Diagnostic;
use crate::graph::Index;

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    Ok(filter(scope, |it| {
        it.node()
            .and_then(|node| node.as_model())
            .is_some_and(|it| it.access == criteria.value)
    }))
}
