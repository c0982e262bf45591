//! Lists of packages → one version of each package, as dbt chooses them.
//!
//! Round by round: what the project names, then what those name, and so on. Each round's sources
//! are asked at once. A package is looked at with all wishes that are known then; what it needs is
//! wanted from then on, even if a later wish leads to another version of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::entry::{PackageSpec, SpecKind};
use super::git::Checkout;
use super::hub::{HubPackage, HubVersion};
use super::parallel::parallel;
use super::sources::Sources;
use super::specs::{
    DEPENDENCIES_FILE, PACKAGES_FILE, Place, entries_of_index, read_mapping, read_specs,
};
use super::tree::Tree;
use super::wanted::{Listing, Wanted};
use crate::diagnostics::{Code, Diagnostic};
use crate::project::semver::{installable, newest, reduce};
use crate::project::{PROJECT_FILE, YamlContext};
use crate::system::{MemorySystem, System};
use crate::text::{Location, Texts};

/// What resolving depends on besides the lists.
pub(super) struct Resolver<'a> {
    pub(super) system: &'a dyn System,
    pub(super) sources: &'a Sources<'a>,
    /// What Jinja in lists can name.
    pub(super) context: &'a YamlContext,
    /// The project's folder.
    pub(super) root: &'a Path,
    /// The project's name, and where it stands.
    pub(super) name: (&'a str, Location),
    /// Whether `require-dbt-version` of packages counts.
    pub(super) version_check: bool,
}

/// A package in one version.
#[derive(Debug, Clone)]
pub(super) struct Pinned {
    /// The entry that asks for it first.
    pub(super) spec: PackageSpec,
    /// What it is.
    pub(super) version: Version,
    /// Its name, which is that of its folder.
    pub(super) name: String,
    /// Where its files are.
    pub(super) files: Files,
}

/// How a version is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Version {
    /// Of a package of the index, with the newest one that could be installed.
    Hub { version: String, latest: String },
    /// A commit.
    Commit(String),
    /// There is one only.
    None,
}

/// Where files are.
#[derive(Debug, Clone)]
pub(super) enum Files {
    /// In an archive at this address.
    Archive(String),
    /// In memory.
    Tree(Arc<Tree>),
    /// Of a repository, in memory.
    Checkout(Arc<(Tree, String)>),
    /// In this folder.
    Folder(PathBuf),
}

/// A pinned package and the list of what it needs.
struct Found {
    pinned: Pinned,
    packages: Vec<PackageSpec>,
}

