//! Fills `depends_on.nodes` from `ref()` and `source()` calls.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::{Found, GraphOptions, Lookup};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::nodes::{
    FunctionCall, Node, RefArgs, RefCall, ResourceType, Resources, SourceCall, UniqueId,
    compare_versions, version_text,
};
use crate::text::Location;

/// Resolves every reference of every enabled node and exposure.
pub(super) fn resolve(resources: &mut Resources, options: &GraphOptions) -> Vec<Diagnostic> {
    let lookup = Lookup::new(resources, options);
    let mut diagnostics = Vec::new();
    let mut off = Vec::new();
    for at in 0..resources.nodes.len() {
        off.extend(resolve_at(at, resources, &lookup, &mut diagnostics));
    }
    let nodes = &resources.nodes;
    for exposure in resources.exposures.values_mut() {
        let user = User {
            title: "exposure",
            name: None,
            nodes,
            package: exposure.package_name.clone(),
            place: exposure.location,
            is_test: false,
        };
        let targets = user.targets(&exposure.refs, &exposure.sources, &lookup);
        keep(
            targets,
            &mut Arc::make_mut(exposure).depends_on.nodes,
            &mut diagnostics,
        );
    }
    // dbt switches a test off when what it tests is missing or disabled, and goes on.
    for id in off {
        if let Some(node) = resources.nodes.get_mut(&id) {
            let config = &mut Arc::make_mut(node).config;
            config
                .set_values_mut()
                .insert("enabled".to_owned(), false.into());
        }
    }
    diagnostics
}

/// Resolves the references of some nodes.
pub(super) fn resolve_some(
    resources: &mut Resources,
    ids: &BTreeSet<UniqueId>,
    options: &GraphOptions,
) -> Vec<Diagnostic> {
    let lookup = Lookup::new(resources, options);
    let mut diagnostics = Vec::new();
    let at: Vec<usize> = ids
        .iter()
        .filter_map(|id| resources.nodes.get_index_of(id))
        .collect();
    for at in at {
        resolve_at(at, resources, &lookup, &mut diagnostics);
    }
    diagnostics
}

/// Resolves the references of the node at a place; returns its id if it is a test of which one is
/// broken.
fn resolve_at(
    at: usize,
    resources: &mut Resources,
    lookup: &Lookup,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<UniqueId> {
    let (_, node) = resources.nodes.get_index(at)?;
    let targets = User::of(node, resources).all_targets(node, lookup);
    let broken = targets.iter().any(Result::is_err);
    let (id, node) = resources.nodes.get_index_mut(at)?;
    let node = Arc::make_mut(node);
    keep(targets, &mut node.depends_on.nodes, diagnostics);
    (broken && node.resource_type == ResourceType::Test).then(|| id.clone())
}

/// Resolves the references of one node that is not among the resources (`--inline`).
pub fn resolve_one(
    mut node: Node,
    resources: &Resources,
    root_package: &str,
) -> (Arc<Node>, Vec<Diagnostic>) {
    let options = GraphOptions {
        root_package: root_package.to_owned(),
        node_package_first: false,
        ..GraphOptions::default()
    };
    let lookup = Lookup::new(resources, &options);
    let mut diagnostics = Vec::new();
    let user = User::of(&node, resources);
    let targets = user.all_targets(&node, &lookup);
    keep(targets, &mut node.depends_on.nodes, &mut diagnostics);
    (Arc::new(node), diagnostics)
}

type Target = Result<UniqueId, Option<Diagnostic>>;

fn keep(targets: Vec<Target>, depends_on: &mut Vec<UniqueId>, diagnostics: &mut Vec<Diagnostic>) {
    for target in targets {
        match target {
            Ok(id) if !depends_on.contains(&id) => depends_on.push(id),
            Ok(_) => {}
            Err(diagnostic) => diagnostics.extend(diagnostic),
        }
    }
}

/// Who asks.
struct User<'a> {
    title: &'static str,
    /// Its name, if it is a node.
    name: Option<&'a str>,
    nodes: &'a IndexMap<UniqueId, Arc<Node>>,
    package: String,
    place: Location,
    is_test: bool,
}

impl<'a> User<'a> {
    fn of(node: &'a Node, resources: &'a Resources) -> Self {
        Self {
            name: Some(&node.name),
            nodes: &resources.nodes,
            title: node.resource_type.as_str(),
            package: node.package_name.clone(),
            place: node.patch_location.unwrap_or(node.location),
            is_test: node.resource_type == ResourceType::Test,
        }
    }

