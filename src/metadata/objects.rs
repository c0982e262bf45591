//! Rows that the project itself says: sources, objects, their order, the edges between them, owners.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value as Json, json};

use super::{MetadataInput, Rows, facts};
use crate::lineage::levels;
use crate::nodes::{Node, Resource, ResourceType, Resources, Source, UniqueId, version_text};

/// Lists the rows of all tables that the project alone fills.
pub fn objects(input: &MetadataInput<'_>) -> Vec<Rows> {
    let tests = tests_of(input.resources);
    let exposures = exposures(input);
    let object = |it| object(it, input, &tests, &exposures);
    let owners = listed(input.resources).flat_map(|it| owners(it, input.resources));
    let all = [
        Rows::of("data_source", sources(input), input.secrets),
        Rows::of(
            "data_object",
            listed(input.resources).map(object),
            input.secrets,
        ),
        Rows::of("dependency_group", order(input), input.secrets),
        Rows::of("lineage_edge", edges(input), input.secrets),
        Rows::of("owner", owners, input.secrets),
    ];
    all.into_iter().flatten().collect()
}

/// Lists the data tests of each node and source.
pub fn tests_of(resources: &Resources) -> HashMap<&UniqueId, Vec<&Node>> {
    let mut tests: HashMap<&UniqueId, Vec<&Node>> = HashMap::new();
    let nodes = resources.nodes.values().map(|it| &**it);
    for test in nodes.filter(|it| it.resource_type == ResourceType::Test) {
        match test.as_generic_test().map(|it| &it.attached_node) {
            Some(Some(attached)) => tests.entry(attached).or_default().push(test),
            _ => {
                for id in &test.depends_on.nodes {
                    tests.entry(id).or_default().push(test);
                }
            }
        }
    }
    tests
}

/// Lists what has data, and what uses it: all but tests, analyses and hooks.
fn listed(resources: &Resources) -> impl Iterator<Item = Resource<'_>> {
    resources.linked().filter(|it| is_object(*it))
}

fn is_object(of: Resource<'_>) -> bool {
    use ResourceType::{Analysis, Operation, Test, UnitTest};
    let others = [Analysis, Operation, Test, UnitTest];
    !others.contains(&of.resource_type())
}

fn source_id(source: &Source) -> String {
    format!("source.{}.{}", source.package_name, source.source_name)
}

fn sources(input: &MetadataInput<'_>) -> Vec<Json> {
    let mut all: BTreeMap<String, Vec<&Source>> = BTreeMap::new();
    for source in input.resources.sources.values() {
        all.entry(source_id(source)).or_default().push(source);
    }
    let row = |(id, tables): (String, Vec<&Source>)| {
        let first = tables.first()?;
        let of = Resource::Source(first);
        Some(json!({
            "source_id": id,
            "name": first.source_name,
            "package": first.package_name,
            "system": facts::origin(of).unwrap_or_else(|| input.system.to_owned()),
            "database": first.database,
            "schema": first.schema,
            "loader": given(&first.loader),
            "description": given(&first.source_description),
            "tables": tables.len(),
            "file": first.original_file_path,
            "meta": first.source_meta,
        }))
    };
    all.into_iter().filter_map(row).collect()
}

/// Lists the exposures that each node and source reaches.
fn exposures(input: &MetadataInput<'_>) -> HashMap<UniqueId, BTreeSet<String>> {
    let mut all: HashMap<UniqueId, BTreeSet<String>> = HashMap::new();
    for exposure in input.resources.exposures.values() {
        let mut open: Vec<&UniqueId> = exposure.depends_on.nodes.iter().collect();
        while let Some(id) = open.pop() {
            let reached = all.entry(id.clone()).or_default();
            if reached.insert(exposure.name.clone())
                && let Some(resource) = input.resources.get(id)
            {
                open.extend(resource.needs());
            }
        }
    }
    all
}

