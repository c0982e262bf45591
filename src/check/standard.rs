//! What `dsql.yml` requires to be said of each object: `metadata: {required: …}`.

use std::collections::BTreeMap;

use super::layers::Layer;
use crate::metadata::{origin, purpose, refresh, said};
use crate::nodes::{Resource, ResourceType, Resources};
use crate::project::SettingsReader;
use crate::yaml::{Mapping, Node};

/// Something that is to be said of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fact {
    /// What it is.
    Description,
    /// Who answers for it.
    Owner,
    /// Why it is there.
    Purpose,
    /// When it is made anew.
    Refresh,
    /// Where it comes from.
    Source,
    /// A key of `meta`.
    Meta(String),
}

/// What is required of which objects.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standard {
    /// Of all of them.
    all: Vec<Fact>,
    of_kinds: BTreeMap<ResourceType, Vec<Fact>>,
    of_layers: BTreeMap<Layer, Vec<Fact>>,
}

/// The key of what is required of all.
const ALL: &str = "all";
const KINDS: [(&str, ResourceType); 4] = [
    ("models", ResourceType::Model),
    ("seeds", ResourceType::Seed),
    ("snapshots", ResourceType::Snapshot),
    ("sources", ResourceType::Source),
];
/// What stands before the name of a key of `meta`.
const META: &str = "meta.";

impl Fact {
    const NAMED: [Self; 5] = [
        Self::Description,
        Self::Owner,
        Self::Purpose,
        Self::Refresh,
        Self::Source,
    ];

    /// Its name in `dsql.yml`.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Description => "description".to_owned(),
            Self::Owner => "owner".to_owned(),
            Self::Purpose => "purpose".to_owned(),
            Self::Refresh => "refresh".to_owned(),
            Self::Source => "source".to_owned(),
            Self::Meta(key) => format!("{META}{key}"),
        }
    }

    fn named(name: &str) -> Option<Self> {
        let key = name.strip_prefix(META).filter(|it| !it.is_empty());
        let known = || Self::NAMED.into_iter().find(|it| it.name() == name);
        key.map(|it| Self::Meta(it.to_owned())).or_else(known)
    }

    /// Tells whether it is said of an object.
    pub(super) fn is_said(&self, of: Resource<'_>, resources: &Resources) -> bool {
        match self {
            Self::Description => description(of).is_some_and(|it| !it.trim().is_empty()),
            Self::Owner => !resources.answerers(of).is_empty(),
            Self::Purpose => purpose(of).is_some(),
            Self::Refresh => refresh(of).is_some(),
            // What reads others comes from where they come from.
            Self::Source => !of.needs().is_empty() || origin(of).is_some(),
            Self::Meta(key) => said(of, key).is_some(),
        }
    }
}

fn description(of: Resource<'_>) -> Option<&str> {
    match of {
        Resource::Node(it) => Some(&it.description),
        Resource::Source(it) => Some(&it.description),
        Resource::Exposure(it) => Some(&it.description),
        Resource::UnitTest(_) | Resource::Semantic(_) => None,
    }
}

impl Standard {
    /// Tells whether nothing is required.
    pub(super) fn is_empty(&self) -> bool {
        let by_kind = self.of_kinds.values().chain(self.of_layers.values());
        self.all.is_empty() && by_kind.into_iter().all(Vec::is_empty)
    }

    /// Lists what is required of an object.
    pub(super) fn of(&self, kind: ResourceType, layer: Option<Layer>) -> Vec<&Fact> {
        let of_kind = self.of_kinds.get(&kind);
        let of_layer = layer.and_then(|it| self.of_layers.get(&it));
        let lists = [Some(&self.all), of_kind, of_layer];
        let mut all: Vec<&Fact> = Vec::new();
        for fact in lists.into_iter().flatten().flatten() {
            if !all.contains(&fact) {
                all.push(fact);
            }
        }
        all
    }

    /// Reads `required`: a list, or lists by kind and layer.
    pub(super) fn read(reader: &mut SettingsReader, map: &Mapping) -> Self {
        let mut standard = Self::default();
        let Some(node) = map.get("required").filter(|it| !it.is_null()) else {
            return standard;
        };
        let Some(by_kind) = node.as_map() else {
            standard.all = facts(reader, map, "required");
            return standard;
        };
        let layers = Layer::ALL.map(Layer::as_str);
        let kinds = KINDS.map(|it| it.0);
        let known: Vec<&str> = [ALL].into_iter().chain(kinds).chain(layers).collect();
        reader.keys(by_kind, &known, "`required`");
        standard.all = facts(reader, by_kind, ALL);
        for (name, kind) in KINDS {
            standard.of_kinds.insert(kind, facts(reader, by_kind, name));
        }
        for layer in Layer::ALL {
            let facts = facts(reader, by_kind, layer.as_str());
            standard.of_layers.insert(layer, facts);
        }
        standard
    }
}

fn facts(reader: &mut SettingsReader, map: &Mapping, key: &str) -> Vec<Fact> {
    let nodes: &[Node] = map.get(key).and_then(Node::as_seq).unwrap_or_default();
    let named = reader.texts(map, key);
    let names = Fact::NAMED.map(|it| it.name());
    let mut all = Vec::new();
    for (name, at) in named {
        match Fact::named(&name) {
            Some(fact) => all.push(fact),
            None => {
                let node = nodes.iter().find(|it| it.location == at);
                let names = names.iter().map(String::as_str);
                if let Some(node) = node {
                    reader.unknown(node, names, "metadata have no fact");
                }
            }
        }
    }
    all
}
