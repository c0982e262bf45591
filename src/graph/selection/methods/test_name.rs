//! `test_name:unique`: generic data tests by the name of their macro; wildcards allowed.

use super::super::wildcard::matches;
use super::super::{Criteria, Scope};
use super::filter;
use crate::diagnostics::Diagnostic;
use crate::graph::Index;

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let value = criteria.value.as_str();
    Ok(filter(scope, |it| {
        let test = it.node().and_then(|node| node.as_generic_test());
        test.is_some_and(|test| matches(value, &test.name))
    }))
}
