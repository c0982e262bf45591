//! `group:finance`: nodes of a group; wildcards allowed.

use super::super::wildcard::matches;
use super::super::{Criteria, Scope};
use super::filter;
use crate::diagnostics::Diagnostic;
use crate::graph::Index;
use crate::nodes::ResourceType;

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let value = criteria.value.as_str();
    let in_group = |group: &str| matches(value, group);
    Ok(filter(scope, |it| {
        it.node()
            .filter(|node| node.resource_type != ResourceType::Function)
            .is_some_and(|node| node.group.as_deref().is_some_and(in_group))
    }))
}
