//! Packages that are in the binary, for projects that ask for them.

use super::read;
use crate::diagnostics::Diagnostic;
use crate::project::{Project, read_files};
use crate::system::MemorySystem;
use crate::text::Texts;

include!(concat!(env!("OUT_DIR"), "/shipped_packages.rs"));

/// The package of models of events.
pub const EVENT_MODELS: &str = "dsql";

/// The folder that paths of such packages begin with; it is nowhere on the disk.
const FOLDER: &str = "dsql/packages";

/// Adds a package that is in the binary, as one that is installed.
pub fn add_shipped(name: &str, project: &mut Project, texts: &mut Texts) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let root = project.root().root.clone();
    let folder = root.join(FOLDER);
    let files = PACKAGES.iter();
    let files = files.map(|(path, content)| (folder.join(path), *content));
    let system = MemorySystem::with_files(files);
    let package = read(&system, project, &folder.join(name), texts, &mut findings);
    if let Some(mut package) = package {
        let packages = std::slice::from_mut(&mut package);
        findings.extend(read_files(&system, packages, &root, texts));
        super::add(project, package, texts, &mut findings);
    }
    findings
}
