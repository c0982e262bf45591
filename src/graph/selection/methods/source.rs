//! `source:raw`, `source:raw.orders`, `source:package.raw.orders`; wildcards allowed.

use super::super::wildcard::matches;
use super::super::{Criteria, Scope};
use super::{filter, invalid};
use crate::diagnostics::Diagnostic;
use crate::graph::Index;
use crate::nodes::Resource;

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let parts: Vec<&str> = criteria.value.split('.').collect();
    let (package, source, table) = match parts[..] {
        [source] => ("*", source, "*"),
        [source, table] => ("*", source, table),
        [package, source, table] => (package, source, table),
        _ => {
            return Err(invalid(
                criteria,
                "`source`, `source.table` or `package.source.table`",
            ));
        }
    };
    Ok(filter(scope, |it| {
        matches!(it, Resource::Source(it)
            if matches(package, &it.package_name)
                && matches(source, &it.source_name)
                && matches(table, &it.name))
    }))
}
