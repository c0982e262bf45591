//! `exposure:weekly_kpis`, `exposure:package.weekly_kpis`: exposures; wildcards allowed.

use super::super::wildcard::matches;
use super::super::{Criteria, Scope};
use super::{filter, package_and_name};
use crate::diagnostics::Diagnostic;
use crate::graph::Index;
use crate::nodes::Resource;

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let (package, name) = package_and_name(criteria)?;
    Ok(filter(scope, |it| {
        matches!(it, Resource::Exposure(it)
            if matches(package, &it.package_name) && matches(name, &it.name))
    }))
}
