//! What a check of a whole project found, for the next one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::super::columns::{self, Worked};
use super::super::{Ready, counts};
use super::flags;
use crate::check::Found;
use crate::invocation::Invocation;
use crate::nodes::{Compiled, Resource, UniqueId};
use crate::parse::FilePlace;
use crate::records::partial_parse::{CheckedNode, LastCheck};
use crate::text::FileId;

/// Flags that ask for something else than a check of the whole project as it is.
const PARTIAL: [&str; 10] = [
    "defer",
    "defer_state",
    "empty",
    "exclude",
    "exclude_resource_types",
    "models",
    "resource_types",
    "select",
    "selector",
    "state",
];

/// Keeps what a check of a whole project found for the next one.
pub(in super::super) fn keep(
    invocation: &Invocation,
    ready: &Ready,
    worked: &Worked,
    columns: Vec<(UniqueId, Vec<u8>)>,
    (found, models, is_bound): (Found, usize, bool),
) {
    let Some(keep) = ready.keep.as_deref() else {
        return;
    };
    let is_partial = PARTIAL.iter().any(|it| invocation.is_given(it));
    let mut nodes = ready
        .resources
        .nodes
        .values()
        .filter_map(|it| it.as_model());
    let is_dated = nodes.any(|it| it.deprecation_date.is_some());
    if is_partial || is_dated || !ready.check_settings.restricted_tags.is_empty() {
        return;
    }
    let is_seed = |id: &UniqueId| id.starts_with("seed.");
    let asked_of = columns::asked_of(ready, &worked.compiled);
    let asked_of: Vec<UniqueId> = asked_of.into_iter().filter(|it| !is_seed(it)).collect();
    let told = worked.told.iter().filter(|(id, _)| !is_seed(id));
    let told: Vec<_> = told.map(|(id, it)| (id.clone(), it.clone())).collect();
    let last = LastCheck {
        flags: flags(invocation),
        before: ready.found.clone(),
        counts: counts::found(&ready.resources),
        models,
        is_bound,
        found,
        nodes: nodes_of(
            ready,
            worked,
            columns,
            &told.iter().map(|it| &it.0).collect(),
        ),
        asked_of,
        told,
    };
    keep.save_check(&last);
}

fn nodes_of(
    ready: &Ready,
    worked: &Worked,
    columns: Vec<(UniqueId, Vec<u8>)>,
    told: &HashSet<&UniqueId>,
) -> Vec<CheckedNode> {
    let mut files: HashMap<FileId, FilePlace> = HashMap::new();
    for (at, package) in ready.project.packages.iter().enumerate() {
        for (nth, file) in package.files.iter().enumerate() {
            files.extend(file.file.map(|it| (it, (at, nth))));
        }
    }
    let mut columns: HashMap<UniqueId, Vec<u8>> = columns.into_iter().collect();
    let resources = &ready.resources;
    let mut ids: Vec<&UniqueId> = resources
        .nodes
        .keys()
        .chain(resources.sources.keys())
        .collect();
    ids.sort_unstable();
    let places: HashMap<&UniqueId, u32> = ids.iter().copied().zip(0..).collect();
    let described = ids.iter().filter_map(|id| {
        let resource = resources.get(id)?;
        let outside = worked.lineage.outsides.get(*id);
        let mut node = CheckedNode::new(
            (*id).clone(),
            outside,
            columns.remove(*id).unwrap_or_default(),
        );
        let needs = resource.needs().iter().filter_map(|it| places.get(it));
        node.needs = needs.copied().collect();
        match resource {
            Resource::Node(it) => {
                let compiled = worked.compiled.get(*id).and_then(|it| it.compiled.as_ref());
                let looks = |it: &Arc<Compiled>| it.asks || it.looks_for_itself;
                node.asks = compiled.is_some_and(looks) && !told.contains(id);
                node.file = files.get(&it.location.file).copied();
                let is_relation = it.resource_type.is_refable();
                node.relation = is_relation.then(|| it.alias.to_lowercase());
            }
            Resource::Source(it) => node.relation = Some(it.identifier.to_lowercase()),
            _ => {}
        }
        Some(node)
    });
    described.collect()
}