    /// Names the node and all that reads from it, by the names in their references.
    fn with_its_readers(&self) -> HashSet<&'a str> {
        let mut below: HashSet<&str> = self.name.into_iter().collect();
        let mut before = 0;
        while before != below.len() {
            before = below.len();
            for node in self.nodes.values() {
                let reads = |it: &RefCall| below.contains(it.args.name.as_str());
                if node.refs.iter().any(reads) {
                    below.insert(&node.name);
                }
            }
        }
        below
    }

    fn all_targets(&self, node: &Node, lookup: &Lookup) -> Vec<Target> {
        let mut targets = self.targets(&node.refs, &node.sources, lookup);
        let functions = node.functions.iter();
        targets.extend(functions.map(|call| self.function(call, lookup)));
        targets
    }

    fn targets(&self, refs: &[RefCall], sources: &[SourceCall], lookup: &Lookup) -> Vec<Target> {
        let sources = sources.iter().map(|call| self.source(call, lookup));
        sources
            .chain(refs.iter().map(|call| self.reference(call, lookup)))
            .collect()
    }

    fn reference(&self, call: &RefCall, lookup: &Lookup) -> Target {
        let args = &call.args;
        match lookup.reference(args, &self.package) {
            Found::One(id) => Ok(id),
            Found::Disabled(id) => Err(self.disabled(&id, call.location, call.caller)),
            Found::Missing => {
                let (message, help) = missing_node(args, lookup, self);
                Err(Some(
                    self.finding(Code::UnresolvedRef, message, call.location, call.caller)
                        .help(help),
                ))
            }
            Found::Ambiguous(ids) => {
                Err(Some(self.ambiguous("ref", &args.name, &ids, call.location)))
            }
        }
    }

    fn source(&self, call: &SourceCall, lookup: &Lookup) -> Target {
        match lookup.source(&call.source, &call.table, &self.package) {
            Found::One(id) => Ok(id),
            Found::Disabled(id) => Err(self.disabled(&id, call.location, call.caller)),
            Found::Missing => {
                let (message, help) = missing_source(&call.source, &call.table, lookup);
                Err(Some(
                    self.finding(Code::UnresolvedSource, message, call.location, call.caller)
                        .help(help),
                ))
            }
            Found::Ambiguous(ids) => {
                let name = format!("{}.{}", call.source, call.table);
                Err(Some(self.ambiguous("source", &name, &ids, call.location)))
            }
        }
    }

    fn function(&self, call: &FunctionCall, lookup: &Lookup) -> Target {
        let (name, package) = (&call.name, call.package.as_deref());
        let message = match lookup.function(name, package, &self.package) {
            Found::One(id) => return Ok(id),
            Found::Disabled(id) => return Err(self.disabled(&id, call.location, call.caller)),
            Found::Ambiguous(ids) => {
                return Err(Some(self.ambiguous("function", name, &ids, call.location)));
            }
            Found::Missing => match package {
                Some(package) => format!("package `{package}` has no function `{name}`"),
                None => format!("no function is named `{name}`"),
            },
        };
        let near = did_you_mean(name, lookup.function_names());
        let help = match near {
            Some(near) => format!("did you mean `function('{near}')`?"),
            None => "correct the name, or add a file below `functions`".to_owned(),
        };
        let code = Code::UnresolvedFunction;
        Err(Some(
            self.finding(code, message, call.location, call.caller)
                .help(help),
        ))
    }

    /// A test on something disabled is left out without a word, as dbt does.
    fn disabled(
        &self,
        id: &UniqueId,
        at: Option<Location>,
        caller: Option<Location>,
    ) -> Option<Diagnostic> {
        if self.is_test {
            return None;
        }
        let (kind, name) = kind_and_name(id);
        let message = format!("{kind} `{name}` is disabled");
        let help = format!("set `enabled: true` for `{id}`, or remove this reference");
        Some(
            self.finding(Code::DisabledTarget, message, at, caller)
                .help(help),
        )
    }

    fn ambiguous(
        &self,
        function: &str,
        name: &str,
        ids: &[UniqueId],
        at: Option<Location>,
    ) -> Diagnostic {
        let packages: Vec<_> = ids.iter().filter_map(|id| id.split('.').nth(1)).collect();
        let message = format!("`{name}` is in several packages: {}", packages.join(", "));
        let help = match (function, packages.first()) {
            ("ref" | "function", Some(first)) => {
                format!("name the package: `{function}('{first}', '{name}')`")
            }
            _ => "rename one of the sources".to_owned(),
        };
        Diagnostic::error(Code::AmbiguousRef, message)
            .at(at.unwrap_or(self.place))
            .help(help)
    }

    fn finding(
        &self,
        code: Code,
        message: String,
        at: Option<Location>,
        caller: Option<Location>,
    ) -> Diagnostic {
        let mut finding = match self.is_test {
            true => Diagnostic::warning(code, format!("this test is left out: {message}")),
            false => Diagnostic::error(code, message),
        }
        .at(at.unwrap_or(self.place));
        if let Some(caller) = caller {
            finding = finding.label(caller, format!("called by this {}", self.title));
        }
        finding
    }
}

