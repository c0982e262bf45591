//! `package:dbt_utils`: resources of a package; `this` is the root project.

use super::super::wildcard::matches;
use super::super::{Criteria, Scope};
use super::filter;
use crate::diagnostics::Diagnostic;
use crate::graph::Index;

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let value = criteria.value.as_str();
    let value = if value == "this" {
        scope.root_package
    } else {
        value
    };
    Ok(filter(scope, |it| matches(value, it.package())))
}
