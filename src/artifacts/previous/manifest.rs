//! An earlier `manifest.json`: version 12, and those before it that dbt reads.

use std::ops::RangeInclusive;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value as Json;

use super::{Unusable, read};

const VERSIONS: RangeInclusive<u32> = 4..=12;
/// Up to this version metrics are others than those of today.
const OLD_METRICS: u32 = 9;

type Section = IndexMap<String, Json>;

/// What an earlier run knew of its project, by unique id, as it stands in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PreviousManifest {
    /// Models, seeds, snapshots, data tests, analyses and hooks.
    pub nodes: Section,
    /// Sources.
    pub sources: Section,
    exposures: Section,
    metrics: Section,
    semantic_models: Section,
    saved_queries: Section,
    unit_tests: Section,
    /// Macros.
    pub macros: IndexMap<String, PreviousMacro>,
}

/// A macro of an earlier run.
#[derive(Debug, Default, Deserialize)]
pub struct PreviousMacro {
    /// Its text.
    #[serde(default)]
    pub macro_sql: String,
}

/// Where an earlier run built a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviousRelation {
    /// Database.
    pub database: Option<String>,
    /// Schema.
    pub schema: String,
    /// Name.
    pub alias: String,
    /// Quoted full name.
    pub relation_name: Option<String>,
}

impl PreviousManifest {
    /// Reads the file.
    pub fn read(text: &str) -> Result<Self, Unusable> {
        let (mut manifest, version): (Self, u32) = read(text, "manifest", VERSIONS)?;
        if version <= OLD_METRICS {
            manifest.metrics.clear();
        }
        for node in manifest.nodes.values_mut() {
            if let Json::Object(node) = node
                && let Some(code) = node.remove("raw_sql")
            {
                node.insert("raw_code".to_owned(), code);
            }
        }
        Ok(manifest)
    }

    /// Finds a resource.
    pub fn get(&self, id: &str) -> Option<&Json> {
        let sections = [
            &self.nodes,
            &self.sources,
            &self.exposures,
            &self.metrics,
            &self.semantic_models,
            &self.unit_tests,
            &self.saved_queries,
        ];
        sections.into_iter().find_map(|section| section.get(id))
    }

    /// Lists what a `ref()` can mean and where it was built; ephemeral models were not.
    pub fn relations(&self) -> impl Iterator<Item = (&str, PreviousRelation)> {
        let built = self.nodes.iter().filter(|(_, node)| {
            let kind = node["resource_type"].as_str().unwrap_or_default();
            let ephemeral = node["config"]["materialized"] == "ephemeral";
            ["model", "seed", "snapshot"].contains(&kind) && !ephemeral
        });
        built.map(|(id, node)| {
            let text = |key: &str| node[key].as_str().map(str::to_owned);
            let relation = PreviousRelation {
                database: text("database"),
                schema: text("schema").unwrap_or_default(),
                alias: text("alias").or_else(|| text("name")).unwrap_or_default(),
                relation_name: text("relation_name"),
            };
            (id.as_str(), relation)
        })
    }
}
