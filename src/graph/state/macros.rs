//! Macros whose text has changed, and what calls them.

use std::collections::HashSet;

use crate::artifacts::previous::PreviousManifest;
use crate::nodes::{Resource, Resources, UniqueId};

/// Lists macros that are not what they were, or were not there. Built-in ones never are: those of
/// dbt and of dsql have the same names, and other texts.
pub(super) fn modified<'a>(
    resources: &'a Resources,
    previous: &PreviousManifest,
) -> HashSet<&'a str> {
    let changed = resources.macros.values().filter(|it| {
        let before = previous.macros.get(&*it.unique_id);
        !it.is_built_in() && before.is_none_or(|before| *before.macro_sql != *it.macro_sql)
    });
    changed.map(|it| &*it.unique_id).collect()
}

/// Tells whether a resource calls one of the macros, directly or through others.
pub(super) fn reaches_modified(
    resources: &Resources,
    resource: Resource<'_>,
    modified: &HashSet<&str>,
) -> bool {
    if modified.is_empty() {
        return false;
    }
    let mut waiting: Vec<&UniqueId> = match resource {
        Resource::Node(it) => it.depends_on.macros.iter().collect(),
        Resource::Exposure(it) => it.depends_on.macros.iter().collect(),
        Resource::UnitTest(it) => it.depends_on.macros.iter().collect(),
        Resource::Semantic(it) => it.depends_on.macros.iter().collect(),
        Resource::Source(_) => Vec::new(),
    };
    let mut visited = HashSet::new();
    while let Some(id) = waiting.pop() {
        if modified.contains(&**id) {
            return true;
        }
        if visited.insert(id)
            && let Some(called) = resources.macros.get(id)
        {
            waiting.extend(&called.depends_on);
        }
    }
    false
}
