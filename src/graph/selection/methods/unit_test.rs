//! `unit_test:adds_tax`, `unit_test:package.adds_tax`: unit tests; wildcards allowed.

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
                "`unit_test_name` or `package.unit_test_name`",
            ));
        }
    };
    Ok(filter(scope, |it| {
        matches!(it, Resource::UnitTest(it)
            if matches(package, &it.package_name) && matches(name, &it.name))
    }))
}
