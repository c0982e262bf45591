//! `exposure:weekly_kpis`, `exposure:package.weekly_kpis`: exposures; wildcards allowed.

use super::super::wildcard::matches;
use super::super::{Criteria, Scope};
use super::{filter, invalid};
use crate::diagnostics::Diagnostic;
use crate::graph::Index;
use crate::nodes::Resource;

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let parts: Vec<&str> = criteria.value.split('.').collect();
    let (package, name) = match parts[..] {
        [name] => ("*", name),
        [package, name] => (package, name),
        _ => {
            return Err(invalid(
                criteria,
                "`exposure_name` or `package.exposure_name`",
            ));
        }
    };
    Ok(filter(scope, |it| {
        matches!(it, Resource::Exposure(it)
            if matches(package, &it.package_name) && matches(name, &it.name))
    }))
}
