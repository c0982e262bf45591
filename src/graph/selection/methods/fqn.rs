//! `orders`, `staging.orders`, `my_project.staging.*`: nodes and exposures by qualified name.

use super::super::wildcard::matches;
use super::super::{Criteria, Scope};
use super::filter;
use crate::diagnostics::Diagnostic;
use crate::graph::Index;
use crate::nodes::Resource;

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let wanted = criteria.value.as_str();
    Ok(filter(scope, |it| {
        let versioned = it
            .node()
            .and_then(|node| node.as_model())
            .is_some_and(|it| it.version.is_some());
        let fqn = it.fqn();
        let without_package = fqn.get(1..).unwrap_or_default();
        !matches!(it, Resource::Source(_))
            && (fits(fqn, wanted, versioned) || fits(without_package, wanted, versioned))
    }))
}

fn fits(fqn: &[String], wanted: &str, versioned: bool) -> bool {
    let Some(leaf) = fqn
        .len()
        .checked_sub(1 + usize::from(versioned))
        .and_then(|at| fqn.get(at))
    else {
        return false;
    };
    let parts: Vec<&str> = wanted.split('.').collect();
    if leaf == wanted || versioned && last_two_agree(fqn, &parts) {
        return true;
    }
    // A dot inside a name separates like the dots between names.
    let flat: Vec<&str> = fqn.iter().flat_map(|part| part.split('.')).collect();
    if flat.len() < parts.len() {
        return false;
    }
    let wild = parts
        .iter()
        .position(|part| part.contains(['*', '?', '[', ']']));
    let plain = wild.unwrap_or(parts.len());
    if flat[..plain] != parts[..plain] {
        return false;
    }
    match wild {
        None => true,
        Some(from) if matches(&parts[from..].join("."), &flat[from..].join(".")) => true,
        // A pattern without dots fits the name however deep it lies.
        Some(_) => parts.len() == 1 && matches(wanted, leaf),
    }
}

/// `orders.v2` and `orders_v2` both name a version.
fn last_two_agree(fqn: &[String], parts: &[&str]) -> bool {
    let tail = &parts[parts.len().saturating_sub(2)..];
    fqn.len() >= 2 && fqn[fqn.len() - 2..].join("_") == tail.join("_")
}
