//! Names → nodes and sources, with dbt's order of packages.

use std::collections::HashMap;

use super::GraphOptions;
use crate::nodes::{
    Model, Node, RefArgs, ResourceType, Resources, Source, UniqueId, same_version, version_text,
};

/// Outcome of looking a name up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// One enabled resource.
    One(UniqueId),
    /// Only a disabled one.
    Disabled(UniqueId),
    /// Several packages have it and none is nearer.
    Ambiguous(Vec<UniqueId>),
    /// None.
    Missing,
}

type ByName = HashMap<String, Vec<(String, UniqueId)>>;

/// Index of everything that `ref()` and `source()` can name.
#[derive(Debug, Default)]
pub struct Lookup {
    nodes: ByName,
    disabled_nodes: ByName,
    sources: ByName,
    disabled_sources: ByName,
    functions: ByName,
    disabled_functions: ByName,
    root_package: String,
    node_package_first: bool,
}

impl Lookup {
    /// Indexes the resources.
    pub fn new(resources: &Resources, options: &GraphOptions) -> Self {
        let mut lookup = Self {
            root_package: options.root_package.clone(),
            node_package_first: options.node_package_first,
            ..Self::default()
        };
        for node in resources.nodes.values() {
            add_node(&mut lookup.nodes, node);
            add_function(&mut lookup.functions, node);
        }
        for node in resources.disabled.values().flatten() {
            add_node(&mut lookup.disabled_nodes, node);
            add_function(&mut lookup.disabled_functions, node);
        }
        for source in resources.sources.values() {
            add_source(&mut lookup.sources, source);
        }
        for source in resources.disabled_sources.values() {
            add_source(&mut lookup.disabled_sources, source);
        }
        lookup
    }

    /// Finds what a `ref()` in a node of `package` means.
    pub fn reference(&self, args: &RefArgs, package: &str) -> Found {
        let name = match &args.version {
            Some(version) => format!("{}.v{}", args.name, version_text(version)),
            None => args.name.clone(),
        };
        let packages = self.packages(package, args.package.as_deref());
        find(&self.nodes, &self.disabled_nodes, &name, &packages)
    }

    /// Finds what a `source()` in a node of `package` means.
    pub fn source(&self, source: &str, table: &str, package: &str) -> Found {
        let name = format!("{source}.{table}");
        let packages = self.packages(package, None);
        find(&self.sources, &self.disabled_sources, &name, &packages)
    }

    /// Finds what a `function()` in a node of `own` means.
    pub fn function(&self, name: &str, package: Option<&str>, own: &str) -> Found {
        let packages = self.packages(own, package);
        find(&self.functions, &self.disabled_functions, name, &packages)
    }

    /// Lists all names that `function()` knows.
    pub fn function_names(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(String::as_str)
    }

    /// Lists all names that `ref()` knows.
    pub fn node_names(&self) -> impl Iterator<Item = &str> {
        self.nodes.keys().map(String::as_str)
    }

    /// Lists the versions of a model, as they stand in names.
    pub fn versions_of(&self, name: &str) -> impl Iterator<Item = &str> {
        let prefix = format!("{name}.v");
        let names = self.nodes.keys();
        names.filter_map(move |it| it.strip_prefix(&prefix))
    }

    /// Lists the packages that have a node of this name.
    pub fn packages_of(&self, name: &str) -> impl Iterator<Item = &str> {
        let entries = self.nodes.get(name).into_iter().flatten();
        entries.map(|(package, _)| package.as_str())
    }

    /// Lists all names that `source()` knows, as `source.table`.
    pub fn source_names(&self) -> impl Iterator<Item = &str> {
        self.sources.keys().map(String::as_str)
    }

    /// dbt's order: a named package alone; else root and own package, then any.
    fn packages<'a>(&'a self, own: &'a str, named: Option<&'a str>) -> Vec<Option<&'a str>> {
        match named {
            Some(package) => vec![Some(package)],
            None if own == self.root_package => vec![Some(own), None],
            None if self.node_package_first => vec![Some(own), Some(&self.root_package), None],
            None => vec![Some(&self.root_package), Some(own), None],
        }
    }
}

fn find(enabled: &ByName, disabled: &ByName, name: &str, packages: &[Option<&str>]) -> Found {
    let mut off = None;
    for package in packages {
        let mut found = in_package(enabled, name, *package);
        match found.len() {
            0 => {}
            1 => return Found::One(found.remove(0)),
            _ => return Found::Ambiguous(found),
        }
        off = off.or_else(|| in_package(disabled, name, *package).into_iter().next());
    }
    off.map_or(Found::Missing, Found::Disabled)
}

fn in_package(names: &ByName, name: &str, package: Option<&str>) -> Vec<UniqueId> {
    let entries = names.get(name).map(Vec::as_slice).unwrap_or_default();
    let wanted = entries
        .iter()
        .filter(|(owner, _)| package.is_none_or(|it| it == owner));
    wanted.map(|(_, id)| id.clone()).collect()
}

fn add_node(names: &mut ByName, node: &Node) {
    if !node.resource_type.is_refable() {
        return;
    }
    let mut add = |name: String| {
        let entries = names.entry(name).or_default();
        entries.retain(|(package, _)| *package != node.package_name);
        entries.push((node.package_name.clone(), node.unique_id.clone()));
    };
    match node.as_model() {
        Some(Model {
            version: Some(version),
            latest_version,
            ..
        }) => {
            add(format!("{}.v{}", node.name, version_text(version)));
            let latest = latest_version.as_ref();
            if latest.is_some_and(|it| same_version(it, version)) {
                add(node.name.clone());
            }
        }
        _ => add(node.name.clone()),
    }
}

fn add_function(names: &mut ByName, node: &Node) {
    if node.resource_type == ResourceType::Function {
        let entry = (node.package_name.clone(), node.unique_id.clone());
        names.entry(node.name.clone()).or_default().push(entry);
    }
}

fn add_source(names: &mut ByName, source: &Source) {
    let name = source.search_name();
    let entry = (source.package_name.clone(), source.unique_id.clone());
    names.entry(name).or_default().push(entry);
}
