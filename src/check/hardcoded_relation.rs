//! A relation of the project that is read by its name, or as a source: nothing says that it is built first.

use std::collections::HashMap;

use super::reads::reads;
use super::{CheckInput, Finding, Wanted, place_of};
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Node, Resource, ResourceType, UniqueId};

/// A relation by the database, the schema and the name, in lower case.
type Name = [String; 3];

/// Finds what is read without `ref`.
pub(super) fn find(input: &CheckInput<'_>, is_wanted: Wanted<'_>) -> Vec<Finding> {
    let nodes = input.resources.nodes.values().map(|it| &**it);
    let built = nodes.clone().filter(|it| is_built(it));
    let built = built.filter_map(|it| Some((name_of(it.database.as_deref()?, it), it)));
    let built: HashMap<Name, &Node> = built.collect();
    let readers = nodes.filter(|it| {
        let is_own = it.package_name == input.root_package;
        is_own && it.resource_type != ResourceType::Analysis && is_wanted(&it.unique_id)
    });
    let found = readers.flat_map(|node| {
        let mut found = by_hand(node, input);
        if !node.sources.is_empty() {
            found.extend(as_source(node, &built, input));
        }
        found
    });
    found.collect()
}

/// Finds names that stand in the SQL of a node.
fn by_hand(node: &Node, input: &CheckInput<'_>) -> Vec<Finding> {
    let query = input.lineage.queries.get(&node.unique_id);
    let Some((query, compiled)) = query.zip(input.compiled.get(&node.unique_id)) else {
        return Vec::new();
    };
    let named = query.by_hand.iter().filter_map(|read| {
        let built = input.resources.nodes.get(&read.id)?;
        // Without a database in front it is the target's, in which what does not say another one is built.
        let is_whole =
            read.parts.len() > 2 || built.config.get("database").is_none_or(|it| it.is_null());
        let is_told = is_built(built) && is_whole && !is_before(node, &read.id, input);
        is_told.then(|| {
            let name = read.parts.join(".");
            let message = format!(
                "`{name}` is what the {} builds, and is read by its name",
                spoken(built)
            );
            let finding = Diagnostic::warning(Code::HardcodedRelation, message);
            let finding = finding.at(place_of(compiled, read.place));
            Finding::of(node, finding.help(help(built, input)))
        })
    });
    named.collect()
}

/// Finds sources that the project builds.
fn as_source(node: &Node, built: &HashMap<Name, &Node>, input: &CheckInput<'_>) -> Vec<Finding> {
    let sources = reads(node, input).into_iter().filter_map(|read| {
        let Resource::Source(source) = read.target else {
            return None;
        };
        let name = [
            source.database.as_deref()?,
            &source.schema,
            &source.identifier,
        ];
        let built = built.get(&name.map(str::to_lowercase))?;
        let is_told =
            built.unique_id != node.unique_id && !is_before(node, &built.unique_id, input);
        is_told.then(|| {
            let name = source.search_name();
            let message = format!("the source `{name}` is what the {} builds", spoken(built));
            let finding = read.point(Diagnostic::warning(Code::HardcodedRelation, message));
            Finding::of(node, finding.help(help(built, input)))
        })
    });
    sources.collect()
}

/// Tells whether a run makes a relation of a node.
fn is_built(node: &Node) -> bool {
    node.resource_type.is_refable() && !node.is_ephemeral()
}

fn name_of(database: &str, node: &Node) -> Name {
    [database, &node.schema, &node.alias].map(str::to_lowercase)
}

/// Tells whether a node needs another one, itself or by the ephemeral models that stand in its SQL; or whether the other one needs
/// it, so that it can only be read as an earlier run left it.
fn is_before(node: &Node, other: &UniqueId, input: &CheckInput<'_>) -> bool {
    let mut waiting: Vec<&UniqueId> = node.depends_on.nodes.iter().collect();
    while let Some(id) = waiting.pop() {
        if id == other {
            return true;
        }
        let needed = input.resources.nodes.get(id);
        let needed = needed.filter(|it| it.is_ephemeral());
        waiting.extend(needed.iter().flat_map(|it| &it.depends_on.nodes));
    }
    let indices = input
        .graph
        .index(&node.unique_id)
        .zip(input.graph.index(other));
    indices.is_some_and(|(own, other)| input.graph.downstream(own).contains(&other))
}

fn spoken(built: &Node) -> String {
    format!("{} `{}`", built.resource_type.as_str(), built.search_name())
}

fn help(built: &Node, input: &CheckInput<'_>) -> String {
    let package = match built.package_name == input.root_package {
        true => String::new(),
        false => format!("'{}', ", built.package_name),
    };
    let version = match built.version() {
        Some(version) => format!(", v={version}"),
        None => String::new(),
    };
    format!(
        "write `{{{{ ref({package}'{}'{version}) }}}}`, so that it is built first",
        built.name
    )
}