impl Resolver<'_> {
    /// Chooses versions of the packages of a list and of all that they need.
    pub(super) fn resolve(
        &self,
        specs: Vec<PackageSpec>,
        by: &str,
        texts: &mut Texts,
        findings: &mut Vec<Diagnostic>,
    ) -> Vec<Pinned> {
        let mut pending = Listing::default();
        pending.add(specs, by, findings);
        let mut all = Listing::default();
        let mut seen = BTreeSet::new();
        while !pending.packages.is_empty() {
            self.ask(&pending);
            let mut next = Listing::default();
            for (_, wanted) in pending.packages {
                let merged = match all.incorporate(wanted) {
                    Ok(key) => all.packages.get(&key).cloned(),
                    Err(finding) => {
                        findings.push(finding);
                        None
                    }
                };
                let Some(merged) = merged else { continue };
                let Some(found) = self.find(&merged, texts, findings) else {
                    continue;
                };
                let shown = found.pinned.shown();
                // A circle of packages would go on for ever.
                if seen.insert(shown.clone()) {
                    next.add(found.packages, &shown, findings);
                }
            }
            pending = next;
        }
        if findings.iter().any(Diagnostic::is_error) {
            return Vec::new();
        }
        let mut pinned = Vec::new();
        for wanted in all.packages.values() {
            pinned.extend(self.find(wanted, texts, findings).map(|it| it.pinned));
        }
        self.check_names(&pinned, findings);
        pinned
    }

    /// Reads a list in which everything is one version already.
    pub(super) fn locked(
        &self,
        specs: Vec<PackageSpec>,
        by: &str,
        texts: &mut Texts,
        findings: &mut Vec<Diagnostic>,
    ) -> Vec<Pinned> {
        let mut listing = Listing::default();
        listing.add(specs, by, findings);
        self.ask(&listing);
        let mut pinned = Vec::new();
        for wanted in listing.packages.values() {
            pinned.extend(self.find(wanted, texts, findings).map(|it| it.pinned));
        }
        pinned
    }

    /// Asks the sources of all packages at once; the answers are found again later.
    fn ask(&self, listing: &Listing) {
        let wanted: Vec<&Wanted> = listing.packages.values().collect();
        parallel(&wanted, |wanted| match &wanted.spec.kind {
            SpecKind::Hub(name) => drop(self.sources.package(name)),
            SpecKind::Git(url) => {
                if let Some(checkout) = checkout(wanted, url) {
                    drop(self.sources.checkout(&checkout));
                }
            }
            SpecKind::Tarball(url) => drop(self.sources.archive(url, false)),
            SpecKind::Local(_) | SpecKind::Private(_) => {}
        });
    }

    /// Chooses one version and reads what it says of itself.
    fn find(
        &self,
        wanted: &Wanted,
        texts: &mut Texts,
        findings: &mut Vec<Diagnostic>,
    ) -> Option<Found> {
        let spec = &wanted.spec;
        let found = match &spec.kind {
            SpecKind::Hub(name) => self.find_hub(wanted, name, findings),
            SpecKind::Git(url) => self.find_git(wanted, url, texts, findings),
            SpecKind::Tarball(url) => self.find_tarball(wanted, url, texts, findings),
            SpecKind::Local(written) => self.find_local(spec, written, texts, findings),
            SpecKind::Private(_) => return None,
        };
        match found {
            Ok(found) => found,
            Err(finding) => {
                findings.push(match finding.labels.is_empty() {
                    true => finding.at(spec.source_location),
                    false => finding,
                });
                None
            }
        }
    }

    fn find_hub(
        &self,
        wanted: &Wanted,
        name: &str,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Option<Found>, Diagnostic> {
        let spec = &wanted.spec;
        let package = self.sources.package(name)?;
        if let Some(other) = &package.redirect {
            let message = format!("the package {name} is deprecated in favor of {other}");
            findings.push(
                Diagnostic::warning(Code::RedirectedPackage, message)
                    .at(spec.source_location)
                    .help(format!("write `package: {other}`")),
            );
        }
        let (version, latest) = self.choose(wanted, name, &package)?;
        let pinned = Pinned {
            spec: spec.clone(),
            version: Version::Hub {
                version: version.version.clone(),
                latest,
            },
            name: version.name.clone(),
            files: Files::Archive(version.tarball.clone()),
        };
        let packages = entries_of_index(&version.packages, spec.source_location);
        Ok(Some(Found { pinned, packages }))
    }

    /// Chooses a version of a package of the index, and names the newest one.
    fn choose<'p>(
        &self,
        wanted: &Wanted,
        name: &str,
        package: &'p HubPackage,
    ) -> Result<(&'p HubVersion, String), Diagnostic> {
        let specifiers = wanted.specifiers();
        let Some(range) = reduce(&specifiers) else {
            let message = format!("no version of {name} is all that is asked for");
            return Err(wanted
                .show_asks(Diagnostic::error(Code::PackageConflict, message))
                .help("widen the versions here, or take other versions of the packages that ask"));
        };
        let suitable = |it: &&HubVersion| it.suits || !self.version_check;
        let texts = package.versions.iter().filter(suitable);
        let texts = texts.map(|it| it.version.as_str());
        let prerelease = wanted.prerelease || specifiers.iter().any(|it| it.is_prerelease());
        let available = installable(texts, prerelease);
        let found = newest(&range, &available)
            .and_then(|version| package.versions.iter().find(|it| it.version == version));
        if let (Some(found), Some(latest)) = (found, available.last()) {
            return Ok((found, (*latest).to_owned()));
        }
        let message = format!("{name} has no version {range}");
        let mut finding = wanted.show_asks(Diagnostic::error(Code::PackageConflict, message));
        let shown: Vec<&str> = available.iter().rev().take(8).copied().collect();
        finding = finding.note(match shown.is_empty() {
            true => "there is no version that could be installed".to_owned(),
            false => format!("there are {}", shown.join(", ")),
        });
        let all = installable(package.versions.iter().map(|it| it.version.as_str()), true);
        Err(match newest(&range, &all) {
            Some(other) if available.contains(&other) => finding,
            Some(other) => {
                let hidden = package.versions.iter().find(|it| it.version == other);
                match hidden.is_some_and(|it| it.suits || !self.version_check) {
                    true => finding.help(format!(
                        "{other} comes before a release: add `install_prerelease: true`"
                    )),
                    false => finding.help(format!(
                        "{other} requires another version of dbt: take it all the same with \
                         `dsql --no-version-check deps`"
                    )),
                }
            }
            None => match available.last() {
                Some(latest) => finding.help(format!("the newest one: `version: {latest}`")),
                None => finding.help("add `install_prerelease: true`, or choose another package"),
            },
        })
    }

    fn find_git(
        &self,
        wanted: &Wanted,
        url: &str,
        texts: &mut Texts,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Option<Found>, Diagnostic> {
        let spec = &wanted.spec;
        let Some(asked) = checkout(wanted, url) else {
            let shown = super::fetch::shown(url);
            let message = format!("{shown} is asked for in several revisions");
            return Err(wanted
                .show_asks(Diagnostic::error(Code::PackageConflict, message))
                .help("a repository can be there once: write the same `revision` everywhere"));
        };
        let got = self.sources.checkout(&asked).map_err(|finding| {
            let at = spec.version_location;
            match spec.revision_is_number {
                true => finding
                    .at(at)
                    .note("the revision is written as a number; put it into quotes"),
                false => finding.at(at),
            }
        })?;
        let shown = super::fetch::shown(url);
        if wanted.warn_unpinned && matches!(&*asked.revision, "HEAD" | "main" | "master") {
            let what = match &*asked.revision {
                "HEAD" => "not pinned: its default branch is taken as it is now".to_owned(),
                branch => format!("pinned to the branch `{branch}` only"),
            };
            let message = format!("the git package {shown} is {what}");
            findings.push(
                Diagnostic::warning(Code::UnpinnedPackage, message)
                    .at(spec.version_location)
                    .help(format!(
                        "add `revision:` with a tag or the commit that it is now, {}, or \
                         `warn-unpinned: false`",
                        got.1
                    )),
            );
        }
        let (tree, commit) = &*got;
        let Some((name, packages)) = self.read_tree(tree, spec, &shown, texts, findings)? else {
            return Ok(None);
        };
        let pinned = Pinned {
            spec: spec.clone(),
            version: Version::Commit(commit.clone()),
            name,
            files: Files::Checkout(got.clone()),
        };
        Ok(Some(Found { pinned, packages }))
    }

    fn find_tarball(
        &self,
        wanted: &Wanted,
        url: &str,
        texts: &mut Texts,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Option<Found>, Diagnostic> {
        let spec = &wanted.spec;
        let tree = self.sources.archive(url, false)?;
        let shown = super::fetch::shown(url);
        let Some((own, packages)) = self.read_tree(&tree, spec, &shown, texts, findings)? else {
            return Ok(None);
        };
        let name = spec.name.clone().unwrap_or_else(|| own.clone());
        if name != own {
            let message = format!("the package in {shown} is named `{own}`, not `{name}`");
            findings.push(
                Diagnostic::warning(Code::PackageNameMismatch, message)
                    .at(spec.name_location)
                    .help(format!("write `name: {own}`")),
            );
        }
        let pinned = Pinned {
            spec: spec.clone(),
            version: Version::None,
            name,
            files: Files::Tree(tree),
        };
        Ok(Some(Found { pinned, packages }))
    }

    fn find_local(
        &self,
        spec: &PackageSpec,
        written: &str,
        texts: &mut Texts,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Option<Found>, Diagnostic> {
        let folder = self.sources.folder(self.root, written);
        if !self.system.is_file(&folder.join(PROJECT_FILE)) {
            let message = format!("there is no {PROJECT_FILE} in {written}");
            return Err(Diagnostic::error(Code::MissingPackage, message)
                .help("give `local:` the folder of a package, relative to the project"));
        }
        let shown = Path::new(written);
        let read = self.read_package(self.system, &folder, shown, spec, texts, findings)?;
        Ok(read.map(|(name, packages)| Found {
            pinned: Pinned {
                spec: spec.clone(),
                version: Version::None,
                name,
                files: Files::Folder(folder),
            },
            packages,
        }))
    }

    /// Reads name and needs of a package in memory.
    fn read_tree(
        &self,
        tree: &Tree,
        spec: &PackageSpec,
        shown: &str,
        texts: &mut Texts,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Option<(String, Vec<PackageSpec>)>, Diagnostic> {
        if tree.file(PROJECT_FILE).is_none() {
            let message = format!("there is no {PROJECT_FILE} in {shown}");
            let help = match &spec.kind {
                SpecKind::Git(_) if spec.subdirectory.is_none() => {
                    "give `subdirectory:` the folder of the package, if it is not at the top"
                }
                _ => "a package has its dbt_project.yml at its top",
            };
            return Err(Diagnostic::error(Code::MissingPackage, message).help(help));
        }
        let root = Path::new("/package");
        let files = [PROJECT_FILE, PACKAGES_FILE, DEPENDENCIES_FILE];
        let files = files
            .iter()
            .filter_map(|name| Some((root.join(name), tree.file(name)?.to_vec())));
        let memory = MemorySystem::with_files(files);
        self.read_package(&memory, root, Path::new(shown), spec, texts, findings)
    }

    fn read_package(
        &self,
        system: &dyn System,
        folder: &Path,
        shown: &Path,
        spec: &PackageSpec,
        texts: &mut Texts,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Option<(String, Vec<PackageSpec>)>, Diagnostic> {
        let path = folder.join(PROJECT_FILE);
        let shown_file = shown.join(PROJECT_FILE);
        let Some((_, project)) = read_mapping(system, &path, &shown_file, texts, findings) else {
            return Ok(None);
        };
        let name = project.get("name").and_then(|it| it.as_str());
        let Some(name) = name.filter(|it| !it.is_empty()) else {
            let message = format!("{} names no package", shown_file.display());
            return Err(Diagnostic::error(Code::MissingPackage, message)
                .help("a package has `name:` in its dbt_project.yml"));
        };
        let place = Place {
            root: folder,
            shown,
            nested: true,
        };
        let list = read_specs(system, place, self.context, texts, findings);
        let mut packages = list.packages;
        for package in &mut packages {
            // Findings about it point at what the project says.
            package.asked_at(spec);
        }
        Ok(Some((name.to_owned(), packages)))
    }

    /// Each name stands for one package.
    fn check_names(&self, pinned: &[Pinned], findings: &mut Vec<Diagnostic>) {
        for (at, one) in pinned.iter().enumerate() {
            let message = format!("two packages are named `{}`", one.name);
            let finding = Diagnostic::error(Code::DuplicatePackage, message);
            if one.name == self.name.0 {
                let message = format!("the package `{}` has the project's name", one.name);
                findings.push(
                    Diagnostic::error(Code::DuplicatePackage, message)
                        .label(one.spec.source_location, "the package")
                        .label(self.name.1, "the project")
                        .help("give the project another name"),
                );
            } else if let Some(other) = pinned[..at].iter().find(|it| it.name == one.name) {
                findings.push(
                    finding
                        .label(one.spec.source_location, one.origin())
                        .label(other.spec.source_location, other.origin())
                        .help(
                            "name it once: packages that need it must need it from the same place",
                        ),
                );
            }
        }
    }
}

/// Returns what to take out of a repository; `None` if several revisions are asked for.
fn checkout(wanted: &Wanted, url: &str) -> Option<Checkout> {
    let mut revisions: Vec<&str> = wanted.asks.iter().map(|it| it.text.as_str()).collect();
    revisions.sort_unstable();
    revisions.dedup();
    let revision = match revisions[..] {
        [] => "HEAD",
        [one] => one,
        _ => return None,
    };
    Some(Checkout {
        url: url.to_owned(),
        revision: revision.to_owned(),
        subdirectory: wanted.spec.subdirectory.clone(),
    })
}

impl Pinned {
    /// Names the package and its version, for messages about what it asks for.
    pub(super) fn shown(&self) -> String {
        let source = super::fetch::shown(self.spec.shown());
        match &self.version {
            Version::Hub { version, .. } => format!("{source} {version}"),
            Version::Commit(commit) => match &self.spec.subdirectory {
                Some(inside) => format!("{source} {inside} {}", &commit[..commit.len().min(7)]),
                None => format!("{source} {}", &commit[..commit.len().min(7)]),
            },
            Version::None => source,
        }
    }

    /// Says where it comes from.
    fn origin(&self) -> String {
        format!("from {}", self.shown())
    }

    /// Returns what dbt calls the package while it is installed.
    pub(super) fn title(&self) -> String {
        match (&self.spec.kind, &self.spec.subdirectory) {
            (SpecKind::Git(url), Some(inside)) => format!("{url}/{inside}"),
            (SpecKind::Tarball(_), _) => self.name.clone(),
            _ => self.spec.shown().to_owned(),
        }
    }

    /// Returns dbt's words for the version.
    pub(super) fn version_name(&self) -> String {
        match (&self.spec.kind, &self.version) {
            (_, Version::Hub { version, .. }) => format!("version {version}"),
            (_, Version::Commit(commit)) => format!("revision {commit}"),
            (SpecKind::Tarball(url), _) => format!("tarball (url: {url})"),
            _ => format!("<local @ {}>", self.spec.shown()),
        }
    }
}
