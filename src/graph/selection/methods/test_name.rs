//! `test_name:unique`: generic data tests by the name of their macro, unit tests by their own;
//! wildcards allowed.

use super::super::wildcard::matches;
use super::super::{Criteria, Scope};
use super::filter;
use crate::diagnostics::Diagnostic;
use crate::graph::Index;
use crate::nodes::Resource;

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let value = criteria.value.as_str();
    Ok(filter(scope, |it| {
        let test = it.node().and_then(|node| node.as_generic_test());
        match it {
            Resource::UnitTest(it) => matches(value, &it.name),
            _ => test.is_some_and(|test| matches(value, &test.name)),
        }
    }))
}
