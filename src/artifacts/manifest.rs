//! `manifest.json`, version 12.

use std::io::Write;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::Metadata;
use crate::nodes::{Dict, Node, ResourceType, Resources, UniqueId};

/// Head of a manifest.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
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

/// What a resource is linked to directly: its unique id and theirs, sorted.
pub type Neighbours<'a> = (&'a str, Vec<&'a str>);

/// All of the file but its metadata, over borrowed resources.
#[derive(Debug)]
pub struct Manifest<'a> {
    /// Everything of the project.
    pub resources: &'a Resources,
    /// Selectors by name.
    pub selectors: Dict,
    /// For each resource: what it needs.
    pub parents: Vec<Neighbours<'a>>,
    /// For each resource: what needs it.
    pub children: Vec<Neighbours<'a>>,
}

/// Entries that one part of the file holds.
const ENTRIES: usize = 64;

/// What a part is expected to take: rather too much than to be moved.
const BYTES: usize = 256 * 1024;

/// A piece of the file, which can be made without the others.
pub struct Part<'a>(Box<WritePart<'a>>);

type WritePart<'a> = dyn Fn(&mut Vec<u8>) -> serde_json::Result<()> + Send + Sync + 'a;

impl Part<'_> {
    /// Makes the text.
    pub fn to_vec(&self) -> serde_json::Result<Vec<u8>> {
        let mut text = Vec::with_capacity(BYTES);
        (self.0)(&mut text)?;
        Ok(text)
    }
}

impl Manifest<'_> {
    /// Address of the JSON schema.
    pub const SCHEMA: &'static str = "https://schemas.getdbt.com/dbt/manifest/v12.json";

    /// Makes the text that the file begins with.
    pub fn head(metadata: &ManifestMetadata) -> serde_json::Result<Vec<u8>> {
        let mut text = br#"{"metadata":"#.to_vec();
        serde_json::to_writer(&mut text, metadata)?;
        Ok(text)
    }

    /// Cuts what follows the head into parts, which one after the other are the whole.
    pub fn parts(&self) -> Vec<Part<'_>> {
        let it = self.resources;
        let mut parts = Parts::default();
        parts.nodes("nodes", it.plain_nodes());
        parts.map("sources", &it.sources);
        parts.map("macros", &it.macros);
        parts.map("docs", &it.docs);
        parts.map("exposures", &it.exposures);
        parts.value("metrics", Semantics(it, ResourceType::Metric));
        parts.map("groups", &it.groups);
        parts.value("selectors", &self.selectors);
        parts.value("disabled", Disabled(it));
        parts.pairs("parent_map", &self.parents);
        parts.pairs("child_map", &self.children);
        parts.value("group_map", self.group_map());
        parts.value("saved_queries", Semantics(it, ResourceType::SavedQuery));
        parts.value(
            "semantic_models",
            Semantics(it, ResourceType::SemanticModel),
        );
        parts.map("unit_tests", &it.unit_tests);
        parts.nodes("functions", it.functions());
        parts.end()
    }

    fn group_map(&self) -> IndexMap<&str, Vec<&UniqueId>> {
        let groups = self.resources.groups.values();
        let mut map: IndexMap<&str, Vec<&UniqueId>> = groups
            .map(|group| (group.name.as_str(), Vec::new()))
            .collect();
        for (id, node) in self.resources.plain_nodes() {
            if let Some(members) = node.group.as_deref().and_then(|group| map.get_mut(group)) {
                members.push(id);
            }
        }
        map
    }
}

/// Parts in the making.
#[derive(Default)]
struct Parts<'a>(Vec<Part<'a>>);

impl<'a> Parts<'a> {
    fn add(&mut self, write: impl Fn(&mut Vec<u8>) -> serde_json::Result<()> + Send + Sync + 'a) {
        self.0.push(Part(Box::new(write)));
    }

    /// Begins an entry of the file.
    fn key(&mut self, key: &'static str) {
        self.add(move |text| write!(text, ",\"{key}\":").map_err(serde_json::Error::io));
    }

