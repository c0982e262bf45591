//! Properties files of all packages, and which node each entry describes.

use std::collections::HashMap;

use rayon::prelude::*;
use serde_json::Value as Json;

use super::call::capture;
use super::files::plain_model;
use super::node::{self, Described, patch_finding};
use super::properties::{self, Patch, PatchKind, Properties};
use super::raw::{RawNode, fqn, no_checksum};
use super::{Stage, generate, macro_arguments, overrides};
use crate::diagnostics::{Code, Diagnostic, guarded_at};
use crate::nodes::{Details, Dict, ResourceType, Resources, same_version, version_text};
use crate::project::{FileKind, SourceFile, YamlKind, render_properties, stripped};
use crate::text::{Location, Span};
use crate::yaml::Node;

/// One properties file, read.
pub(super) struct Declared<'a> {
    pub(super) package: usize,
    pub(super) file: &'a SourceFile,
    pub(super) properties: Properties,
}

/// All properties files in order.
pub(super) struct AllDeclared<'a>(pub(super) Vec<Declared<'a>>);

/// Reads all properties files.
pub(super) fn read<'a>(stage: &Stage<'a>, diagnostics: &mut Vec<Diagnostic>) -> AllDeclared<'a> {
    let packages = stage.packages.iter().enumerate();
    let files: Vec<_> = packages
        .flat_map(|(at, package)| {
            super::files::of(package, FileKind::Schema).map(move |file| (at, file))
        })
        .collect();
    let read: Vec<_> = files
        .into_par_iter()
        .map(|(package, file)| read_one(package, file, stage))
        .collect();
    let mut all = Vec::with_capacity(read.len());
    for (declared, findings) in read {
        diagnostics.extend(findings);
        all.push(declared);
    }
    overrides::apply(&mut all, stage, diagnostics);
    AllDeclared(all)
}

/// Reads one properties file.
pub(super) fn read_one<'a>(
    package: usize,
    file: &'a SourceFile,
    stage: &Stage<'_>,
) -> (Declared<'a>, Vec<Diagnostic>) {
    read_with(package, file, stage, &|_| ())
}

/// Does the same, and changes what stands in the file.
pub(super) fn read_with<'a>(
    package: usize,
    file: &'a SourceFile,
    stage: &Stage<'_>,
    change: &dyn Fn(&mut Node),
) -> (Declared<'a>, Vec<Diagnostic>) {
    let whole = Location::new(file.file.unwrap_or_default(), Span::default());
    let read = guarded_at(whole, || read_file(package, file, stage, change));
    let (properties, findings) =
        read.unwrap_or_else(|finding| (Properties::default(), vec![finding]));
    let declared = Declared {
        package,
        file,
        properties,
    };
    (declared, findings)
}

fn read_file(
    package: usize,
    file: &SourceFile,
    stage: &Stage<'_>,
    change: &dyn Fn(&mut Node),
) -> (Properties, Vec<Diagnostic>) {
    let Some((id, text)) = file.file.and_then(|id| Some((id, stage.texts.get(id)?))) else {
        return (Properties::default(), Vec::new());
    };
    // dbt reads files without the blanks at their end, which a block of text may end with.
    let content = &text.content[..stripped(&text.content).end as usize];
    let (root, mut diagnostics) = crate::yaml::parse(id, content);
    let Some(mut root) = root else {
        return (Properties::default(), diagnostics);
    };
    let written = places_as_written(&root);
    let configs = match super::configure::is_kept_as_written(stage) {
        true => configs_as_written(&root),
        false => HashMap::new(),
    };
    let context = stage.loaded.yaml_context(&stage.packages[package].name);
    let renderer = context.renderer(YamlKind::Plain, id, text.clone());
    let generated = generate::expand(&mut root, (package, id, text), stage, &mut diagnostics);
    render_properties(&mut root, &renderer, &mut diagnostics);
    change(&mut root);
    let (mut properties, findings) = properties::read(&root);
    properties.generated = generated;
    diagnostics.extend(findings);
    for source in &mut properties.sources {
        if let Some([database, schema]) = written.get(&source.name) {
            source.unrendered_database.clone_from(database);
            source.unrendered_schema.clone_from(schema);
        }
    }
    for patch in &mut properties.patches {
        let key = (patch.kind.key(), patch.name.clone());
        patch.config_as_written = configs.get(&key).cloned();
    }
    (properties, diagnostics)
}

