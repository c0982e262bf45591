//! The `models:`, `seeds:` … trees of a `dbt_project.yml`.

use indexmap::IndexMap;
use serde_json::Value;

use crate::nodes::{Dict, ResourceType};
use crate::text::Location;
use crate::yaml::Node;

/// One tree: folders by name, configuration between them.
#[derive(Debug, Clone, Default)]
pub struct ConfigTree {
    /// With Jinja rendered.
    pub rendered: Dict,
    /// As written.
    pub unrendered: Dict,
    /// As written, with places.
    pub node: Option<Node>,
}

/// All trees of a `dbt_project.yml`.
#[derive(Debug, Clone, Default)]
pub struct ConfigTrees {
    trees: IndexMap<&'static str, ConfigTree>,
}

impl ConfigTrees {
    /// Sets the tree of a section.
    pub fn insert(&mut self, section: &'static str, tree: ConfigTree) {
        self.trees.insert(section, tree);
    }

    /// Returns the tree of a section: `models`, `data_tests` …
    pub fn section(&self, section: &str) -> Option<&ConfigTree> {
        self.trees.get(section)
    }

    /// Returns the tree that configures a resource type. Analyses and hooks share that of models.
    pub fn of(&self, resource_type: ResourceType) -> Option<&ConfigTree> {
        self.section(match resource_type {
            ResourceType::Seed => "seeds",
            ResourceType::Snapshot => "snapshots",
            ResourceType::Source => "sources",
            ResourceType::Test => "data_tests",
            ResourceType::UnitTest => "unit_tests",
            ResourceType::Exposure => "exposures",
            ResourceType::SemanticModel => "semantic-models",
            ResourceType::Metric => "metrics",
            ResourceType::SavedQuery => "saved-queries",
            ResourceType::Function => "functions",
            _ => "models",
        })
    }

    /// Lists the sections that are there.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &ConfigTree)> {
        self.trees.iter().map(|(section, tree)| (*section, tree))
    }
}

/// Walks down a tree along a name and yields the levels that are there, the root first.
pub(super) fn levels<'a>(root: &'a Dict, fqn: &'a [String]) -> impl Iterator<Item = &'a Dict> {
    let below = fqn.iter().scan(root, |level, name| {
        *level = level.get(name)?.as_object()?;
        Some(*level)
    });
    std::iter::once(root).chain(below)
}

/// Lists the configuration at a level: `+key`, and `key` where the value is no dictionary, as that
/// would be a folder. Of several spellings of a key the last one counts.
pub(super) fn settings(level: &Dict) -> IndexMap<&str, &Value> {
    let settings = level
        .iter()
        .filter(|(key, value)| key.starts_with('+') || !value.is_object());
    settings
        .map(|(key, value)| (key.strip_prefix('+').unwrap_or(key).trim(), value))
        .collect()
}

impl ConfigTree {
    /// Finds the place of a key at a level of the tree, level 0 being the root.
    pub(super) fn locate(&self, fqn: &[String], depth: usize, key: &str) -> Option<Location> {
        let mut level = self.node.as_ref()?;
        for name in fqn.iter().take(depth) {
            level = level.get(name)?;
        }
        let same = |written: &str| {
            let written = written.strip_prefix('+').unwrap_or(written).trim();
            written == key || written.replace('_', "-") == key && key.ends_with("-hook")
        };
        let mut entries = level.as_map()?.iter().rev();
        let entry = entries.find(|entry| entry.key.as_str().is_some_and(same))?;
        Some(entry.value.location)
    }
}
