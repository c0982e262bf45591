//! Pinned packages → folders below `dbt_packages/`.
//!
//! Everything is unpacked beside what is there, in a folder whose name no program takes for a
//! package. Only when all of it is whole do names change hands. A run that dies before leaves the
//! old packages, and never half a package.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;

use super::entry::SpecKind;
use super::parallel::parallel;
use super::resolve::{Files, Pinned, Version};
use super::sources::Sources;
use super::tree::Tree;
use crate::diagnostics::{Code, Diagnostic};
use crate::events::{DepsEvent, Event, Sink};
use crate::project::PROJECT_FILE;
use crate::system::{System, SystemError};

/// What installing works on.
pub(super) struct Installer<'a> {
    pub(super) system: &'a dyn System,
    pub(super) sink: &'a dyn Sink,
    pub(super) sources: &'a Sources<'a>,
    /// `dbt_packages/`
    pub(super) folder: &'a Path,
}

impl Installer<'_> {
    /// Puts packages in place, and nothing else beside them.
    pub(super) fn install(&self, pinned: &[Pinned], findings: &mut Vec<Diagnostic>) {
        let wrong: Vec<Diagnostic> = pinned.iter().filter_map(check_name).collect();
        if !wrong.is_empty() {
            findings.extend(wrong);
            return;
        }
        let staging = self.folder.join(format!("__dsql-{}", self.system.uuid()));
        let failed = self.unpack(pinned, &staging);
        if failed.is_empty() {
            let names: Vec<&str> = pinned.iter().map(|it| it.name.as_str()).collect();
            if let Err(error) = self.change_hands(&names, &staging) {
                findings.push(world(&error));
            } else {
                self.tell_updates(pinned);
            }
        }
        findings.extend(failed);
        // What is left over is removed by the next installation.
        let _ = self.system.remove_all(&staging);
    }

    /// Unpacks all packages below a folder, and tells of each in its turn.
    fn unpack(&self, pinned: &[Pinned], staging: &Path) -> Vec<Diagnostic> {
        let mut failed = Vec::new();
        let (done, unpacked) = channel();
        let numbered: Vec<(usize, &Pinned)> = pinned.iter().enumerate().collect();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                parallel(&numbered, |(at, package)| {
                    let made = self.make(package, &staging.join(&package.name));
                    // Nobody listens if this side has failed already.
                    let _ = done.send((*at, made));
                });
            });
            let mut early = BTreeMap::new();
            for (at, package) in pinned.iter().enumerate() {
                self.tell(DepsEvent::Installing(package.title()));
                let made = loop {
                    if let Some(made) = early.remove(&at) {
                        break made;
                    }
                    match unpacked.recv() {
                        Ok((at, made)) => early.insert(at, made),
                        Err(_) => return,
                    };
                };
                match made {
                    Ok(()) => self.tell_installed(package),
                    Err(finding) => failed.push(match finding.labels.is_empty() {
                        true => finding.at(package.spec.source_location),
                        false => finding,
                    }),
                }
            }
        });
        failed
    }

    fn make(&self, package: &Pinned, folder: &Path) -> Result<(), Diagnostic> {
        let plant = |tree: &Tree| {
            if tree.file(PROJECT_FILE).is_none() {
                let message = format!("there is no {PROJECT_FILE} in {}", package.shown());
                return Err(Diagnostic::error(Code::MissingPackage, message)
                    .help("a package has its dbt_project.yml at its top: tell its authors"));
            }
            tree.plant(self.system, folder).map_err(|it| world(&it))
        };
        match &package.files {
            Files::Archive(url) => plant(&*self.sources.archive(url, true)?),
            Files::Tree(tree) => plant(tree),
            Files::Checkout(checkout) => plant(&checkout.0),
            Files::Folder(source) => {
                if self.system.link(source, folder).is_ok() {
                    return Ok(());
                }
                // Not every system has links.
                plant(&Tree::of_folder(self.system, source).map_err(|it| world(&it))?)
            }
        }
    }

    /// Takes everything away that is there, and gives what was unpacked its names.
    fn change_hands(&self, names: &[&str], staging: &Path) -> Result<(), SystemError> {
        let before = self.folder.join(format!("__dsql-{}", self.system.uuid()));
        self.system.create_dir_all(&before)?;
        let mut moved: Vec<(PathBuf, PathBuf)> = Vec::new();
        let mut change = || -> Result<(), SystemError> {
            for old in self.system.list(self.folder)? {
                if old == before || old == staging {
                    continue;
                }
                let away = before.join(old.file_name().unwrap_or_default());
                self.system.rename(&old, &away)?;
                moved.push((old, away));
            }
            for name in names {
                let (from, to) = (staging.join(name), self.folder.join(name));
                self.system.rename(&from, &to)?;
                moved.push((from, to));
            }
            Ok(())
        };
        let changed = change();
        if changed.is_err() {
            // Back to how it was.
            for (from, to) in moved.iter().rev() {
                let _ = self.system.rename(to, from);
            }
        }
        let removed = self.system.remove_all(&before);
        changed.and(removed)
    }

    fn tell(&self, event: DepsEvent) {
        self.sink.emit(Event::Deps(event));
    }

    fn tell_installed(&self, package: &Pinned) {
        self.tell(DepsEvent::Installed(package.version_name()));
        if let Version::Hub { version, latest } = &package.version {
            self.tell(match version == latest {
                true => DepsEvent::UpToDate,
                false => DepsEvent::UpdateAvailable(latest.clone()),
            });
        }
        if let (SpecKind::Git(_), Some(inside)) = (&package.spec.kind, &package.spec.subdirectory) {
            self.tell(DepsEvent::Subdirectory(inside.clone()));
        }
    }

    fn tell_updates(&self, pinned: &[Pinned]) {
        let old = pinned.iter().filter(|it| match &it.version {
            Version::Hub { version, latest } => version != latest,
            _ => false,
        });
        let old: Vec<String> = old.map(Pinned::title).collect();
        if !old.is_empty() {
            self.tell(DepsEvent::UpdatesAvailable(old));
        }
    }
}

/// A package's name becomes a folder's.
fn check_name(package: &Pinned) -> Option<Diagnostic> {
    let name = package.name.as_str();
    let plain = !name.is_empty()
        && !name.starts_with(['.', '-'])
        && !name.starts_with("__")
        && !name.contains(['/', '\\', ':'])
        && !name.chars().any(char::is_control);
    (!plain).then(|| {
        let message = format!("`{name}` cannot be the name of a package");
        Diagnostic::error(Code::InvalidPackages, message)
            .at(package.spec.name_location)
            .help("the name of a package is that of its folder: letters, digits and underscores")
    })
}

fn world(error: &SystemError) -> Diagnostic {
    Diagnostic::error(Code::SystemError, error.to_string()).help(error.help())
}
