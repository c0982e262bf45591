//! What is asked for, merged as dbt does: one entry for each source, with all versions that
//! anybody wants.

use indexmap::IndexMap;

use super::entry::{PackageSpec, SpecKind, better};
use crate::diagnostics::{Code, Diagnostic};
use crate::project::semver::Specifier;
use crate::text::Location;

/// One wish for a version or a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ask {
    /// Who asks: a file, or a package with its version.
    pub(super) by: String,
    /// The version or revision.
    pub(super) text: String,
    /// Where the root project's list has it, or the package that asks for it.
    pub(super) location: Location,
}

/// A package that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The first entry that asks for it.
    pub(super) spec: PackageSpec,
    /// Versions of all entries, in order.
    pub(super) asks: Vec<Ask>,
    /// Whether any entry wants versions before a release.
    pub(super) prerelease: bool,
    /// Whether all entries want to be warned.
    pub(super) warn_unpinned: bool,
}

/// Packages by what identifies them, in the order in which they came up.
#[derive(Debug, Clone, Default)]
pub(super) struct Listing {
    pub(super) packages: IndexMap<String, Wanted>,
}

impl Wanted {
    fn new(spec: PackageSpec, by: &str) -> Result<Self, Diagnostic> {
        let location = spec.version_location;
        let texts = match &spec.kind {
            SpecKind::Hub(_) => spec.versions.clone(),
            SpecKind::Git(_) => spec.revision.clone().into_iter().collect(),
            SpecKind::Local(_) | SpecKind::Tarball(_) => Vec::new(),
            SpecKind::Private(name) => {
                let message = format!("the private package {name} cannot be found from here");
                let address = repository(name, spec.provider.as_deref());
                return Err(Diagnostic::error(Code::InvalidPackages, message)
                    .at(spec.source_location)
                    .help(format!("name its repository: `git: {address}`")));
            }
        };
        if matches!(spec.kind, SpecKind::Hub(_)) {
            for text in &texts {
                if Specifier::parse(text).is_none() {
                    let message = format!("`{text}` is no version");
                    return Err(Diagnostic::error(Code::InvalidPackages, message)
                        .at(location)
                        .help(better(text)));
                }
            }
        }
        let ask = |text| Ask {
            by: by.to_owned(),
            text,
            location,
        };
        Ok(Self {
            asks: texts.into_iter().map(ask).collect(),
            prerelease: spec.prerelease,
            warn_unpinned: spec.warn_unpinned,
            spec,
        })
    }

    /// Returns the names that mean this package; git's addresses with and without `.git`.
    fn names(&self) -> Vec<String> {
        match (&self.spec.kind, &self.spec.subdirectory) {
            (SpecKind::Git(url), inside) => {
                let other = match url.strip_suffix(".git") {
                    Some(short) => short.to_owned(),
                    None => format!("{url}.git"),
                };
                let full = |url: &str| match inside {
                    Some(inside) => format!("{url}/{inside}"),
                    None => url.to_owned(),
                };
                vec![full(url), full(&other)]
            }
            (SpecKind::Tarball(url), _) => vec![url.clone()],
            _ => vec![self.spec.shown().to_owned()],
        }
    }

    /// Returns the versions that are asked for.
    pub(super) fn specifiers(&self) -> Vec<Specifier> {
        let parsed = self.asks.iter().filter_map(|it| Specifier::parse(&it.text));
        parsed.collect()
    }

    /// Marks who asks for what.
    pub(super) fn show_asks(&self, mut finding: Diagnostic) -> Diagnostic {
        let mut places: IndexMap<Location, IndexMap<&str, Vec<&str>>> = IndexMap::new();
        for ask in &self.asks {
            let texts = places.entry(ask.location).or_default();
            let texts = texts.entry(&ask.by).or_default();
            if !texts.contains(&&*ask.text) {
                texts.push(&ask.text);
            }
        }
        for (location, askers) in places {
            let words: Vec<String> = askers
                .into_iter()
                .map(|(by, texts)| format!("{by} asks for {}", texts.join(" and ")))
                .collect();
            finding = finding.label(location, words.join("; "));
        }
        if finding.labels.is_empty() {
            finding = finding.at(self.spec.version_location);
        }
        finding
    }
}

impl Listing {
    /// Adds entries of a list; `by` is who has the list.
    pub(super) fn add(
        &mut self,
        specs: Vec<PackageSpec>,
        by: &str,
        findings: &mut Vec<Diagnostic>,
    ) {
        for spec in specs {
            match Wanted::new(spec, by) {
                Ok(wanted) => {
                    if let Err(finding) = self.incorporate(wanted) {
                        findings.push(finding);
                    }
                }
                Err(finding) => findings.push(finding),
            }
        }
    }

    /// Adds a package, or what is wanted of it to what is wanted already. Returns its key.
    pub(super) fn incorporate(&mut self, wanted: Wanted) -> Result<String, Diagnostic> {
        let names = wanted.names();
        let known = names.iter().find(|it| self.packages.contains_key(*it));
        let key = known.unwrap_or(&names[0]).clone();
        let Some(earlier) = self.packages.get_mut(&key) else {
            self.packages.insert(key.clone(), wanted);
            return Ok(key);
        };
        let (one, two) = (&earlier.spec.kind, &wanted.spec.kind);
        if std::mem::discriminant(one) != std::mem::discriminant(two) {
            let message = format!("{key} is asked for in two ways");
            return Err(Diagnostic::error(Code::PackageConflict, message)
                .at(wanted.spec.source_location)
                .label(earlier.spec.source_location, "and here")
                .help("keep one of them"));
        }
        earlier.asks.extend(wanted.asks);
        earlier.prerelease |= wanted.prerelease;
        earlier.warn_unpinned &= wanted.warn_unpinned;
        Ok(key)
    }
}

/// Returns the address of a private package's repository.
fn repository(name: &str, provider: Option<&str>) -> String {
    match provider {
        Some("ado") => format!("git@ssh.dev.azure.com:v3/{name}"),
        Some(host @ ("github" | "gitlab")) => format!("git@{host}.com:{name}.git"),
        _ => format!("git@<host>:{name}.git"),
    }
}
