//! `dsql deps`: the list of packages → a lock file → installed packages.

use std::path::Path;

use super::add::{Addition, add};
use super::cache::Cache;
use super::fetch::Fetcher;
use super::install::Installer;
use super::lock;
use super::resolve::{Pinned, Resolver};
use super::sources::Sources;
use super::specs::{Place, read_specs};
use crate::diagnostics::{Code, Diagnostic};
use crate::events::{DepsEvent, Event, Sink, Warnings};
use crate::project::{Package, YamlContext};
use crate::system::System;
use crate::text::Texts;

/// What to do.
pub struct DepsRequest<'a> {
    /// The world.
    pub system: &'a dyn System,
    /// Where events go.
    pub sink: &'a dyn Sink,
    /// The root project.
    pub project: &'a Package,
    /// What Jinja in `packages.yml` can name.
    pub context: &'a YamlContext,
    /// Which warnings are errors.
    pub warnings: &'a Warnings,
    /// Whether `require-dbt-version` of packages counts.
    pub version_check: bool,
    /// Whether versions are chosen anew, although the lock file fits.
    pub upgrade: bool,
    /// Whether nothing is installed.
    pub lock_only: bool,
    /// A package to add to the list first.
    pub add: Option<Addition>,
}

/// Installs the packages of a project.
pub fn deps(request: &DepsRequest<'_>, texts: &mut Texts, findings: &mut Vec<Diagnostic>) {
    carry_out(request, texts, findings);
    join(findings);
}

/// Makes one finding of those that say the same of several packages: that nobody can be reached.
fn join(findings: &mut Vec<Diagnostic>) {
    let mut joined: Vec<Diagnostic> = Vec::new();
    for finding in findings.drain(..) {
        let same = |it: &&mut Diagnostic| {
            it.code == Code::UnreachablePackage
                && (it.code, &it.message) == (finding.code, &finding.message)
        };
        match joined.iter_mut().find(same) {
            Some(first) => first.labels.extend(finding.labels),
            None => joined.push(finding),
        }
    }
    *findings = joined;
}

fn carry_out(request: &DepsRequest<'_>, texts: &mut Texts, findings: &mut Vec<Diagnostic>) {
    let cache = Cache::new(request.system);
    let sources = Sources::new(Fetcher {
        system: request.system,
        cache: &cache,
        sink: request.sink,
    });
    if let Some(addition) = &request.add {
        findings.extend(add(request, addition, &sources, texts));
        if failed(findings) {
            return;
        }
    }
    let root = request.project.root.as_path();
    let place = Place::of_project(root);
    let specs = read_specs(request.system, place, request.context, texts, findings);
    if failed(findings) {
        return;
    }
    let installer = Installer {
        system: request.system,
        sink: request.sink,
        sources: &sources,
        folder: &root.join(&request.project.project.packages_install_path),
    };
    if specs.packages.is_empty() {
        tell(request, DepsEvent::NoPackages);
        if !request.lock_only {
            installer.install(&[], findings);
        }
        return;
    }
    let resolver = Resolver {
        system: request.system,
        sources: &sources,
        context: request.context,
        root,
        name: (&request.project.name, request.project.project.name_location),
        version_check: request.version_check,
    };
    let checksum = lock::checksum(&specs.packages);
    let locked = match request.upgrade {
        true => None,
        false => lock::read(
            request.system,
            root,
            &checksum,
            request.context,
            texts,
            findings,
        ),
    };
    if failed(findings) {
        return;
    }
    let pinned = match locked {
        Some(packages) => match request.lock_only {
            true => return,
            false => resolver.locked(packages, lock::LOCK_FILE, texts, findings),
        },
        None => {
            let pinned = resolver.resolve(specs.packages, specs.file_name, texts, findings);
            write_lock(request, root, &pinned, &checksum, findings);
            pinned
        }
    };
    request.warnings.judge(findings);
    if !request.lock_only && !failed(findings) {
        installer.install(&pinned, findings);
    }
}

fn write_lock(
    request: &DepsRequest<'_>,
    root: &Path,
    pinned: &[Pinned],
    checksum: &str,
    findings: &mut Vec<Diagnostic>,
) {
    if failed(findings) {
        return;
    }
    let text = lock::text(request.system, pinned, checksum, findings);
    request.warnings.judge(findings);
    if failed(findings) {
        return;
    }
    let path = lock::path(root);
    tell(request, DepsEvent::LockUpdating(path.display().to_string()));
    if let Err(error) = request.system.write(&path, text.as_bytes()) {
        let finding = Diagnostic::error(Code::SystemError, error.to_string());
        findings.push(finding.help(error.help()));
    }
}

fn tell(request: &DepsRequest<'_>, event: DepsEvent) {
    request.sink.emit(Event::Deps(event));
}

fn failed(findings: &[Diagnostic]) -> bool {
    findings.iter().any(Diagnostic::is_error)
}
