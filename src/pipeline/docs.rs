//! `docs generate`: what the database knows of the project's relations, as `catalog.json`.

use std::sync::Arc;

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use super::compile::compiled;
use super::selection::selected;
use super::{Exit, Product, Ready, Surroundings, artifacts, execution, facts, planned_of};
use crate::adapters::Relation;
use crate::artifacts::{Catalog, CatalogKey, CatalogTable, catalog_key};
use crate::diagnostics::Diagnostic;
use crate::events::{CATALOG_GENERATION_ERROR, Event, Fate};
use crate::execute::{self, CatalogRequest, Found};
use crate::graph::Index;
use crate::invocation::Invocation;
use crate::jinja::context::{node_relation, source_relation};
use crate::nodes::{Node, Resource, ResourceType, UniqueId};
use crate::records;

/// Compiles, unless `--no-compile`, and describes what is in the database.
pub(super) fn generate(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let execution = Arc::new(execution(invocation, ready, around));
    // As in dbt, a selection counts only if something is compiled.
    let (chosen, product) = if invocation.on("compile") {
        let Some(chosen) = selected(invocation, ready, findings) else {
            return (Exit::CouldNotRun, Product::None);
        };
        let types = facts::resource_types(invocation);
        let plan = planned_of(invocation, ready, true, (chosen.clone(), types));
        let (exit, product) = compiled(invocation, ready, around, (&execution, &plan), findings);
        if exit != Exit::Done {
            return (exit, product);
        }
        (Some(kept(ready, &chosen)), product)
    } else {
        (None, Product::None)
    };
    let found = match invocation.on("empty_catalog") {
        true => Ok(Found::default()),
        false => {
            around.sink.emit(Event::BuildingCatalog);
            execute::catalog(&execution, &request(ready, chosen.as_deref()))
        }
    };
    let found = match found {
        Ok(found) => found,
        Err(failure) => {
            findings.push(failure.into_finding());
            return (Exit::CouldNotRun, product);
        }
    };
    let exit = write(ready, around, (chosen.as_deref(), found), findings);
    (exit, product)
}

/// Keeps what a catalog can hold: nodes that are compiled, and sources.
fn kept<'a>(ready: &'a Ready, chosen: &[Index]) -> Vec<Resource<'a>> {
    let resources = chosen
        .iter()
        .filter_map(|index| ready.resources.get(ready.graph.id(*index)));
    resources
        .filter(|it| matches!(it, Resource::Node(_) | Resource::Source(_)))
        .collect()
}

/// Says what to ask for: the chosen relations, or all.
fn request(ready: &Ready, chosen: Option<&[Resource<'_>]>) -> CatalogRequest {
    let quoting = ready.facts.quoting;
    let relation = |resource: &Resource<'_>| match resource {
        Resource::Node(node) if is_relational(node) => Some(node_relation(node, quoting)),
        Resource::Source(source) => Some(source_relation(source, quoting)),
        _ => None,
    };
    let linked: Vec<Resource<'_>> = ready.resources.linked().collect();
    let schemas: Vec<Relation> = linked.iter().filter_map(relation).collect();
    CatalogRequest {
        relations: chosen.map(|it| it.iter().filter_map(relation).collect()),
        schemas,
        used: used_schemas(ready),
    }
}

/// Lists databases and schemas that nodes and sources are in, in lower case.
pub(super) fn used_schemas(ready: &Ready) -> HashSet<(String, String)> {
    let used = ready
        .resources
        .linked()
        .filter_map(|resource| match resource {
            Resource::Node(it) if it.resource_type != ResourceType::Function => Some((
                it.database.as_ref()?.to_lowercase(),
                it.schema.to_lowercase(),
            )),
            Resource::Source(it) => Some((
                it.database.as_ref()?.to_lowercase(),
                it.schema.to_lowercase(),
            )),
            _ => None,
        });
    used.collect()
}

/// Tells whether a node has a relation of its own: tests that keep their failures have one, too.
fn is_relational(node: &Node) -> bool {
    let function = node.resource_type == ResourceType::Function;
    node.relation_name.is_some() && !node.is_ephemeral() && !function
}

/// Writes what was found under the ids of nodes and sources.
fn write(
    ready: &Ready,
    around: &Surroundings,
    (chosen, found): (Option<&[Resource<'_>]>, Found),
    findings: &mut Vec<Diagnostic>,
) -> Exit {
    let errors: Vec<String> = found.failures.iter().map(execute::Failure::alone).collect();
    let warnings = &ready.facts.base.warnings;
    let strict = !errors.is_empty() && warnings.fate(CATALOG_GENERATION_ERROR) == Fate::Error;
    for failure in found.failures {
        let finding = failure.into_finding();
        around.sink.emit(Event::Finding(finding.clone().into()));
        if strict {
            findings.push(finding);
        }
    }
    if strict {
        return Exit::CouldNotRun;
    }
    let is_chosen = |id: &UniqueId| {
        let none_or = |chosen: &[Resource<'_>]| chosen.iter().any(|it| it.unique_id() == id);
        chosen.is_none_or(none_or)
    };
    let (mut nodes, mut sources) = (IndexMap::new(), IndexMap::new());
    let (of_node, of_source) = ids(ready);
    for (key, table) in found.tables {
        let named = |id: &UniqueId| CatalogTable {
            unique_id: Some(id.clone()),
            ..table.clone()
        };
        if let Some(id) = of_node.get(&key).filter(|id| is_chosen(id)) {
            nodes.insert((*id).clone(), named(id));
        }
        for id in of_source.get(&key).into_iter().flatten() {
            if is_chosen(id) {
                sources.insert((*id).clone(), named(id));
            }
        }
    }
    let count = errors.len();
    let catalog = Catalog {
        metadata: artifacts::metadata(&ready.facts, around, Catalog::SCHEMA),
        nodes,
        sources,
        errors: (count > 0).then_some(errors),
    };
    let path = ready.project.target_path.join("catalog.json");
    if let Err(error) = records::write_catalog(&catalog, &path, &*around.system) {
        findings.push(artifacts::not_written(&error));
        return Exit::CouldNotRun;
    }
    around.sink.emit(Event::Written {
        kind: "CatalogArtifact",
        path: path.clone(),
    });
    if count > 0 {
        around.sink.emit(Event::CatalogIncomplete(count));
    }
    around.sink.emit(Event::CatalogWritten(path));
    match count {
        0 => Exit::Done,
        _ => Exit::Failed,
    }
}

type Ids<'a> = (
    HashMap<CatalogKey, &'a UniqueId>,
    HashMap<CatalogKey, Vec<&'a UniqueId>>,
);

/// Lists the relations of all nodes and sources. Of nodes that share one, the last counts, as in
/// dbt.
fn ids(ready: &Ready) -> Ids<'_> {
    let nodes = ready.resources.plain_nodes().map(|(id, node)| {
        let key = catalog_key(node.database.as_deref(), &node.schema, &node.alias);
        (key, id)
    });
    let mut sources: HashMap<CatalogKey, Vec<&UniqueId>> = HashMap::new();
    for (id, it) in &ready.resources.sources {
        let key = catalog_key(it.database.as_deref(), &it.schema, &it.identifier);
        sources.entry(key).or_default().push(id);
    }
    (nodes.collect(), sources)
}
