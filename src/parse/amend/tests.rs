//! Generic data tests of properties files read again: they may come and go.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::files::of;
use super::super::patches::AllDeclared;
use super::super::{Stage, tests};
use super::found::{Describing, File};
use crate::nodes::{Node, Resources, UniqueId};
use crate::project::FileKind;

/// Puts the tests that files declare in the place of those that they declared, and lists them.
pub(super) fn read_again(
    resources: &mut Resources,
    declared: &AllDeclared<'_>,
    describing: &Describing<'_>,
    stage: &Stage<'_>,
) -> Option<Vec<UniqueId>> {
    if declared.0.is_empty() {
        return Some(Vec::new());
    }
    let mut read = Vec::new();
    for (test, findings) in tests::read_some(resources, declared, stage) {
        let test = test.filter(|it| findings.is_empty() && it.config.enabled())?;
        read.push((test.unique_id.clone(), Arc::new(test)));
    }
    let ids = read.iter().map(|(id, _)| id.clone()).collect();
    let nodes = &mut resources.nodes;
    // They stand behind all other nodes.
    let mut kinds = nodes.values().map(|it| it.as_generic_test().is_some());
    let start = kinds.position(|it| it).unwrap_or(nodes.len());
    let mut all: Vec<(UniqueId, Arc<Node>)> = nodes.split_off(start).into_iter().collect();
    all.retain(|(_, it)| !describing.has(&it.package_name, &it.original_file_path));
    all.extend(read);
    let order = order(stage);
    all.sort_by_cached_key(|(_, test)| (is_of_source(test), order.get(&file(test)).copied()));
    let end = start + all.len();
    nodes.extend(all);
    // One that is declared elsewhere, too, has had its place taken.
    (nodes.len() == end).then_some(ids)
}

fn file(test: &Node) -> File<'_> {
    (&test.package_name, &test.original_file_path)
}

/// Those of sources stand behind those of nodes.
fn is_of_source(test: &Node) -> bool {
    let test = test.as_generic_test();
    let place = test.and_then(|it| it.file_key_name.as_deref());
    place.is_some_and(|it| it.starts_with("sources."))
}

/// Numbers all properties files.
fn order<'a>(stage: &Stage<'a>) -> HashMap<File<'a>, usize> {
    let packages = stage.packages.iter();
    let files = packages.flat_map(|package| {
        let schemas = of(package, FileKind::Schema);
        schemas.map(|it| (&*package.name, it.original_file_path.as_str()))
    });
    files.enumerate().map(|(at, file)| (file, at)).collect()
}
