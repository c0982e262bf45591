//! `state:modified`, `state:new` …: resources by how they differ from an earlier manifest.

use super::super::{Criteria, Earlier, Scope};
use super::{filter, invalid, missing};
use crate::diagnostics::{Diagnostic, did_you_mean};
use crate::graph::Index;
use crate::graph::state::Comparison;
use crate::nodes::Resource;

type Check = fn(&Comparison<'_>, Resource<'_>) -> bool;

const CHECKS: &[(&str, Check)] = &[
    ("new", |it, node| !it.is_old(node)),
    ("old", |it, node| it.is_old(node)),
    ("modified", |it, node| it.is_modified(node)),
    ("unmodified", |it, node| !it.is_modified(node)),
    ("modified.body", |it, node| it.body_modified(node)),
    ("modified.configs", |it, node| it.configs_modified(node)),
    ("modified.persisted_descriptions", |it, node| {
        it.descriptions_modified(node)
    }),
    ("modified.relation", |it, node| it.relation_modified(node)),
    ("modified.macros", |it, node| it.macros_modified(node)),
    ("modified.contract", |it, node| it.contract_modified(node)),
];

/// Those that look at models that are gone, too.
const SEE_REMOVED: &[&str] = &["modified", "unmodified", "modified.contract"];

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let value = criteria.value.as_str();
    let names = || CHECKS.iter().map(|(name, _)| *name);
    let Some((_, check)) = CHECKS.iter().find(|(name, _)| *name == value) else {
        let known = names().collect::<Vec<_>>().join("`, `");
        let finding = invalid(criteria, &format!("one of `{known}`"));
        return Err(match did_you_mean(value, names()) {
            Some(near) => finding.help(format!("did you mean `state:{near}`?")),
            None => finding,
        });
    };
    let Some(Earlier { state, rules, said }) = scope.earlier else {
        return Err(missing(scope, criteria, "manifest.json"));
    };
    let Some(manifest) = &state.manifest else {
        return Err(missing(scope, criteria, "manifest.json"));
    };
    let comparison = Comparison::new(scope.resources, manifest, *rules);
    let found = filter(scope, |it| check(&comparison, it));
    if SEE_REMOVED.contains(&value) {
        comparison.look_for_removed();
    }
    said.borrow_mut().extend(comparison.into_findings());
    Ok(found)
}
