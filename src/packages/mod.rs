//! `packages.yml`, `dependencies.yml`, `dbt_packages/` → the packages of a project.
//!
//! In: a root project. Out: the same project with its packages, and diagnostics. Packages that are
//! installed are read where they are; those with `local:` are read from their own folder too, as
//! long as they are not installed. Only [`deps`] reaches out: it chooses versions (`resolve`), asks the
//! sources (`hub`, `git`, `archive`) and puts folders in place (`install`). Those of `shipped` are in the binary.

mod add;
mod archive;
mod cache;
mod deps;
mod entry;
mod fetch;
mod git;
mod hub;
mod install;
mod lock;
mod parallel;
mod resolve;
mod shipped;
mod sources;
mod specs;
mod tree;
mod wanted;

use std::path::{Path, PathBuf};

pub use add::Addition;
pub use deps::{DepsRequest, deps};
pub use entry::{PackageSpec, SpecKind};
pub use shipped::{EVENT_MODELS, add_shipped};
pub use specs::{Place, Specs, read_specs};

use crate::diagnostics::{Code, Diagnostic};
use crate::project::{PROJECT_FILE, Package, Project, normal, read_files, read_package};
use crate::system::System;
use crate::text::Texts;

/// Adds the packages and reads the files of all.
pub fn load(system: &dyn System, project: &mut Project, texts: &mut Texts) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    add_packages(system, project, texts, &mut findings);
    let root = project.root().root.clone();
    findings.extend(read_files(system, &mut project.packages, &root, texts));
    findings
}

/// Reads the packages of a project and adds them to it.
pub fn add_packages(
    system: &dyn System,
    project: &mut Project,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) {
    let root = project.root().root.clone();
    let place = Place::of_project(&root);
    let specs = read_specs(system, place, &project.deps_context(), texts, findings);
    let install_path = root.join(&project.root().project.packages_install_path);
    let mut count = 0;
    for folder in installed(system, &install_path, findings) {
        count += 1;
        if !system.is_file(&folder.join(PROJECT_FILE)) {
            let shown = folder.strip_prefix(&root).unwrap_or(&folder).display();
            let message = format!("there is no {PROJECT_FILE} in {shown}");
            let finding = Diagnostic::error(Code::MissingPackage, message);
            findings.push(finding.help("install the packages again, or remove the folder"));
            continue;
        }
        if let Some(package) = read(system, project, &folder, texts, findings) {
            add(project, package, texts, findings);
        }
    }
    let mut local = Vec::new();
    for spec in &specs.packages {
        if let SpecKind::Local(path) = &spec.kind {
            local.push((specs::local_path(system, &root, path), spec.clone()));
        }
    }
    let mut lost = Vec::new();
    let local_count = add_local(system, project, local, texts, findings, &mut lost);
    let others = specs
        .packages
        .iter()
        .filter(|it| !matches!(it.kind, SpecKind::Local(_)));
    let here = |spec: &&PackageSpec| spec.is_among(project, &install_path);
    let missing: Vec<&PackageSpec> = others.filter(|it| !here(it)).collect();
    // The name of a package is known only once it is there, so numbers decide, as in dbt.
    if specs.packages.len() > count + local_count {
        findings.append(&mut lost);
        if !missing.is_empty() {
            findings.push(not_installed(&missing, &specs, &install_path));
        }
    }
}

/// Lists the folders of installed packages, sorted.
fn installed(system: &dyn System, folder: &Path, findings: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    let folders = match system.list(folder) {
        Ok(folders) => folders,
        Err(error) => {
            findings.push(Diagnostic::error(Code::UnreadableFile, error.to_string()));
            return Vec::new();
        }
    };
    let is_package = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !name.starts_with("__") && system.is_dir(path)
    };
    folders.into_iter().filter(is_package).collect()
}

/// Reads `local:` packages that are not installed, and those that they name in turn. Returns how
/// many of the project's own were read here; `lost` tells of folders that are not there.
fn add_local(
    system: &dyn System,
    project: &mut Project,
    mut waiting: Vec<(PathBuf, PackageSpec)>,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
    lost: &mut Vec<Diagnostic>,
) -> usize {
    let own = waiting.len();
    let mut added = 0;
    let mut at = 0;
    while let Some((folder, spec)) = waiting.get(at).cloned() {
        at += 1;
        if !system.is_file(&folder.join(PROJECT_FILE)) {
            let message = format!("there is no {PROJECT_FILE} in {}", spec.shown());
            // With enough packages installed, dbt does not ask where they came from.
            let told = if at <= own {
                &mut *lost
            } else {
                &mut *findings
            };
            told.push(
                Diagnostic::error(Code::MissingPackage, message)
                    .at(spec.location)
                    .help("give `local:` the folder of a package, relative to the project"),
            );
            continue;
        }
        let Some(package) = read(system, project, &folder, texts, findings) else {
            continue;
        };
        if project.package(&package.name).is_some() {
            // It is installed, or named by several packages.
            continue;
        }
        added += usize::from(at <= own);
        let root = package.root.clone();
        let context = project.deps_context();
        let place = Place {
            root: &root,
            shown: &root,
            nested: true,
        };
        let nested = read_specs(system, place, &context, texts, &mut Vec::new());
        for spec in nested.packages {
            if let SpecKind::Local(path) = &spec.kind {
                // dbt takes such paths from the root project; people write them from the package.
                let places = [&project.root().root, &root].map(|it| normal(&it.join(path)));
                let there = |it: &&PathBuf| system.is_file(&it.join(PROJECT_FILE));
                let place = places.iter().find(there).unwrap_or(&places[1]);
                waiting.push((place.clone(), spec));
            }
        }
        add(project, package, texts, findings);
    }
    added
}

/// Reads a package in its own scope: without the vars of the command line. What is odd but works in
/// it is for its authors, not for those who use it.
fn read(
    system: &dyn System,
    project: &Project,
    folder: &Path,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Package> {
    let root = project.root().root.clone();
    let context = project.package_context();
    let check = project.version_check;
    let mut own = Vec::new();
    let package = read_package(system, folder, &root, &context, check, texts, &mut own);
    findings.extend(own.into_iter().filter(Diagnostic::is_error));
    package
}

fn add(project: &mut Project, package: Package, texts: &Texts, findings: &mut Vec<Diagnostic>) {
    let Some(other) = project.package(&package.name) else {
        project.add_package(package);
        return;
    };
    let message = format!("two packages are named `{}`", package.name);
    let shown = |file| {
        texts
            .get(file)
            .map(|text| text.path.clone())
            .unwrap_or_default()
    };
    findings.push(
        Diagnostic::error(Code::DuplicatePackage, message)
            .label(package.project.name_location, "this one")
            .label(other.project.name_location, "and this one")
            .help(format!(
                "remove one of them: {} is in the way",
                shown(package.project.file)
            )),
    );
}

fn not_installed(missing: &[&PackageSpec], specs: &Specs, install_path: &Path) -> Diagnostic {
    let folder = install_path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let count = missing.len();
    let message = match count {
        1 => format!("the package {} is not installed", missing[0].shown()),
        _ => format!("{count} packages of {} are not installed", specs.file_name),
    };
    // Cosmos looks for these words of dbt's.
    let message = format!("{message}. Run \"dsql deps\" to install package dependencies");
    let mut finding = Diagnostic::error(Code::MissingPackage, message);
    for spec in missing {
        finding = finding.label(spec.location, "not installed");
    }
    finding.help(match count {
        1 => format!("type `dsql deps`, or copy its folder into {folder}/"),
        _ => format!("type `dsql deps`, or copy their folders into {folder}/"),
    })
}
