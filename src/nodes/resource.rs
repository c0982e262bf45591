//! A resource of the graph, whatever its kind.

use std::collections::HashSet;
use std::sync::Arc;

use indexmap::IndexMap;

use super::{
    Column, Config, Dict, Exposure, Node, ResourceType, Resources, Semantic, Source, UniqueId,
    UnitTest,
};

/// What the graph links, borrowed.
#[derive(Debug, Clone, Copy)]
pub enum Resource<'a> {
    /// A model, seed, snapshot, data test, analysis or hook.
    Node(&'a Node),
    /// A table that something else fills.
    Source(&'a Source),
    /// A use downstream.
    Exposure(&'a Exposure),
    /// A test of a model on rows made up for it.
    UnitTest(&'a UnitTest),
    /// A semantic model, metric or saved query.
    Semantic(&'a Semantic),
}

impl Resources {
    /// Finds an enabled resource of the graph.
    pub fn get(&self, id: &str) -> Option<Resource<'_>> {
        let node = self.nodes.get(id).map(|it| Resource::Node(it));
        let source = || self.sources.get(id).map(|it| Resource::Source(it));
        let exposure = || self.exposures.get(id).map(|it| Resource::Exposure(it));
        let unit_test = || self.unit_tests.get(id).map(|it| Resource::UnitTest(it));
        let semantic = || self.semantic.get(id).map(|it| Resource::Semantic(it));
        let user = || exposure().or_else(unit_test).or_else(semantic);
        node.or_else(source).or_else(user)
    }

    /// Returns the name by which people know a resource; its key if it is not there.
    pub fn search_name(&self, id: &str) -> String {
        self.get(id).map_or(id.to_owned(), Resource::search_name)
    }

    /// Lists the relations that a node reads, each once: through ephemeral models, which are none.
    pub fn relations_read(&self, node: &Node) -> Vec<UniqueId> {
        let mut waiting: Vec<&UniqueId> = node.depends_on.nodes.iter().rev().collect();
        let mut known: HashSet<&UniqueId> = HashSet::new();
        let mut found = Vec::new();
        while let Some(id) = waiting.pop() {
            if !known.insert(id) {
                continue;
            }
            match self.get(id) {
                Some(Resource::Node(it)) if it.is_ephemeral() => {
                    waiting.extend(it.depends_on.nodes.iter().rev());
                }
                Some(Resource::Node(it)) if !it.resource_type.is_refable() => {}
                Some(Resource::Node(_) | Resource::Source(_)) => found.push(id.clone()),
                _ => {}
            }
        }
        found
    }

    /// Lists the functions, with their keys.
    pub fn functions(&self) -> impl Iterator<Item = (&UniqueId, &Arc<Node>)> {
        let nodes = self.nodes.iter();
        nodes.filter(|(_, it)| it.resource_type == ResourceType::Function)
    }

    /// Lists the nodes that are no functions, with their keys: dbt keeps the two apart.
    pub fn plain_nodes(&self) -> impl Iterator<Item = (&UniqueId, &Arc<Node>)> {
        let nodes = self.nodes.iter();
        nodes.filter(|(_, it)| it.resource_type != ResourceType::Function)
    }

    /// Lists what the graph links, in the order of the graph.
    pub fn linked(&self) -> impl Iterator<Item = Resource<'_>> {
        let sources = self.sources.values().map(|it| Resource::Source(it));
        let nodes = self.nodes.values().map(|it| Resource::Node(it));
        let exposures = self.exposures.values().map(|it| Resource::Exposure(it));
        let unit_tests = self.unit_tests.values().map(|it| Resource::UnitTest(it));
        let semantic = self.semantic.values().map(|it| Resource::Semantic(it));
        let users = exposures.chain(unit_tests).chain(semantic);
        sources.chain(nodes).chain(users)
    }
}

impl<'a> Resource<'a> {
    /// Returns the key.
    pub fn unique_id(self) -> &'a UniqueId {
        match self {
            Self::Node(it) => &it.unique_id,
            Self::Source(it) => &it.unique_id,
            Self::Exposure(it) => &it.unique_id,
            Self::UnitTest(it) => &it.unique_id,
            Self::Semantic(it) => &it.unique_id,
        }
    }

    /// Returns the name.
    pub fn name(self) -> &'a str {
        match self {
            Self::Node(it) => &it.name,
            Self::Source(it) => &it.name,
            Self::Exposure(it) => &it.name,
            Self::UnitTest(it) => &it.name,
            Self::Semantic(it) => &it.name,
        }
    }

    /// Returns the name by which people know it: with the version of a model, behind that of the source of a table.
    pub fn search_name(self) -> String {
        match self {
            Self::Node(it) => it.search_name(),
            Self::Source(it) => it.search_name(),
            other => other.name().to_owned(),
        }
    }

    /// Returns package, folders and name.
    pub fn fqn(self) -> &'a [String] {
        match self {
            Self::Node(it) => &it.fqn,
            Self::Source(it) => &it.fqn,
            Self::Exposure(it) => &it.fqn,
            Self::UnitTest(it) => &it.fqn,
            Self::Semantic(it) => &it.fqn,
        }
    }

    /// Returns the tags.
    pub fn tags(self) -> &'a [String] {
        match self {
            Self::Node(it) => &it.tags,
            Self::Source(it) => &it.tags,
            Self::Exposure(it) => &it.tags,
            Self::UnitTest(it) => &it.tags,
            Self::Semantic(it) => &it.tags,
        }
    }

    /// Returns the package it belongs to.
    pub fn package(self) -> &'a str {
        match self {
            Self::Node(it) => &it.package_name,
            Self::Source(it) => &it.package_name,
            Self::Exposure(it) => &it.package_name,
            Self::UnitTest(it) => &it.package_name,
            Self::Semantic(it) => &it.package_name,
        }
    }

    /// Returns the file that declares it, below the package's root.
    pub fn file(self) -> &'a str {
        match self {
            Self::Node(it) => &it.original_file_path,
            Self::Source(it) => &it.original_file_path,
            Self::Exposure(it) => &it.original_file_path,
            Self::UnitTest(it) => &it.original_file_path,
            Self::Semantic(it) => &it.original_file_path,
        }
    }

    /// Returns the path below the resource folder.
    pub fn path(self) -> &'a str {
        match self {
            Self::Node(it) => &it.path,
            Self::Source(it) => &it.path,
            Self::Exposure(it) => &it.path,
            Self::UnitTest(it) => &it.path,
            Self::Semantic(it) => &it.path,
        }
    }

    /// Returns the merged configuration.
    pub fn config(self) -> &'a Config {
        match self {
            Self::Node(it) => &it.config,
            Self::Source(it) => &it.config,
            Self::Exposure(it) => &it.config,
            Self::UnitTest(it) => &it.config,
            Self::Semantic(it) => &it.config,
        }
    }

    /// Lists the facts of free form that are said of it, the nearest first.
    pub fn metas(self) -> Vec<&'a Dict> {
        let configured = || self.config().dict("meta").into_iter().collect();
        match self {
            Self::Node(it) => vec![&it.meta],
            Self::Source(it) => vec![&it.meta, &it.source_meta],
            Self::Exposure(it) => vec![&it.meta],
            Self::UnitTest(_) | Self::Semantic(_) => configured(),
        }
    }

    /// Returns the kind.
    pub fn resource_type(self) -> ResourceType {
        match self {
            Self::Node(it) => it.resource_type,
            Self::Source(_) => ResourceType::Source,
            Self::Exposure(_) => ResourceType::Exposure,
            Self::UnitTest(_) => ResourceType::UnitTest,
            Self::Semantic(it) => it.resource_type,
        }
    }

    /// Returns what it needs directly.
    pub fn needs(self) -> &'a [UniqueId] {
        match self {
            Self::Node(it) => &it.depends_on.nodes,
            Self::Source(_) => &[],
            Self::Exposure(it) => &it.depends_on.nodes,
            Self::UnitTest(it) => &it.depends_on.nodes,
            Self::Semantic(it) => &it.depends_on.nodes,
        }
    }

    /// Returns the columns that its properties list, if it is something that has columns.
    pub fn columns(self) -> Option<&'a IndexMap<String, Column>> {
        match self {
            Self::Node(it) => Some(&it.columns),
            Self::Source(it) => Some(&it.columns),
            _ => None,
        }
    }

    /// Returns it if it is a node.
    pub fn node(self) -> Option<&'a Node> {
        match self {
            Self::Node(it) => Some(it),
            _ => None,
        }
    }

    /// Returns it as it stands in the manifest.
    pub fn to_json(self) -> serde_json::Value {
        let json = match self {
            Self::Node(it) => serde_json::to_value(it),
            Self::Source(it) => serde_json::to_value(it),
            Self::Exposure(it) => serde_json::to_value(it),
            Self::UnitTest(it) => serde_json::to_value(it),
            Self::Semantic(it) => serde_json::to_value(it),
        };
        json.unwrap_or_default()
    }
}
