//! `version:latest`, `version:prerelease`, `version:old`, `version:none`: models by their version.

use std::cmp::Ordering;

use super::super::{Criteria, Scope};
use super::{filter, invalid};
use crate::diagnostics::Diagnostic;
use crate::graph::Index;
use crate::nodes::{Model, compare_versions, same_version};

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let keep: fn(&Model) -> bool = match criteria.value.as_str() {
        "latest" => is_latest,
        "prerelease" => |model| age(model) == Some(Ordering::Greater),
        "old" => |model| age(model) == Some(Ordering::Less),
        "none" => |model| model.version.is_none(),
        _ => return Err(invalid(criteria, "`latest`, `prerelease`, `old` or `none`")),
    };
    Ok(filter(scope, |it| {
        it.node().and_then(|node| node.as_model()).is_some_and(keep)
    }))
}

fn is_latest(model: &Model) -> bool {
    let versions = model.version.as_ref().zip(model.latest_version.as_ref());
    versions.is_some_and(|(version, latest)| same_version(version, latest))
}

fn age(model: &Model) -> Option<Ordering> {
    let (version, latest) = (model.version.as_ref()?, model.latest_version.as_ref()?);
    Some(compare_versions(version, latest))
}
