//! Stage, transform, consume: which layer a model is in.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use borsh::{BorshDeserialize, BorshSerialize};

use super::CheckInput;
use crate::nodes::{Node, ResourceType, Resources, UniqueId};
use crate::text::Location;

/// A layer. Data flows down this list.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub enum Layer {
    /// Gives names and types.
    Stage,
    /// Cleans, de-duplicates, conforms, unites, keys.
    Transform,
    /// Holds the rules of the business.
    Consume,
}

impl Layer {
    /// All layers, in order.
    pub const ALL: [Self; 3] = [Self::Stage, Self::Transform, Self::Consume];

    /// Returns its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Transform => "transform",
            Self::Consume => "consume",
        }
    }

    /// Finds a layer by its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }
}

impl std::fmt::Display for Layer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What `dsql.yml` says of a layer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LayerSettings {
    /// Folders of the project.
    pub paths: Vec<(String, Location)>,
    /// Packages whose models are in it.
    pub packages: Vec<(String, Location)>,
    /// What its models are called, with `*` for anything; none for the usual names.
    pub names: Vec<(String, Location)>,
    /// What its models read though it is out of their way: names of models, seeds and snapshots, `source.table`.
    pub may_read: Vec<(String, Location)>,
}

/// Where layers come from.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum LayersSettings {
    /// From names of models and folders, as is customary.
    #[default]
    Inferred,
    /// From `dsql.yml`.
    Named(BTreeMap<Layer, LayerSettings>),
    /// There are none.
    Off,
}

impl LayersSettings {
    /// Puts models and snapshots into layers; `root` is the root project.
    pub fn layers_of<'r>(
        &self,
        resources: &'r Resources,
        root: &str,
    ) -> HashMap<&'r UniqueId, Layer> {
        let kinds = [ResourceType::Model, ResourceType::Snapshot];
        let nodes = resources.nodes.values();
        let nodes = nodes.filter(|it| kinds.contains(&it.resource_type));
        let find = |node: &Node| match self {
            Self::Off => None,
            Self::Inferred if node.package_name == root => inferred(node),
            Self::Inferred => None,
            Self::Named(named) => placed(node, named, root),
        };
        nodes
            .filter_map(|it| Some((&it.unique_id, find(it)?)))
            .collect()
    }
}

/// The layers of all models and snapshots.
#[derive(Debug, Default)]
pub(super) struct Layers<'a> {
    of: HashMap<&'a UniqueId, Layer>,
    /// Layers that there are.
    pub(super) present: BTreeSet<Layer>,
    /// Whether `dsql.yml` names them.
    pub(super) are_named: bool,
}

impl<'a> Layers<'a> {
    /// Puts models and snapshots into layers.
    pub(super) fn of(input: &CheckInput<'a>) -> Self {
        let settings = &input.settings.layers;
        let of = settings.layers_of(input.resources, input.root_package);
        let present = match (settings, input.layers_present) {
            (LayersSettings::Named(named), _) => named.keys().copied().collect(),
            (_, Some(present)) => present.clone(),
            _ => of.values().copied().collect(),
        };
        Self {
            of,
            present,
            are_named: matches!(settings, LayersSettings::Named(_)),
        }
    }

    /// Returns the layer of a node.
    pub(super) fn layer(&self, id: &UniqueId) -> Option<Layer> {
        self.of.get(id).copied()
    }
}

/// Finds the layer with the nearest folder.
fn placed(node: &Node, named: &BTreeMap<Layer, LayerSettings>, root: &str) -> Option<Layer> {
    if node.package_name != root {
        let has = |it: &LayerSettings| it.packages.iter().any(|it| it.0 == node.package_name);
        let found = named.iter().find(|(_, settings)| has(settings));
        return found.map(|(layer, _)| *layer);
    }
    let paths = named.iter().flat_map(|(layer, settings)| {
        let paths = settings.paths.iter();
        paths.map(move |(path, _)| (path.as_str(), *layer))
    });
    let holding = paths.filter(|(path, _)| is_within(&node.original_file_path, path));
    let nearest = holding.max_by_key(|(path, _)| path.trim_end_matches('/').len());
    nearest.map(|(_, layer)| layer)
}

/// Tells whether a file is in a folder, or is the file that is named.
pub(super) fn is_within(file: &str, folder: &str) -> bool {
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    let rest = file.strip_prefix(folder);
    folder.is_empty() || rest.is_some_and(|it| it.is_empty() || it.starts_with('/'))
}

/// Prefixes by which names of models tell their layer.
pub(super) const PREFIXES: [(Layer, &[&str]); 3] = [
    (Layer::Stage, &["stg_"]),
    (Layer::Transform, &["int_"]),
    (Layer::Consume, &["fct_", "fact_", "dim_", "mart_"]),
];

const FOLDERS: [(Layer, &[&str]); 3] = [
    (Layer::Stage, &["staging", "stage", "stg"]),
    (Layer::Transform, &["intermediate", "transform", "int"]),
    (Layer::Consume, &["marts", "mart", "consume"]),
];

/// Reads the layer off the name, else off the nearest folder.
fn inferred(node: &Node) -> Option<Layer> {
    if node.resource_type != ResourceType::Model {
        return None;
    }
    let name = node.name.to_lowercase();
    let by_name = PREFIXES
        .into_iter()
        .find(|(_, prefixes)| prefixes.iter().any(|it| name.starts_with(it)));
    if let Some((layer, _)) = by_name {
        return Some(layer);
    }
    let (folders, _) = node.original_file_path.rsplit_once('/')?;
    let mut folders = folders.rsplit('/').map(str::to_lowercase);
    folders.find_map(|folder| {
        let mut all = FOLDERS.into_iter();
        let found = all.find(|(_, names)| names.contains(&folder.as_str()));
        found.map(|(layer, _)| layer)
    })
}
