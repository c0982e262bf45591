//! Files of a package → raw nodes: models, analyses, singular tests, snapshots, seeds, functions.

use super::raw::{RawNode, fqn};
use crate::diagnostics::{Diagnostic, guarded_at};
use crate::jinja::{BlockKind, blocks};
use crate::nodes::{Details, Model, ResourceType};
use crate::project::{FileKind, Package, SourceFile};
use crate::text::{FileId, Location, Span, Texts};

/// Lists the files of one kind.
pub(super) fn of(package: &Package, kind: FileKind) -> impl Iterator<Item = &SourceFile> {
    package.files.iter().filter(move |file| file.kind == kind)
}

/// Reads the files of one package in the order of dbt's parsers.
pub(super) fn read(at: usize, package: &Package, texts: &Texts) -> (Vec<RawNode>, Vec<Diagnostic>) {
    let mut nodes = Vec::new();
    let mut diagnostics = Vec::new();
    let reader = Reader { at, package, texts };
    let model = || Details::Model(Box::new(plain_model()));
    let models = of(package, FileKind::Model);
    nodes.extend(models.filter_map(|file| reader.sql(file, ResourceType::Model, model(), None)));
    for file in of(package, FileKind::Snapshot) {
        let (found, mut findings) = reader.snapshots(file);
        nodes.extend(found);
        diagnostics.append(&mut findings);
    }
    nodes.extend(of(package, FileKind::Analysis).filter_map(|file| {
        let path = format!("analysis/{}", file.relative_path);
        reader.sql(file, ResourceType::Analysis, Details::Analysis, Some(path))
    }));
    nodes.extend(of(package, FileKind::SingularTest).filter_map(|file| {
        // Files below `generic` hold tests with arguments, and those below `fixtures` rows.
        let details = Details::DataTest { generic: None };
        reader.sql(file, ResourceType::Test, details, None)
    }));
    nodes.extend(of(package, FileKind::Seed).map(|file| reader.seed(file)));
    nodes.extend(of(package, FileKind::Function).filter_map(|file| {
        let details = Details::Function(Box::default());
        reader.sql(file, ResourceType::Function, details, None)
    }));
    (nodes, diagnostics)
}

fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// A model that no properties file describes.
pub(super) fn plain_model() -> Model {
    Model {
        access: "protected".to_owned(),
        constraints: Vec::new(),
        version: None,
        latest_version: None,
        deprecation_date: None,
        primary_key: Vec::new(),
        time_spine: None,
    }
}

struct Reader<'a> {
    at: usize,
    package: &'a Package,
    texts: &'a Texts,
}

impl Reader<'_> {
    fn fqn(&self, path: &str, name: &str) -> Vec<String> {
        fqn(&self.package.name, path, &[name])
    }

    fn raw(&self, file: &SourceFile, resource_type: ResourceType, details: Details) -> RawNode {
        let name = stem(&file.original_file_path).to_owned();
        RawNode {
            package: self.at,
            resource_type,
            fqn: self.fqn(&file.relative_path, &name),
            name,
            hash: None,
            path: file.relative_path.clone(),
            original_file_path: file.original_file_path.clone(),
            checksum: file.checksum.clone(),
            raw_code: "".into(),
            location: Location::new(file.file.unwrap_or(FileId(u32::MAX)), Span::default()),
            language: "sql",
            details,
            tags: Vec::new(),
        }
    }

    /// Makes the node of a file of SQL or Python; `path` where it is not the file's own.
    fn sql(
        &self,
        file: &SourceFile,
        resource_type: ResourceType,
        details: Details,
        path: Option<String>,
    ) -> Option<RawNode> {
        let id = file.file?;
        let content = self.texts.content(id).get(file.content.range())?;
        let mut raw = self.raw(file, resource_type, details);
        raw.raw_code = content.into();
        raw.location = Location::new(id, file.content);
        if file.original_file_path.ends_with(".py") {
            raw.language = "python";
        }
        if let Some(path) = path {
            raw.fqn = self.fqn(&path, &raw.name);
            raw.path = path;
        }
        Some(raw)
    }

    fn snapshots(&self, file: &SourceFile) -> (Vec<RawNode>, Vec<Diagnostic>) {
        let Some(id) = file.file else {
            return (Vec::new(), Vec::new());
        };
        let content = self.texts.content(id);
        let whole = Location::new(id, Span::default());
        let read = guarded_at(whole, || blocks(id, content, &[BlockKind::Snapshot]));
        let (found, diagnostics) = read.unwrap_or_else(|finding| (Vec::new(), vec![finding]));
        let mut prefix = self.fqn(&file.relative_path, stem(&file.original_file_path));
        let nodes = found.into_iter().map(|block| {
            let mut raw = self.raw(file, ResourceType::Snapshot, Details::Snapshot);
            prefix.push(block.name.clone());
            raw.fqn.clone_from(&prefix);
            prefix.pop();
            raw.name = block.name;
            raw.raw_code = content[block.body.range()].into();
            raw.location = Location::new(id, block.body);
            raw
        });
        (nodes.collect(), diagnostics)
    }

    fn seed(&self, file: &SourceFile) -> RawNode {
        let root_path = self.package.root.to_string_lossy().into_owned();
        self.raw(file, ResourceType::Seed, Details::Seed { root_path })
    }
}