    fn value(&mut self, key: &'static str, value: impl Serialize + Send + Sync + 'a) {
        self.key(key);
        self.add(move |text| serde_json::to_writer(text, &value));
    }

    fn map<T: Serialize + Send + Sync>(
        &mut self,
        key: &'static str,
        map: &'a IndexMap<UniqueId, T>,
    ) {
        let at = move |at: usize| map.get_index(at).map(|(id, value)| (&**id, value));
        self.entries(key, map.len(), at);
    }

    fn nodes(
        &mut self,
        key: &'static str,
        nodes: impl Iterator<Item = (&'a UniqueId, &'a Arc<Node>)>,
    ) {
        let nodes: Arc<[_]> = nodes.collect();
        let count = nodes.len();
        let at = move |at: usize| nodes.get(at).map(|(id, node)| (&***id, *node));
        self.entries(key, count, at);
    }

    fn pairs<T: Serialize + Send + Sync>(&mut self, key: &'static str, pairs: &'a [(&'a str, T)]) {
        let at = move |at: usize| pairs.get(at).map(|(id, value)| (*id, value));
        self.entries(key, pairs.len(), at);
    }

    fn entries<T: Serialize + Send + Sync + 'a>(
        &mut self,
        key: &'static str,
        count: usize,
        at: impl Fn(usize) -> Option<(&'a str, &'a T)> + Clone + Send + Sync + 'a,
    ) {
        self.key(key);
        for start in (0..count.max(1)).step_by(ENTRIES) {
            let end = count.min(start + ENTRIES);
            let at = at.clone();
            self.add(move |text| {
                for (nth, (id, value)) in (start..end).filter_map(&at).enumerate() {
                    text.push(if start + nth == 0 { b'{' } else { b',' });
                    serde_json::to_writer(&mut *text, id)?;
                    text.push(b':');
                    serde_json::to_writer(&mut *text, value)?;
                }
                if end == count {
                    text.extend_from_slice(if count == 0 { b"{}" } else { b"}" });
                }
                Ok(())
            });
        }
    }

    fn end(mut self) -> Vec<Part<'a>> {
        self.add(|text| {
            text.push(b'}');
            Ok(())
        });
        self.0
    }
}

/// Resources of one kind of the semantic layer.
struct Semantics<'a>(&'a Resources, ResourceType);

impl Serialize for Semantics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.semantic_of(self.1))
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
        for (id, semantic) in &self.0.disabled_semantic {
            map.serialize_entry(id, &[semantic])?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nodes::DocBlock;
    use crate::text::Location;

    fn doc(at: usize) -> (UniqueId, Arc<DocBlock>) {
        let unique_id: UniqueId = format!("doc.shop.{at}").into();
        let doc = DocBlock {
            unique_id: unique_id.clone(),
            name: at.to_string(),
            package_name: "shop".to_owned(),
            path: String::new(),
            original_file_path: String::new(),
            block_contents: String::new(),
            location: Location::default(),
        };
        (unique_id, Arc::new(doc))
    }

    #[test]
    fn the_parts_are_one_json_text_whatever_their_number() {
        for count in [0, 1, ENTRIES - 1, ENTRIES, ENTRIES + 1, 3 * ENTRIES] {
            let resources = Resources {
                docs: (0..count).map(doc).collect(),
                ..Resources::default()
            };
            let manifest = Manifest {
                parents: resources.docs.keys().map(|id| (&**id, vec![])).collect(),
                children: Vec::new(),
                selectors: Dict::new(),
                resources: &resources,
            };
            let mut text = Manifest::head(&ManifestMetadata::default()).unwrap();
            for part in manifest.parts() {
                text.extend(part.to_vec().unwrap());
            }
            let json: serde_json::Value = serde_json::from_slice(&text).unwrap();
            assert_eq!(json.as_object().map(Dict::len), Some(17), "{json}");
            assert_eq!(json["docs"].as_object().map(Dict::len), Some(count));
            assert_eq!(json["parent_map"].as_object().map(Dict::len), Some(count));
            assert_eq!(json["child_map"], serde_json::json!({}));
        }
    }
}
