//! The semantic layer: semantic models, metrics and saved queries.

use std::collections::BTreeMap;
use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value as Json;

use super::binary::free;
use super::{Config, DependsOn, Dict, RefArgs, RefCall, ResourceType, Resources, UniqueId};
use crate::text::Location;

/// One resource of the semantic layer. dsql hands it on; it computes no metrics.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Semantic {
    /// `SemanticModel`, `Metric` or `SavedQuery`.
    pub resource_type: ResourceType,
    /// Key.
    pub unique_id: UniqueId,
    /// Name.
    pub name: String,
    /// Package it belongs to.
    pub package_name: String,
    /// Properties file below the resource folder.
    pub path: String,
    /// Properties file below the package's root.
    pub original_file_path: String,
    /// Package, folders, name.
    pub fqn: Vec<String>,
    /// What the kind alone has, under the manifest's names: `type_params`, `entities` …
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub fields: Dict,
    /// Tags.
    pub tags: Vec<String>,
    /// Merged configuration.
    pub config: Config,
    /// Configuration as written.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub unrendered_config: Dict,
    /// The `ref()` of a semantic model.
    pub refs: Vec<RefCall>,
    /// Needed resources; filled when the graph is resolved.
    pub depends_on: DependsOn,
    /// Seconds since 1970.
    pub created_at: f64,
    /// Where it is declared.
    pub location: Location,
    /// Where its values stand, by JSON pointer: `/measures/0/agg`.
    pub places: BTreeMap<String, Location>,
}

const SEMANTIC_MODEL: &[&str] = &[
    "model",
    "node_relation",
    "description",
    "label",
    "defaults",
    "entities",
    "measures",
    "dimensions",
    "metadata",
    "depends_on",
    "refs",
    "created_at",
    "config",
    "unrendered_config",
    "primary_entity",
    "group",
];

const METRIC: &[&str] = &[
    "description",
    "label",
    "type",
    "type_params",
    "filter",
    "metadata",
    "time_granularity",
    "meta",
    "tags",
    "config",
    "unrendered_config",
    "sources",
    "depends_on",
    "refs",
    "metrics",
    "created_at",
    "group",
];

const SAVED_QUERY: &[&str] = &[
    "query_params",
    "exports",
    "description",
    "label",
    "metadata",
    "config",
    "unrendered_config",
    "group",
    "depends_on",
    "created_at",
    "refs",
    "tags",
];

impl Serialize for Semantic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("resource_type", self.resource_type.as_str())?;
        map.serialize_entry("package_name", &self.package_name)?;
        map.serialize_entry("path", &self.path)?;
        map.serialize_entry("original_file_path", &self.original_file_path)?;
        map.serialize_entry("unique_id", &self.unique_id)?;
        map.serialize_entry("fqn", &self.fqn)?;
        let keys = match self.resource_type {
            ResourceType::SemanticModel => SEMANTIC_MODEL,
            ResourceType::Metric => METRIC,
            _ => SAVED_QUERY,
        };
        for key in keys {
            match *key {
                "depends_on" => map.serialize_entry(key, &self.depends_on)?,
                "created_at" => map.serialize_entry(key, &self.created_at)?,
                "config" => map.serialize_entry(key, &self.config)?,
                "unrendered_config" => map.serialize_entry(key, &self.unrendered_config)?,
                "tags" => map.serialize_entry(key, &self.tags)?,
                "group" => map.serialize_entry(key, &self.config.str("group"))?,
                "sources" | "metrics" => map.serialize_entry(key, &[(); 0])?,
                "refs" => {
                    let refs: Vec<&RefArgs> = self.refs.iter().map(|call| &call.args).collect();
                    map.serialize_entry(key, &refs)?;
                }
                _ => map.serialize_entry(key, &self.fields.get(*key))?,
            }
        }
        map.end()
    }
}

impl Resources {
    /// Lists one kind of the semantic layer.
    pub fn semantic_of(
        &self,
        kind: ResourceType,
    ) -> impl Iterator<Item = (&UniqueId, &Arc<Semantic>)> {
        let all = self.semantic.iter();
        all.filter(move |(_, it)| it.resource_type == kind)
    }
}

impl Semantic {
    /// Finds where a value stands, or what it is part of.
    pub fn place(&self, pointer: &str) -> Location {
        let mut pointer = pointer;
        loop {
            if let Some(place) = self.places.get(pointer) {
                return *place;
            }
            match pointer.rsplit_once('/') {
                Some((rest, _)) => pointer = rest,
                None => return self.location,
            }
        }
    }

    /// Finds where a metric or a saved query names another resource.
    pub fn place_of(&self, name: &str) -> Location {
        let named = |pointer: &str| {
            let (key, rest) = pointer.strip_prefix('/')?.split_once('/')?;
            let within = matches!(key, "type_params" | "query_params");
            let value = self.fields.get(key).filter(|_| within)?;
            let value = value.pointer(&format!("/{rest}"))?;
            (value == name || value["name"] == name).then_some(())
        };
        let mut places = self.places.iter();
        let found = places.find(|(pointer, _)| named(pointer).is_some());
        found.map_or(self.location, |(_, place)| *place)
    }

    /// Lists the objects of a list, each with its pointer.
    pub fn objects(&self, list: &str) -> impl Iterator<Item = (String, &Json)> {
        let items = self.fields.get(list).and_then(Json::as_array);
        let items = items.into_iter().flatten().enumerate();
        let list = list.to_owned();
        items.map(move |(at, item)| (format!("/{list}/{at}"), item))
    }

    /// Returns a value that only this kind has.
    pub fn field(&self, key: &str) -> &Json {
        self.fields.get(key).unwrap_or(&Json::Null)
    }

    /// Returns the names of the metrics that a saved query asks for.
    pub fn query_metrics(&self) -> impl Iterator<Item = &str> {
        let params = self.fields.get("query_params");
        let metrics = params.and_then(|it| it.get("metrics")?.as_array());
        metrics.into_iter().flatten().filter_map(|it| it.as_str())
    }
}
