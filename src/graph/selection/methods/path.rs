//! `path:models/staging`: resources in a file or below a folder of the root project; wildcards
//! allowed, `**` for any number of folders.

use std::collections::HashSet;

use super::super::wildcard::matches;
use super::super::{Criteria, Scope};
use super::{filter, invalid};
use crate::diagnostics::Diagnostic;
use crate::graph::Index;
use crate::nodes::Resource;

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let pattern: Vec<&str> = criteria
        .value
        .split(['/', '\\'])
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    if pattern.is_empty() {
        return Err(invalid(criteria, "a path below the project"));
    }
    // dbt expands the pattern in the root project's folder, so a path must exist there even when
    // the resource is a package's.
    let mut known = HashSet::new();
    filter(scope, |_| true).iter().for_each(|at| {
        let member = scope.resources.get(scope.graph.id(*at));
        if let Some(member) = member.filter(|it| it.package() == scope.root_package) {
            known.extend(prefixes(member.file()));
            known.extend(patch_file(member).into_iter().flat_map(prefixes));
        }
    });
    let found: HashSet<&str> = known
        .into_iter()
        .filter(|path| fits(&pattern, &split(path)))
        .collect();
    Ok(filter(scope, |it| {
        prefixes(it.file()).any(|path| found.contains(path))
            || patch_file(it).is_some_and(|path| found.contains(path))
    }))
}

fn patch_file(member: Resource<'_>) -> Option<&str> {
    let (_, path) = member.node()?.patched_by()?;
    Some(path)
}

/// Lists the path and every folder above it.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
    folders.chain(std::iter::once(path))
}

fn split(path: &str) -> Vec<&str> {
    path.split('/').collect()
}

/// Matches part by part; `**` stands for any number of parts.
fn fits(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => (0..=path.len()).any(|skip| fits(rest, &path[skip..])),
        (Some((part, pattern)), Some((name, path))) => matches(part, name) && fits(pattern, path),
        _ => false,
    }
}