/// `config` blocks of a file that has not been rendered, by section and name.
fn configs_as_written(root: &Node) -> HashMap<(&'static str, String), Dict> {
    let mut found = HashMap::new();
    for kind in PatchKind::ALL {
        let entries = root.get(kind.key()).and_then(Node::as_seq);
        for entry in entries.unwrap_or_default() {
            let name = entry.get("name").and_then(Node::as_str);
            let config = entry.get("config").map(Node::to_json);
            if let (Some(name), Some(Json::Object(config))) = (name, config) {
                found.insert((kind.key(), name.to_owned()), config);
            }
        }
    }
    found
}

/// Database and schema of the sources in a file that has not been rendered, by name.
fn places_as_written(root: &Node) -> HashMap<String, [Option<String>; 2]> {
    let sources = root.get("sources").and_then(Node::as_seq);
    let text = |source: &Node, key: &str| source.get(key)?.as_str().map(str::to_owned);
    let place = |source: &Node| {
        let name = text(source, "name")?;
        let place = ["database", "schema"].map(|key| text(source, key));
        let rendered = place.iter().flatten().any(|it| it.contains('{'));
        rendered.then_some((name, place))
    };
    sources
        .unwrap_or_default()
        .iter()
        .filter_map(place)
        .collect()
}

impl<'a> AllDeclared<'a> {
    /// Lists what every file declares by one of its lists.
    pub(super) fn each<'b, T: 'b>(
        &'b self,
        list: impl Fn(&'b Properties) -> &'b [T] + 'b,
    ) -> impl Iterator<Item = (&'b Declared<'a>, &'b T)> {
        self.0
            .iter()
            .flat_map(move |it| list(&it.properties).iter().map(move |item| (it, item)))
    }

    /// Makes nodes of the snapshots that have no file: `relation: ref('…')`.
    pub(super) fn snapshots(
        &self,
        stage: &Stage<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<RawNode> {
        let patches = self
            .each(|it| &it.patches)
            .filter(|(_, patch)| patch.relation.is_some());
        let nodes = patches.filter_map(|(declared, patch)| {
            let (relation, location) = patch.relation.as_ref()?;
            let package = &stage.packages[declared.package];
            let below = &declared.file.relative_path;
            diagnostics.extend(no_reference(
                patch,
                relation,
                *location,
                &package.name,
                stage,
            ));
            Some(RawNode {
                package: declared.package,
                resource_type: ResourceType::Snapshot,
                fqn: fqn(&package.name, below, &[&patch.name]),
                name: patch.name.clone(),
                hash: None,
                path: format!("{below}/{}.sql", patch.name),
                original_file_path: declared.file.original_file_path.clone(),
                checksum: declared.file.checksum.clone(),
                raw_code: format!("select * from {{{{ {relation} }}}}").into(),
                location: *location,
                language: "sql",
                details: Details::Snapshot,
                tags: Vec::new(),
                row: None,
            })
        });
        nodes.collect()
    }

    /// Makes the models that unit tests of macros test.
    pub(super) fn macro_calls(&self, stage: &Stage<'_>) -> Vec<RawNode> {
        let macros = self.each(|it| &it.macros);
        let tests = macros.flat_map(|(declared, it)| it.tests.iter().map(move |it| (declared, it)));
        let nodes = tests.map(|(declared, tested)| {
            let package = &stage.packages[declared.package];
            let below = &declared.file.relative_path;
            let (name, location) = &tested.test.model;
            RawNode {
                package: declared.package,
                resource_type: ResourceType::Model,
                fqn: fqn(&package.name, below, &[name]),
                name: name.clone(),
                hash: None,
                path: format!("{below}/{name}.sql"),
                original_file_path: declared.file.original_file_path.clone(),
                checksum: no_checksum(),
                raw_code: tested.sql.as_str().into(),
                location: *location,
                language: "sql",
                details: Details::Model(Box::new(plain_model())),
                tags: Vec::new(),
                row: None,
            }
        });
        nodes.collect()
    }

    /// Finds for each raw node the entry that describes it; entries without a node are reported.
    pub(super) fn index<'b>(
        &'b self,
        raw: &[RawNode],
        stage: &Stage<'b>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Option<Described<'b>>> {
        let mut by_name: HashMap<(PatchKind, &str), Vec<usize>> = HashMap::new();
        for (at, node) in raw.iter().enumerate() {
            if let Some(kind) = kind_of(node.resource_type) {
                by_name
                    .entry((kind, node.name.as_str()))
                    .or_default()
                    .push(at);
            }
        }
        let mut described: Vec<Option<Described<'_>>> = vec![None; raw.len()];
        for (declared, patch) in self.each(|it| &it.patches) {
            let own = |name: &str| {
                let mut candidates = named(&by_name, patch.kind, name).iter().copied();
                candidates.find(|at| raw[*at].package == declared.package)
            };
            let found = match &patch.version {
                None => match (own(&patch.name), named(&by_name, patch.kind, &patch.name)) {
                    (Some(own), [_]) => Some(own),
                    // A node of another package that is switched on goes before one's own that is not.
                    (own, candidates) => {
                        let mut nearest = own.into_iter().chain(candidates.iter().copied());
                        let enabled = nearest.find(|at| node::is_enabled(&raw[*at], stage));
                        enabled.or(own)
                    }
                },
                Some(version) => {
                    // Only the latest version may do without a number in the name of its file.
                    let latest = same_version(&version.v, &version.latest);
                    let plain = || own(&patch.name).filter(|_| latest);
                    own(&version.file).or_else(plain)
                }
            };
            let Some(at) = found else {
                diagnostics.push(unmatched(patch, &by_name));
                continue;
            };
            let package = &*stage.packages[declared.package].name;
            let it = Described {
                patch,
                package,
                path: &declared.file.original_file_path,
            };
            match described[at] {
                None => described[at] = Some(it),
                // What stands for a version is known under another name: a plain entry is void.
                Some(first) if patch.version.is_some() && first.patch.version.is_none() => {
                    diagnostics.push(unmatched(first.patch, &by_name));
                    described[at] = Some(it);
                }
                Some(first) if first.patch.version.is_some() => {
                    let finding = match &patch.version {
                        Some(_) => same_file(first.patch, patch),
                        None => Some(unmatched(patch, &by_name)),
                    };
                    diagnostics.extend(finding);
                }
                Some(first) => {
                    diagnostics.push(twice(&patch.name, first.patch.location, patch.location));
                }
            }
        }
        described
    }

    /// Adds descriptions and arguments to macros.
    pub(super) fn describe_macros(
        &self,
        resources: &mut Resources,
        stage: &Stage<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let mut first_of: HashMap<String, Location> = HashMap::new();
        let checked = macro_arguments::are_checked(stage);
        let unknown = macro_arguments::unknown_in(stage);
        for (declared, patch) in self.each(|it| &it.macros) {
            let package = &stage.packages[declared.package].name;
            let id = format!("macro.{package}.{}", patch.name);
            if let Some(first) = first_of.insert(id.clone(), patch.location) {
                diagnostics.push(twice(&patch.name, first, patch.location));
            }
            let Some(found) = resources.macros.get_mut(id.as_str()) else {
                diagnostics.push(
                    Diagnostic::warning(
                        crate::diagnostics::Code::UnusedProperties,
                        format!("no macro of package `{package}` is named `{}`", patch.name),
                    )
                    .at(patch.location)
                    .help("remove the entry, or correct the name"),
                );
                continue;
            };
            let found = std::sync::Arc::make_mut(found);
            found.patch_path = Some(format!("{package}://{}", declared.file.original_file_path));
            found.description = patch.description.clone();
            found.meta = patch.meta.clone();
            found.docs = patch.docs.clone();
            found.config = patch.config.clone();
            if !patch.arguments.is_empty() {
                if checked && !unknown.contains(&found.location.file) {
                    diagnostics.extend(macro_arguments::check(found, &patch.arguments));
                }
                let documented = patch.arguments.iter().map(|it| it.argument.clone());
                found.arguments = documented.collect();
            }
        }
    }
}

/// A snapshot must say by `ref` or `source` of what it is; what does not render is told elsewhere.
fn no_reference(
    patch: &Patch,
    relation: &str,
    location: Location,
    package: &str,
    stage: &Stage<'_>,
) -> Option<Diagnostic> {
    let asked = capture(relation, location, package, &patch.name, stage).ok()?;
    if !asked.refs.is_empty() || !asked.sources.is_empty() {
        return None;
    }
    let message = format!(
        "`relation` of the snapshot `{}` is no `ref` and no `source`",
        patch.name
    );
    let name = relation.trim().trim_matches(['{', '}', ' ']);
    let is_name = name.chars().all(|it| it.is_alphanumeric() || it == '_');
    let help = match is_name && !name.is_empty() {
        true => format!("write `relation: ref('{name}')`"),
        false => "write `relation: ref('model')` or `relation: source('source', 'table')`".into(),
    };
    Some(
        Diagnostic::error(Code::InvalidProperty, message)
            .at(location)
            .help(help),
    )
}

fn named<'n>(
    by_name: &'n HashMap<(PatchKind, &'n str), Vec<usize>>,
    kind: PatchKind,
    name: &'n str,
) -> &'n [usize] {
    let nodes = by_name.get(&(kind, name));
    nodes.map(Vec::as_slice).unwrap_or_default()
}