/// Says what is wrong with a `ref()` that finds nothing, and what to type.
fn missing_node(args: &RefArgs, lookup: &Lookup, user: &User<'_>) -> (String, String) {
    let name = &args.name;
    let mut versions: Vec<&str> = lookup.versions_of(name).collect();
    versions.sort_by(|one, other| compare_versions(&(*one).into(), &(*other).into()));
    let known = args.package.as_deref().is_none_or(|package| {
        let name = match versions.first() {
            Some(version) => format!("{name}.v{version}"),
            None => name.clone(),
        };
        lookup.packages_of(&name).any(|it| it == package)
    });
    match (&args.version, versions.as_slice()) {
        (Some(version), []) if known && lookup.node_names().any(|it| it == name) => {
            let message = format!(
                "`{name}` has no versions, but version {} is asked for",
                version_text(version)
            );
            return (message, format!("without a version: `ref('{name}')`"));
        }
        (asked, [_, ..]) if known => {
            let message = match asked {
                Some(version) => format!("model `{name}` has no version {}", version_text(version)),
                None => format!("the latest version of model `{name}` is not there"),
            };
            return (message, versions_help(name, asked.as_ref(), &versions));
        }
        _ => {}
    }
    let names = || lookup.node_names().filter(|it| !it.contains(".v"));
    let mut near = did_you_mean(name, names());
    if near.is_some() {
        // What would make a cycle is not meant.
        let below = user.with_its_readers();
        near = did_you_mean(name, names().filter(|it| !below.contains(it)));
    }
    if let Some(package) = &args.package {
        let message = format!("package `{package}` has no model, seed or snapshot `{name}`");
        let mut owners = lookup.packages_of(name);
        let help = match (owners.next(), near) {
            (Some(owner), _) => format!("did you mean `ref('{owner}', '{name}')`?"),
            (None, Some(near)) => format!("did you mean `ref('{package}', '{near}')`?"),
            (None, None) => "correct the name or the package".to_owned(),
        };
        return (message, help);
    }
    let message = format!("no model, seed or snapshot is named `{name}`");
    let table = || {
        let mut names = lookup.source_names().filter_map(|it| it.split_once('.'));
        names.find(|(_, table)| table == name)
    };
    let file = [".sql", ".csv", ".py"].into_iter().find_map(|ending| {
        let stem = name.strip_suffix(ending)?;
        lookup.packages_of(stem).next()?;
        Some(format!("leave `{ending}` out: `ref('{stem}')`"))
    });
    let help = match near {
        _ if file.is_some() => file.unwrap_or_default(),
        Some(near) => format!("did you mean `ref('{near}')`?"),
        None => match table() {
            Some((source, table)) => format!("did you mean `source('{source}', '{table}')`?"),
            None => "correct the name, or add a file of that name".to_owned(),
        },
    };
    (message, help)
}

/// Names the versions that there are, and the nearest to what was asked for.
fn versions_help(name: &str, asked: Option<&serde_json::Value>, versions: &[&str]) -> String {
    let near = asked.and_then(|it| did_you_mean(&version_text(it), versions.iter().copied()));
    let Some(last) = near.or(versions.last().copied()) else {
        return String::new();
    };
    let version = match last.parse::<f64>() {
        Ok(_) => last.to_owned(),
        Err(_) => format!("'{last}'"),
    };
    let there = match versions {
        [one] => format!("there is version {one}"),
        many => format!("there are versions {}", many.join(", ")),
    };
    format!("{there}: `ref('{name}', v={version})`")
}

/// Says what is wrong with a `source()` that finds nothing, and what to type.
fn missing_source(source: &str, table: &str, lookup: &Lookup) -> (String, String) {
    let name = format!("{source}.{table}");
    let mut known = lookup.source_names().filter_map(|it| it.split_once('.'));
    let message = match known.any(|(known, _)| known == source) {
        true => format!("source `{source}` has no table `{table}`"),
        false => format!("no source is named `{source}`"),
    };
    let near = did_you_mean(&name, lookup.source_names()).and_then(|near| near.split_once('.'));
    let help = match near {
        Some((source, table)) => format!("did you mean `source('{source}', '{table}')`?"),
        None if lookup.node_names().any(|it| it == table) => {
            format!("did you mean `ref('{table}')`?")
        }
        None => {
            format!("add `- name: {table}` to `tables:` of the source `{source}` in a YAML file")
        }
    };
    (message, help)
}

/// Splits `source.shop.crm.accounts` into `source` and `crm.accounts`.
fn kind_and_name(id: &str) -> (&str, &str) {
    let mut parts = id.splitn(3, '.');
    let kind = parts.next().unwrap_or_default();
    (kind, parts.nth(1).unwrap_or(id))
}
