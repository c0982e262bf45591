//! Files of a package → raw nodes: models, analyses, singular tests, snapshots, seeds, functions.

use super::raw::{RawNode, fqn};
use crate::diagnostics::{Diagnostic, guarded_at};
use crate::jinja::{BlockKind, blocks_alone};
use crate::nodes::{Details, Model, ResourceType};
use crate::project::{FileKind, Package, SourceFile};
use crate::text::{FileId, Location, Span, Texts};

/// Lists the files of one kind.
pub(super) fn of(package: &Package, kind: FileKind) -> impl Iterator<Item = &SourceFile> {
    package.files.iter().filter(move |file| file.kind == kind)
}

/// Kinds of files that hold nodes, in the order of dbt's parsers.
const HOLD_NODES: [FileKind; 6] = [
    FileKind::Model,
    FileKind::Snapshot,
    FileKind::Analysis,
    FileKind::SingularTest,
    FileKind::Seed,
    FileKind::Function,
];

/// Reads the files of one package in the order of dbt's parsers.
pub(super) fn read(at: usize, package: &Package, texts: &Texts) -> (Vec<RawNode>, Vec<Diagnostic>) {
    let mut nodes = Vec::new();
    let mut diagnostics = Vec::new();
    let reader = Reader { at, package, texts };
    for file in HOLD_NODES.iter().flat_map(|kind| of(package, *kind)) {
        let (found, mut findings) = reader.nodes(file);
        nodes.extend(found);
        diagnostics.append(&mut findings);
    }
    (nodes, diagnostics)
}

/// Reads the nodes of one file; none if there is something to report.
pub(super) fn nodes_of(
    at: usize,
    package: &Package,
    file: &SourceFile,
    texts: &Texts,
) -> Option<Vec<RawNode>> {
    let (nodes, findings) = Reader { at, package, texts }.nodes(file);
    findings.is_empty().then_some(nodes)
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
    fn nodes(&self, file: &SourceFile) -> (Vec<RawNode>, Vec<Diagnostic>) {
        let one = |kind, details, path| {
            let node = self.sql(file, kind, details, path);
            (node.into_iter().collect(), Vec::new())
        };
        match file.kind {
            FileKind::Model => {
                let details = Details::Model(Box::new(plain_model()));
                one(ResourceType::Model, details, None)
            }
            FileKind::Snapshot => self.snapshots(file),
            FileKind::Analysis => {
                let path = format!("analysis/{}", file.relative_path);
                one(ResourceType::Analysis, Details::Analysis, Some(path))
            }
            // Files below `generic` hold tests with arguments, and those below `fixtures` rows.
            FileKind::SingularTest => one(
                ResourceType::Test,
                Details::DataTest { generic: None },
                None,
            ),
            FileKind::Seed => (vec![self.seed(file)], Vec::new()),
            FileKind::Function => {
                let details = Details::Function(Box::default());
                one(ResourceType::Function, details, None)
            }
            _ => Default::default(),
        }
    }

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
            row: None,
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
        let read = guarded_at(whole, || blocks_alone(id, content, &[BlockKind::Snapshot]));
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
