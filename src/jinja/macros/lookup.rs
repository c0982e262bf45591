//! Which macro a name means.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::entry::MacroEntry;
use super::set::MacroSet;

/// What a name of the macro namespace stands for.
#[derive(Debug, Clone)]
pub enum Found<'a> {
    /// A macro.
    Macro(&'a Arc<MacroEntry>),
    /// A package, whose macros are its attributes.
    Package(&'a str),
}

/// How near to the root project a macro is; later wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Locality {
    Core,
    Imported,
    Root,
}

const GENERAL: &str = "dbt";

impl MacroSet {
    /// Finds what `name` means in a template of a node of `package`.
    pub fn find(&self, package: &str, name: &str) -> Option<Found<'_>> {
        self.packaged(package, name)
            .or_else(|| self.packaged(&self.settings.root, name))
            .map(Found::Macro)
            .or_else(|| self.find_package(name).map(Found::Package))
            .or_else(|| self.internal.get(name).map(Found::Macro))
    }

    /// Finds a macro for `package.name` in a template; `dbt` stands for all internal packages.
    pub fn find_in_package(&self, package: &str, name: &str) -> Option<&Arc<MacroEntry>> {
        match package {
            GENERAL => self.internal.get(name),
            _ => self.packaged(package, name),
        }
    }

    /// Lists the macros of a package as [`Self::find_in_package`] finds them, sorted.
    pub fn names_in_package(&self, package: &str) -> BTreeSet<&str> {
        let names = match package {
            GENERAL => Some(&self.internal),
            _ => self.packages.get(package),
        };
        names
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// Lists all names that [`Self::find`] finds, sorted.
    pub fn names(&self, package: &str) -> BTreeSet<&str> {
        let local = self.packages.get(package);
        let root = self.packages.get(&self.settings.root);
        let macros = local.into_iter().chain(root).chain([&self.internal]);
        let packages = self.packages.keys().map(String::as_str);
        macros
            .flat_map(|namespace| namespace.keys().map(String::as_str))
            .chain(packages)
            .chain([GENERAL])
            .collect()
    }

    /// Finds the macro for `adapter.dispatch(name, namespace)`; `Err` lists what was looked for.
    pub fn dispatch(
        &self,
        package: &str,
        name: &str,
        namespace: Option<&str>,
    ) -> Result<&Arc<MacroEntry>, Vec<String>> {
        self.dispatch_with(name, namespace, |name| match self.find(package, name) {
            Some(Found::Macro(entry)) => Some(entry),
            _ => None,
        })
    }

    /// Finds the macro for a dispatch; `unqualified` finds one when no package is to be searched.
    pub(super) fn dispatch_with<'a>(
        &'a self,
        name: &str,
        namespace: Option<&str>,
        unqualified: impl Fn(&str) -> Option<&'a Arc<MacroEntry>>,
    ) -> Result<&'a Arc<MacroEntry>, Vec<String>> {
        let mut searched = Vec::new();
        for place in self.search_order(namespace) {
            for prefix in self
                .settings
                .adapter_types
                .iter()
                .map(String::as_str)
                .chain(["default"])
            {
                let wanted = format!("{prefix}__{name}");
                let found = match place {
                    Some(place) => self.find_in_package(place, &wanted),
                    None => unqualified(&wanted),
                };
                if let Some(entry) = found {
                    return Ok(entry);
                }
                searched.push(place.map_or_else(|| wanted.clone(), |it| format!("{it}.{wanted}")));
            }
        }
        Err(searched)
    }

    /// Tells whether a macro is one of dsql's own.
    pub fn is_built_in(&self, entry: &MacroEntry) -> bool {
        self.locality(entry) == Locality::Core
    }

    /// Finds a macro for `run-operation` and for calls of the program: root project over packages
    /// over built-in ones.
    pub fn find_by_name(&self, name: &str, package: Option<&str>) -> Option<&Arc<MacroEntry>> {
        self.named(name)
            .filter(|entry| package.is_none_or(|package| entry.node.package_name == package))
            .max_by_key(|entry| self.locality(entry))
    }

    /// Finds `generate_<component>_name`: that of one installed package if asked, else that of
    /// the root project, else the built-in one.
    pub fn find_generate_name(
        &self,
        component: &str,
        package: Option<&str>,
    ) -> Option<&Arc<MacroEntry>> {
        let name = format!("generate_{component}_name");
        let wanted = |entry: &&Arc<MacroEntry>| {
            let imported = self.locality(entry) == Locality::Imported;
            package.map_or(!imported, |it| imported && entry.node.package_name == it)
        };
        let found = self.named(&name).filter(wanted);
        found.max_by_key(|entry| self.locality(entry))
    }

    /// Finds the materialization of a package that takes the place of a built-in one.
    pub fn overriding_materialization(&self, name: &str) -> Option<&Arc<MacroEntry>> {
        let found = self.find_materialization(name)?;
        let types = self.settings.adapter_types.iter().map(String::as_str);
        let is_built_in = |adapter: &str| {
            let macro_name = format!("materialization_{name}_{adapter}");
            self.named(&macro_name).any(|it| self.is_built_in(it))
        };
        let hides_built_in = types.chain(["default"]).any(is_built_in);
        (self.locality(found) == Locality::Imported && hides_built_in).then_some(found)
    }

    /// Finds the macro of a materialization: the adapter's over the default one, and of these the
    /// root project's over a package's over the built-in one.
    pub fn find_materialization(&self, name: &str) -> Option<&Arc<MacroEntry>> {
        let types = self.settings.adapter_types.iter().map(String::as_str);
        let mut candidates = Vec::new();
        for (distance, adapter) in types.chain(["default"]).enumerate() {
            let macro_name = format!("materialization_{name}_{adapter}");
            candidates.extend(self.named(&macro_name).map(|it| (distance, it)));
        }
        candidates
            .sort_by_key(|(distance, entry)| (std::cmp::Reverse(*distance), self.locality(entry)));
        let (_, best) = candidates.last()?;
        let built_in = |entry: &Arc<MacroEntry>| self.locality(entry) == Locality::Core;
        let hides_built_in = candidates.iter().any(|(_, entry)| built_in(entry));
        if self.locality(best) != Locality::Imported
            || !hides_built_in
            || self.settings.packages_override_materializations
        {
            return Some(best);
        }
        let own = |entry: &Arc<MacroEntry>| self.locality(entry) != Locality::Imported;
        let own = candidates.iter().rev().find(|(_, entry)| own(entry));
        own.map(|(_, entry)| *entry)
    }

    /// Finds a macro in the node's package, else in the root project, else in the package that was
    /// meant, else anywhere.
    pub fn find_by_bare_name(
        &self,
        package: &str,
        name: &str,
        meant: Option<&str>,
    ) -> Option<&Arc<MacroEntry>> {
        self.packaged(package, name)
            .or_else(|| self.packaged(&self.settings.root, name))
            .or_else(|| self.find_in_package(meant?, name))
            .or_else(|| self.find_anywhere(name))
    }

    /// Finds a macro in the root project, else in a package, else among the built-in ones.
    pub(super) fn find_anywhere(&self, name: &str) -> Option<&Arc<MacroEntry>> {
        let packaged = || self.packages.values().rev().find_map(|it| it.get(name));
        self.packaged(&self.settings.root, name)
            .or_else(packaged)
            .or_else(|| self.internal.get(name))
    }

    fn packaged(&self, package: &str, name: &str) -> Option<&Arc<MacroEntry>> {
        self.packages.get(package)?.get(name)
    }

    fn find_package(&self, name: &str) -> Option<&str> {
        match self.packages.get_key_value(name) {
            Some((name, _)) => Some(name),
            None => (name == GENERAL).then_some(GENERAL),
        }
    }

    /// Where `adapter.dispatch` looks; `None` is the namespace of the calling template.
    fn search_order<'a>(&'a self, namespace: Option<&'a str>) -> Vec<Option<&'a str>> {
        let Some(namespace) = namespace else {
            return vec![None];
        };
        let configured = self
            .settings
            .dispatch
            .iter()
            .find(|(name, _)| name == namespace);
        match configured {
            Some((_, order)) if !order.is_empty() => {
                order.iter().map(|place| Some(place.as_str())).collect()
            }
            _ if self.settings.projects.iter().any(|name| name == namespace) => {
                vec![Some(self.settings.root.as_str()), Some(namespace)]
            }
            _ => vec![None],
        }
    }

    fn named<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Arc<MacroEntry>> {
        let packages = self
            .internal_packages
            .values()
            .chain(self.packages.values());
        packages
            .filter_map(|namespace| namespace.get(name))
            .collect::<Vec<_>>()
            .into_iter()
    }

    fn locality(&self, entry: &MacroEntry) -> Locality {
        let package = &entry.node.package_name;
        if *package == self.settings.root {
            Locality::Root
        } else if self.settings.internal.contains(package) {
            Locality::Core
        } else {
            Locality::Imported
        }
    }
}