fn object(
    of: Resource<'_>,
    input: &MetadataInput<'_>,
    tests: &HashMap<&UniqueId, Vec<&Node>>,
    exposures: &HashMap<UniqueId, BTreeSet<String>>,
) -> Json {
    let id = of.unique_id();
    let node = of.node();
    let model = node.and_then(Node::as_model);
    let (relation, source, description) = match of {
        Resource::Node(it) => (it.relation_name.clone(), None, Some(&it.description)),
        Resource::Source(it) => {
            let id = Some(source_id(it));
            (Some(it.relation_name.clone()), id, Some(&it.description))
        }
        Resource::Exposure(it) => (None, None, Some(&it.description)),
        Resource::UnitTest(_) | Resource::Semantic(_) => (None, None, None),
    };
    let owners = input.resources.answerers(of);
    let owners: Vec<&str> = owners.iter().map(|it| it.name.as_str()).collect();
    let version = model.and_then(|it| it.version.as_ref());
    json!({
        "object_id": id,
        "name": of.search_name(),
        "resource_type": of.resource_type().as_str(),
        "package": of.package(),
        "source_id": source,
        "system": facts::origin(of).or_else(|| relation.as_ref().map(|_| input.system.to_owned())),
        "relation_name": relation,
        "description": description.and_then(|it| given(it)),
        "purpose": facts::purpose(of),
        "exposures": exposures.get(id).map(joined),
        "owner": given(&owners.join(", ")),
        "group_name": node.and_then(|it| it.group.as_ref()),
        "refresh": facts::refresh(of),
        "materialized": node.map(|it| it.config.materialized()),
        "strategy": node.and_then(|it| it.config.str("incremental_strategy")),
        "language": node.map(|it| it.language),
        "layer": input.layers.get(id),
        "access": model.map(|it| it.access.as_str()),
        "version": version.map(version_text),
        "file": of.file(),
        "checksum": node.map(|it| it.checksum.checksum.as_str()),
        "is_contracted": node.map(|it| it.contract.enforced),
        "tests": tests.get(id).map_or(0, Vec::len),
        "tags": of.tags(),
        "meta": of.metas().first(),
    })
}

fn order(input: &MetadataInput<'_>) -> Vec<Json> {
    let levels = levels(input.graph, input.resources).into_iter().enumerate();
    let rows = levels.flat_map(|(level, ids)| {
        let resources = ids
            .into_iter()
            .filter_map(|id| input.resources.get(id))
            .collect::<Vec<_>>();
        resources.into_iter().map(move |it| {
            json!({
                "object_id": it.unique_id(),
                "name": it.search_name(),
                "resource_type": it.resource_type().as_str(),
                "dependency_group": level,
            })
        })
    });
    rows.collect()
}

fn edges(input: &MetadataInput<'_>) -> Vec<Json> {
    let resources = input.resources;
    let mut all = Vec::new();
    for child in listed(resources) {
        let parents: BTreeSet<&UniqueId> = child.needs().iter().collect();
        for parent in parents {
            let named = resources.get(parent).map(Resource::search_name);
            all.push(json!({
                "parent_id": parent,
                "parent": named,
                "child_id": child.unique_id(),
                "child": child.search_name(),
            }));
        }
    }
    all
}

fn owners(of: Resource<'_>, resources: &Resources) -> Vec<Json> {
    let all: BTreeSet<_> = resources.answerers(of).into_iter().collect();
    let rows = all.into_iter().map(|it| {
        json!({
            "object_id": of.unique_id(),
            "object": of.search_name(),
            "owner": it.name,
            "email": it.email,
            "group_name": it.group,
        })
    });
    rows.collect()
}

fn joined(names: &BTreeSet<String>) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.join(", ")
}

/// Returns what is said, if anything is.
pub(super) fn given(text: &str) -> Option<&str> {
    Some(text).filter(|it| !it.trim().is_empty())
}
