//! `lineage`: what columns come of, and what comes of them.

use std::collections::HashMap;

use super::columns::{Worked, compiled_columns};
use super::product::Traced;
use super::{Exit, Product, Ready, Surroundings};
use crate::adapters::Relation;
use crate::artifacts::NodeColumns;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::invocation::Invocation;
use crate::jinja::context::{node_relation, source_relation};
use crate::lineage::{Direction, Place, carried};
use crate::nodes::{Resource, UniqueId};

/// Tells what columns come of, and what comes of them.
pub(super) fn lineage_of(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let could_not = (Exit::CouldNotRun, Product::None);
    let depth = match invocation.number("depth").map(usize::try_from) {
        None => None,
        Some(Ok(depth)) => Some(depth),
        Some(Err(_)) => {
            let message = "`--depth` counts steps: a whole number from 0 on";
            findings.push(Diagnostic::error(Code::InvalidSelector, message));
            return could_not;
        }
    };
    let word = invocation.text("model").unwrap_or_default();
    let Some((id, column)) = meant(word, ready, findings) else {
        return could_not;
    };
    let Some(Worked { lineage, .. }) = compiled_columns(invocation, ready, around, findings) else {
        return could_not;
    };
    let nodes = lineage.nodes;
    let tags = carried(&ready.resources, &ready.graph, &nodes);
    let own = nodes.get(&id).cloned().unwrap_or_default();
    let place = |name: &str| Place {
        node: Some(id.clone()),
        relation: None,
        column: name.to_owned(),
    };
    let named = |column: &str| {
        let mut names = own.columns.keys();
        names.find(|it| it.eq_ignore_ascii_case(column))
    };
    let start: Vec<Place> = match column {
        None => own.columns.keys().map(|it| place(it)).collect(),
        Some(column) => match named(column) {
            Some(name) => vec![place(name)],
            // It may be one of those that are not known.
            None if !own.is_complete && near(column, &own).is_none() => vec![place(column)],
            None => {
                findings.push(no_column(column, &id, &own, ready));
                return could_not;
            }
        },
    };
    let mut directions = Vec::new();
    if invocation.on("upstream") || !invocation.on("downstream") {
        directions.push(Direction::Upstream);
    }
    if invocation.on("downstream") {
        directions.push(Direction::Downstream);
    }
    let traced = Traced {
        node: id,
        start,
        directions,
        depth,
        names: names(ready),
        datasets: datasets(ready),
        time: around.system.now(),
        tags,
        nodes,
    };
    let failed = findings.iter().any(Diagnostic::is_error);
    let exit = if failed { Exit::Failed } else { Exit::Done };
    (exit, Product::Lineage(Box::new(traced)))
}

/// Finds the node and the column that a word means: `orders`, `orders.amount`, `raw.orders.amount`.
pub(super) fn meant<'w>(
    word: &'w str,
    ready: &Ready,
    findings: &mut Vec<Diagnostic>,
) -> Option<(UniqueId, Option<&'w str>)> {
    let nodes = ready.resources.nodes.values();
    let nodes = nodes.filter(|it| it.resource_type.is_refable());
    let mut names: Vec<(String, &UniqueId)> = Vec::new();
    for node in nodes {
        let name = node.search_name();
        names.push((format!("{}.{name}", node.package_name), &node.unique_id));
        names.push((node.unique_id.to_string(), &node.unique_id));
        if name != node.name && !names.iter().any(|(it, _)| *it == node.name) {
            names.push((node.name.clone(), &node.unique_id));
        }
        names.push((name, &node.unique_id));
    }
    for source in ready.resources.sources.values() {
        let name = source.search_name();
        names.push((format!("source:{name}"), &source.unique_id));
        names.push((source.unique_id.to_string(), &source.unique_id));
        names.push((name, &source.unique_id));
    }
    let find = |word: &str| names.iter().find(|(name, _)| name == word);
    if let Some((_, id)) = find(word) {
        return Some(((*id).clone(), None));
    }
    let split = word.rsplit_once('.');
    if let Some((name, column)) = split
        && let Some((_, id)) = find(name)
    {
        return Some(((*id).clone(), Some(column)));
    }
    let wanted = split.map_or(word, |it| it.0);
    let message = format!("`{wanted}` is no model, seed, snapshot or source");
    let finding = Diagnostic::error(Code::InvalidSelector, message);
    let near = did_you_mean(wanted, names.iter().map(|it| it.0.as_str()));
    findings.push(match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("name one; `dsql ls` lists them"),
    });
    None
}

pub(super) fn no_column(
    column: &str,
    id: &UniqueId,
    own: &NodeColumns,
    ready: &Ready,
) -> Diagnostic {
    let resource = ready.resources.get(id);
    let name = resource.map_or(&**id, |it| it.name());
    let message = format!("`{name}` has no column `{column}`");
    let finding = Diagnostic::error(Code::InvalidSelector, message);
    match near(column, own) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => {
            let names: Vec<&str> = own.columns.keys().map(String::as_str).collect();
            finding.help(format!("it has {}", names.join(", ")))
        }
    }
}

pub(super) fn near<'n>(column: &str, own: &'n NodeColumns) -> Option<&'n str> {
    did_you_mean(column, own.columns.keys().map(String::as_str))
}

/// Names all nodes and sources as people do.
pub(super) fn names(ready: &Ready) -> HashMap<UniqueId, String> {
    let linked = ready.resources.linked();
    let named = linked.filter(|it| matches!(it, Resource::Node(_) | Resource::Source(_)));
    let named = named.map(|it| (it.unique_id().clone(), it.search_name()));
    named.collect()
}

/// Names the relations of nodes and sources as OpenLineage does.
pub(super) fn datasets(ready: &Ready) -> HashMap<UniqueId, String> {
    let quoting = ready.facts.quoting;
    let named = |relation: Relation| {
        let parts = [relation.database, relation.schema, relation.identifier];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(".")
    };
    let nodes = ready.resources.nodes.values();
    let nodes = nodes.map(|it| (it.unique_id.clone(), named(node_relation(it, quoting))));
    let sources = ready.resources.sources.values();
    let sources = sources.map(|it| (it.unique_id.clone(), named(source_relation(it, quoting))));
    nodes.chain(sources).collect()
}