/// Returns what describes nodes of a kind.
pub(super) fn kind_of(resource_type: ResourceType) -> Option<PatchKind> {
    Some(match resource_type {
        ResourceType::Model => PatchKind::Model,
        ResourceType::Seed => PatchKind::Seed,
        ResourceType::Snapshot => PatchKind::Snapshot,
        ResourceType::Analysis => PatchKind::Analysis,
        ResourceType::Test => PatchKind::DataTest,
        ResourceType::Function => PatchKind::Function,
        _ => return None,
    })
}

/// Two versions that name one file; the same version twice is told where versions are read.
fn same_file(first: &Patch, second: &Patch) -> Option<Diagnostic> {
    let (one, other) = (first.version.as_ref()?, second.version.as_ref()?);
    if same_version(&one.v, &other.v) {
        return None;
    }
    let message = format!(
        "version {} of model `{}` has the file of version {}, `{}`",
        version_text(&other.v),
        second.name,
        version_text(&one.v),
        other.file
    );
    Some(
        Diagnostic::error(Code::InvalidProperty, message)
            .at(second.location)
            .help("give each version a file of its own, by its name or `defined_in:`"),
    )
}

fn unmatched(patch: &Patch, names: &HashMap<(PatchKind, &str), Vec<usize>>) -> Diagnostic {
    if let Some(version) = &patch.version {
        let text = version_text(&version.v);
        let message = format!("version {text} of model `{}` has no file", patch.name);
        let models = names.keys().filter(|(kind, _)| *kind == patch.kind);
        let near = crate::diagnostics::did_you_mean(&version.file, models.map(|(_, name)| *name));
        let file = &version.file;
        let help = match near.filter(|near| near != file) {
            Some(near) => format!("add `{file}.sql`, or write `defined_in: {near}`"),
            None => format!("add `{file}.sql`, or name its file by `defined_in:`"),
        };
        return patch_finding(patch, message, &help);
    }
    let elsewhere = names
        .keys()
        .find(|(_, name)| *name == patch.name)
        .map(|(kind, _)| kind.key());
    let near = names
        .keys()
        .filter(|(kind, _)| *kind == patch.kind)
        .map(|(_, name)| *name);
    let near = crate::diagnostics::did_you_mean(&patch.name, near);
    let key = patch.kind.key();
    let message = format!(
        "`{}` under `{key}` describes nothing that is there",
        patch.name
    );
    let help = match (elsewhere, near) {
        (Some(elsewhere), _) => format!("move it under `{elsewhere}:`"),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) if patch.kind == PatchKind::Snapshot => {
            "say of what it is, such as `relation: ref('orders')`, or remove the entry".to_owned()
        }
        (None, None) => "remove the entry, or add the file".to_owned(),
    };
    patch_finding(patch, message, &help)
}

fn twice(name: &str, first: Location, second: Location) -> Diagnostic {
    let message = format!("`{name}` is described twice");
    Diagnostic::error(Code::DuplicateProperties, message)
        .label(second, "the second description")
        .label(first, "the first one")
        .help("bring both together in one entry")
}
