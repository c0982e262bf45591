//! The macros by package.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::entry::MacroEntry;
use crate::nodes::{Macro, UniqueId};

/// What macro lookup depends on besides the macros.
#[derive(Debug, Clone, Default)]
pub struct MacroSettings {
    /// Name of the root project.
    pub root: String,
    /// Names of all projects: the root, the installed packages, the internal ones.
    pub projects: Vec<String>,
    /// Packages of built-in macros, the winning one first: `dbt_duckdb`, `dbt`.
    pub internal: Vec<String>,
    /// The adapter's type and those it inherits from, nearest first: `duckdb`.
    pub adapter_types: Vec<String>,
    /// `dispatch:` of `dbt_project.yml`: namespace and search order.
    pub dispatch: Vec<(String, Vec<String>)>,
    /// Whether an installed package may override a built-in materialization without being asked
    /// (dbt's flag `require_explicit_package_overrides_for_builtin_materializations` off).
    pub packages_override_materializations: bool,
}

pub(super) type Namespace = HashMap<String, Arc<MacroEntry>>;

/// All macros, by package and name.
#[derive(Debug, Default)]
pub struct MacroSet {
    pub(super) settings: MacroSettings,
    pub(super) by_id: IndexMap<UniqueId, Arc<MacroEntry>>,
    /// Packages that are not internal, in the order of their first macro.
    pub(super) packages: IndexMap<String, Namespace>,
    /// The internal packages.
    pub(super) internal_packages: IndexMap<String, Namespace>,
    /// The internal packages as one, the adapter's macros over the general ones.
    pub(super) internal: Namespace,
}

impl MacroSet {
    /// Sorts the macros into namespaces.
    pub fn new(macros: &IndexMap<UniqueId, Arc<Macro>>, settings: MacroSettings) -> Self {
        let mut set = Self {
            settings,
            ..Self::default()
        };
        for (id, node) in macros {
            let entry = Arc::new(MacroEntry::new(node.clone()));
            let packages = match set.settings.internal.contains(&node.package_name) {
                true => &mut set.internal_packages,
                false => &mut set.packages,
            };
            packages
                .entry(node.package_name.clone())
                .or_default()
                .insert(node.name.clone(), entry.clone());
            set.by_id.insert(id.clone(), entry);
        }
        for package in set.settings.internal.iter().rev() {
            for (name, entry) in set.internal_packages.get(package).into_iter().flatten() {
                set.internal.insert(name.clone(), entry.clone());
            }
        }
        set
    }

    /// Returns what lookup depends on.
    pub fn settings(&self) -> &MacroSettings {
        &self.settings
    }

    /// Lists the names of all materializations.
    pub fn materializations(&self) -> impl Iterator<Item = &str> {
        let names = self.by_id.values().map(|entry| entry.node.name.as_str());
        names.filter_map(|name| {
            let (name, _) = name.strip_prefix("materialization_")?.rsplit_once('_')?;
            Some(name)
        })
    }

    /// Lists all macros.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Macro>> {
        self.by_id.values().map(|entry| &entry.node)
    }

    /// Returns the macro of an id.
    pub fn get(&self, unique_id: &str) -> Option<&Arc<MacroEntry>> {
        self.by_id.get(unique_id)
    }
}
