//! Files of a package → raw nodes: models, analyses, singular tests, snapshots, seeds.

use super::raw::{RawNode, folders, no_checksum, sha256};
use crate::diagnostics::Diagnostic;
use crate::jinja::{BlockKind, blocks};
use crate::nodes::{Constraint, Details, Model, ResourceType};
use crate::project::{Package, SourceFile};
use crate::text::{Location, Span, Texts};

/// Reads the files of one package in the order of dbt's parsers.
pub(super) fn read(at: usize, package: &Package, texts: &Texts) -> (Vec<RawNode>, Vec<Diagnostic>) {
    let mut nodes = Vec::new();
    let mut diagnostics = Vec::new();
    let files = &package.files;
    let model = || Details::Model(Box::new(plain_model()));
    nodes.extend(files.models.iter().map(|file| {
        let raw = sql_node(at, package, file, texts, ResourceType::Model, model());
        RawNode { fqn: fqn(package, &file.below, &raw.name), ..raw }
    }));
    for file in &files.snapshots {
        let (found, mut findings) = snapshots(at, package, file, texts);
        nodes.extend(found);
        diagnostics.append(&mut findings);
    }
    nodes.extend(files.analyses.iter().map(|file| {
        let raw = sql_node(at, package, file, texts, ResourceType::Analysis, Details::Analysis);
        let path = format!("analysis/{}", file.below);
        RawNode { fqn: fqn(package, &path, &raw.name), path, ..raw }
    }));
    nodes.extend(files.singular_tests.iter().map(|file| {
        let details = Details::DataTest { generic: None };
        let raw = sql_node(at, package, file, texts, ResourceType::Test, details);
        RawNode { fqn: fqn(package, &file.below, &raw.name), ..raw }
    }));
    nodes.extend(files.seeds.iter().map(|file| seed(at, package, file)));
    (nodes, diagnostics)
}

fn fqn(package: &Package, path: &str, name: &str) -> Vec<String> {
    let head = std::iter::once(package.name.clone());
    head.chain(folders(path)).chain([name.to_owned()]).collect()
}

fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// A model that no properties file describes.
pub(super) fn plain_model() -> Model {
    Model {
        access: "protected".to_owned(),
        constraints: Vec::<Constraint>::new(),
        version: None,
        latest_version: None,
        deprecation_date: None,
        primary_key: Vec::new(),
        time_spine: None,
    }
}

fn sql_node(
    at: usize,
    package: &Package,
    file: &SourceFile,
    texts: &Texts,
    resource_type: ResourceType,
    details: Details,
) -> RawNode {
    let content = texts.content(file.file);
    let trimmed = content.trim();
    let start = content.len() - content.trim_start().len();
    let _ = package;
    RawNode {
        package: at,
        resource_type,
        name: stem(&file.path).to_owned(),
        hash: None,
        path: file.below.clone(),
        original_file_path: file.path.clone(),
        fqn: Vec::new(),
        checksum: sha256(trimmed),
        raw_code: trimmed.into(),
        location: Location::new(file.file, Span::new(start, start + trimmed.len())),
        language: if file.path.ends_with(".py") { "python" } else { "sql" },
        details,
        tags: Vec::new(),
    }
}

fn snapshots(
    at: usize,
    package: &Package,
    file: &SourceFile,
    texts: &Texts,
) -> (Vec<RawNode>, Vec<Diagnostic>) {
    let content = texts.content(file.file);
    let (found, diagnostics) = blocks(file.file, content, &[BlockKind::Snapshot]);
    let prefix: Vec<String> = std::iter::once(package.name.clone())
        .chain(folders(&file.below))
        .chain([stem(&file.path).to_owned()])
        .collect();
    let nodes = found.into_iter().map(|block| RawNode {
        package: at,
        resource_type: ResourceType::Snapshot,
        fqn: prefix.iter().cloned().chain([block.name.clone()]).collect(),
        name: block.name,
        hash: None,
        path: file.below.clone(),
        original_file_path: file.path.clone(),
        checksum: sha256(content.trim()),
        raw_code: content[block.body.range()].into(),
        location: Location::new(file.file, block.body),
        language: "sql",
        details: Details::Snapshot,
        tags: Vec::new(),
    });
    (nodes.collect(), diagnostics)
}

fn seed(at: usize, package: &Package, file: &SourceFile) -> RawNode {
    let name = stem(&file.path).to_owned();
    RawNode {
        package: at,
        resource_type: ResourceType::Seed,
        fqn: fqn(package, &file.below, &name),
        name,
        hash: None,
        path: file.below.clone(),
        original_file_path: file.path.clone(),
        checksum: file.checksum.clone().unwrap_or_else(no_checksum),
        raw_code: "".into(),
        location: Location::new(file.file, Span::default()),
        language: "sql",
        details: Details::Seed { root_path: package.root.to_string_lossy().into_owned() },
        tags: Vec::new(),
    }
}
