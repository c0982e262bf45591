//! `packages.yml` and `dependencies.yml`.

use std::path::Path;

use serde_json::Value as Json;

use crate::diagnostics::{Code, Diagnostic};
use crate::project::{Project, YamlContext, YamlKind, render_tree};
use crate::system::System;
use crate::text::{FileId, Location, Texts};
use crate::yaml::{self, Node};

/// Where a package comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpecKind {
    /// A folder.
    Local(String),
    /// The package index: `namespace/name`.
    Hub(String),
    /// A git repository.
    Git(String),
    /// An archive.
    Tarball(String),
    /// A repository of the git host that dbt Cloud knows.
    Private(String),
}

/// One entry of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageSpec {
    /// Where it comes from.
    pub kind: SpecKind,
    /// `subdirectory` of a repository.
    pub subdirectory: Option<String>,
    /// Where it stands.
    pub location: Location,
}

/// The list of packages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Specs {
    /// The entries in order.
    pub packages: Vec<PackageSpec>,
    /// File that they stand in.
    pub file_name: &'static str,
}

const PACKAGES_FILE: &str = "packages.yml";
const DEPENDENCIES_FILE: &str = "dependencies.yml";

/// What makes a source of a key's value.
type Source = fn(String) -> SpecKind;

const KEYS: [(&str, Source); 5] = [
    ("local", SpecKind::Local),
    ("package", SpecKind::Hub),
    ("git", SpecKind::Git),
    ("tarball", SpecKind::Tarball),
    ("private", SpecKind::Private),
];

/// Reads the list of packages that a project names.
pub fn read_specs(
    system: &dyn System,
    root: &Path,
    context: &YamlContext,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Specs {
    let packages = read(system, root, PACKAGES_FILE, texts, findings);
    let dependencies = read(system, root, DEPENDENCIES_FILE, texts, findings);
    let list = |file: &Option<(FileId, Node)>| file.as_ref()?.1.get("packages").cloned();
    if let Some((_, node)) = &packages
        && let Some(entry) = node.as_map().and_then(|it| it.entry("projects"))
    {
        findings.push(
            Diagnostic::error(
                Code::InvalidPackages,
                "`projects` stands in dependencies.yml only",
            )
            .at(entry.key.location)
            .help("move it there"),
        );
    }
    match (list(&packages), list(&dependencies)) {
        (Some(one), Some(other)) => {
            let message = "`packages` is in packages.yml and in dependencies.yml";
            findings.push(
                Diagnostic::error(Code::InvalidPackages, message)
                    .at(other.location)
                    .label(one.location, "here too")
                    .help("keep one of the lists"),
            );
            Specs::default()
        }
        // Jinja in dependencies.yml is not rendered.
        (None, Some(list)) => specs(&list, &list.to_json(), DEPENDENCIES_FILE, findings),
        (Some(list), None) => {
            let text = packages.and_then(|(file, _)| Some((file, texts.get(file)?.clone())));
            let Some((file, text)) = text else {
                return Specs::default();
            };
            let render = context.renderer(YamlKind::Secret, file, text);
            let rendered = render_tree(&list, &render, &|_| true, findings);
            specs(&list, &rendered, PACKAGES_FILE, findings)
        }
        (None, None) => Specs::default(),
    }
}

fn read(
    system: &dyn System,
    root: &Path,
    name: &str,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<(FileId, Node)> {
    let path = root.join(name);
    if !system.is_file(&path) {
        return None;
    }
    let file = crate::project::read_text(system, &path, Path::new(name), texts, findings)?;
    let (node, read) = yaml::parse(file, texts.content(file));
    findings.extend(read);
    let node = node?;
    if node.as_map().is_none() && !node.is_null() {
        let message = format!(
            "{name} must be a mapping with `packages`, not {}",
            node.kind()
        );
        findings.push(Diagnostic::error(Code::InvalidPackages, message).at(node.location));
        return None;
    }
    Some((file, node))
}

fn specs(
    list: &Node,
    rendered: &Json,
    file_name: &'static str,
    findings: &mut Vec<Diagnostic>,
) -> Specs {
    let mut specs = Specs {
        packages: Vec::new(),
        file_name,
    };
    let (Some(nodes), Some(items)) = (list.as_seq(), rendered.as_array()) else {
        if !list.is_null() {
            let message = format!("`packages` must be a list, not {}", list.kind());
            findings.push(Diagnostic::error(Code::InvalidPackages, message).at(list.location));
        }
        return specs;
    };
    for (node, item) in nodes.iter().zip(items) {
        match spec(node, item) {
            Ok(spec) => specs.packages.push(spec),
            Err(finding) => findings.push(finding),
        }
    }
    specs
}

fn spec(node: &Node, item: &Json) -> Result<PackageSpec, Diagnostic> {
    let error =
        |message: String| Diagnostic::error(Code::InvalidPackages, message).at(node.location);
    let text = |key: &str| item.get(key).and_then(Json::as_str).map(str::to_owned);
    let given = KEYS.iter().find(|(key, _)| item.get(key).is_some());
    let Some((key, kind)) = given else {
        let message =
            "an entry of `packages` needs `local`, `package`, `git`, `tarball` or `private`";
        return Err(error(message.to_owned()));
    };
    let Some(value) = text(key).filter(|it| !it.is_empty()) else {
        return Err(error(format!("`{key}` must be a text")));
    };
    if *key == "package" {
        let version = item.get("version");
        if version.is_none_or(|it| it.is_null() || it.as_str() == Some("")) {
            let finding = error(format!("{value} has no `version`"));
            return Err(finding.help("packages of the index need one, such as `version: 1.3.0`"));
        }
        if !value.contains('/') {
            let finding = error(format!("`{value}` is no package of the index"));
            return Err(finding.help("write it with its namespace: `dbt-labs/dbt_utils`"));
        }
    }
    Ok(PackageSpec {
        kind: kind(value),
        subdirectory: text("subdirectory"),
        location: node.location,
    })
}

impl PackageSpec {
    /// Returns what names the package.
    pub fn shown(&self) -> &str {
        match &self.kind {
            SpecKind::Local(it)
            | SpecKind::Hub(it)
            | SpecKind::Git(it)
            | SpecKind::Tarball(it)
            | SpecKind::Private(it) => it,
        }
    }

    /// Guesses whether the package is among those of a project: by its name, or that of its folder.
    pub(super) fn is_among(&self, project: &Project, install_path: &Path) -> bool {
        let place = self.subdirectory.as_deref().unwrap_or_else(|| self.shown());
        let last = place
            .trim_end_matches('/')
            .rsplit(['/', ':'])
            .next()
            .unwrap_or(place);
        let name = last.trim_end_matches(".git").replace('-', "_");
        project.packages.iter().skip(1).any(|package| {
            let folder = package.root.strip_prefix(install_path).ok();
            let folder = folder.map(|it| it.to_string_lossy().replace('-', "_"));
            *package.name == *name || folder.as_deref() == Some(&name)
        })
    }
}
