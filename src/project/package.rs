//! The root project or a package of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::context::{YamlContext, YamlKind};
use super::files::{SourceFile, read_text};
use super::project_file::{PROJECT_FILE, ProjectFile, read_project_file};
use crate::diagnostics::Diagnostic;
use crate::system::System;
use crate::text::{FileId, Texts};
use crate::yaml::{self, Node};

/// A folder with a `dbt_project.yml`.
#[derive(Debug, Clone)]
pub struct Package {
    /// Its name.
    pub name: Arc<str>,
    /// Its folder, absolute.
    pub root: PathBuf,
    /// What its `dbt_project.yml` says.
    pub project: ProjectFile,
    /// Its files.
    pub files: Vec<SourceFile>,
    /// Tables that models are generated from, by their paths or queries.
    pub tables: BTreeMap<String, FileId>,
}

/// Reads the `dbt_project.yml` of a package; `None` where it cannot be used at all.
pub fn read_package(
    system: &dyn System,
    root: &Path,
    shown_from: &Path,
    context: &YamlContext,
    version_check: bool,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Package> {
    let written = parse_project_file(system, root, shown_from, texts, findings)?;
    render_package(root, &written, context, version_check, texts, findings)
}

/// Reads a `dbt_project.yml` as YAML; its path is shown relative to `shown_from`.
pub(super) fn parse_project_file(
    system: &dyn System,
    root: &Path,
    shown_from: &Path,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let path = root.join(PROJECT_FILE);
    let shown = path.strip_prefix(shown_from).unwrap_or(&path);
    let file = read_text(system, &path, shown, texts, findings)?;
    let (node, read) = yaml::parse(file, texts.content(file));
    findings.extend(read);
    node
}

/// Renders a `dbt_project.yml`.
pub(super) fn render_package(
    root: &Path,
    written: &Node,
    context: &YamlContext,
    version_check: bool,
    texts: &Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Package> {
    let file = written.location.file;
    let render = context.renderer(YamlKind::Plain, file, Arc::clone(texts.get(file)?));
    let project = read_project_file(file, written, &render, version_check, findings)?;
    Some(Package {
        name: Arc::from(project.name.as_str()),
        root: root.to_path_buf(),
        project,
        files: Vec::new(),
        tables: BTreeMap::new(),
    })
}
