//! `manifest.json`, version 12.

use std::sync::Arc;

use indexmap::IndexMap;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::Metadata;
use crate::nodes::{Dict, Node, Resources, UniqueId};

/// Head of a manifest.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ManifestMetadata {
    /// What all artifacts have.
    #[serde(flatten)]
    pub common: Metadata,
    /// Name of the root project.
    pub project_name: String,
    /// MD5 of the name.
    pub project_id: String,
    /// dsql knows no users.
    pub user_id: Option<String>,
    /// dsql sends nothing to anybody.
    pub send_anonymous_usage_stats: bool,
    /// `duckdb`.
    pub adapter_type: String,
    /// Quoting of the project.
    pub quoting: Dict,
    /// When the run began, RFC 3339 with offset.
    pub run_started_at: String,
}

/// The whole file over borrowed resources.
#[derive(Debug)]
pub struct Manifest<'a> {
    /// Head.
    pub metadata: ManifestMetadata,
    /// Everything of the project.
    pub resources: &'a Resources,
    /// For each resource: what it needs directly, sorted.
    pub parents: IndexMap<UniqueId, Vec<UniqueId>>,
    /// For each resource: what needs it directly, sorted.
    pub children: IndexMap<UniqueId, Vec<UniqueId>>,
}

impl Manifest<'_> {
    /// Address of the JSON schema.
    pub const SCHEMA: &'static str = "https://schemas.getdbt.com/dbt/manifest/v12.json";
}

impl Serialize for Manifest<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let it = self.resources;
        let none: IndexMap<String, ()> = IndexMap::new();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("metadata", &self.metadata)?;
        map.serialize_entry("nodes", &it.nodes)?;
        map.serialize_entry("sources", &it.sources)?;
        map.serialize_entry("macros", &it.macros)?;
        map.serialize_entry("docs", &it.docs)?;
        map.serialize_entry("exposures", &it.exposures)?;
        map.serialize_entry("metrics", &none)?;
        map.serialize_entry("groups", &it.groups)?;
        map.serialize_entry("selectors", &none)?;
        map.serialize_entry("disabled", &Disabled(it))?;
        map.serialize_entry("parent_map", &self.parents)?;
        map.serialize_entry("child_map", &self.children)?;
        map.serialize_entry("group_map", &self.group_map())?;
        map.serialize_entry("saved_queries", &none)?;
        map.serialize_entry("semantic_models", &none)?;
        map.serialize_entry("unit_tests", &it.unit_tests)?;
        map.serialize_entry("functions", &none)?;
        map.end()
    }
}

impl Manifest<'_> {
    fn group_map(&self) -> IndexMap<&str, Vec<&UniqueId>> {
        let groups = self.resources.groups.values();
        let mut map: IndexMap<&str, Vec<&UniqueId>> = groups
            .map(|group| (group.name.as_str(), Vec::new()))
            .collect();
        for (id, node) in &self.resources.nodes {
            if let Some(members) = node.group.as_deref().and_then(|group| map.get_mut(group)) {
                members.push(id);
            }
        }
        map
    }
}

/// Resources that are switched off, by unique id, of all kinds.
struct Disabled<'a>(&'a Resources);

impl Serialize for Disabled<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (id, nodes) in &self.0.disabled {
            map.serialize_entry(id, &Listed(nodes))?;
        }
        for (id, source) in &self.0.disabled_sources {
            map.serialize_entry(id, &[source])?;
        }
        for (id, exposure) in &self.0.disabled_exposures {
            map.serialize_entry(id, &[exposure])?;
        }
        for (id, unit_test) in &self.0.disabled_unit_tests {
            map.serialize_entry(id, &[unit_test])?;
        }
        map.end()
    }
}

struct Listed<'a>(&'a [Arc<Node>]);

impl Serialize for Listed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for node in self.0 {
            list.serialize_element(node)?;
        }
        list.end()
    }
}
