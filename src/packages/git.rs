//! Packages in git repositories, by the program `git`: whatever it can reach, over whatever it
//! reaches it. It never asks for a password.

use std::path::{Path, PathBuf};

use super::archive::{pack, unpack};
use super::fetch::{Fetcher, shown};
use super::tree::Tree;
use crate::diagnostics::{Code, Diagnostic};
use crate::system::{Call, Finished, System};

/// What to take out of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Checkout {
    /// The repository.
    pub(super) url: String,
    /// A tag, a branch, a commit or `HEAD`.
    pub(super) revision: String,
    /// The folder of the package.
    pub(super) subdirectory: Option<String>,
}

/// Gets the files at a revision, and the commit that it is.
pub(super) fn checkout(
    fetcher: &Fetcher<'_>,
    wanted: &Checkout,
) -> Result<(Tree, String), Diagnostic> {
    let inside = wanted.subdirectory.as_deref().unwrap_or(".");
    for word in [&*wanted.url, &*wanted.revision, inside] {
        if word.starts_with('-') || word.is_empty() {
            let message = format!("`{word}` is nothing that git can fetch");
            return Err(Diagnostic::error(Code::UnreachablePackage, message)
                .help("give the address of a repository, and a tag, a branch or a commit"));
        }
    }
    if is_commit(&wanted.revision) {
        let kept = fetcher.cache.get(&address(wanted, &wanted.revision));
        if let Some(tree) = kept.and_then(|packed| unpack(&packed).ok()) {
            return Ok((tree, wanted.revision.clone()));
        }
    }
    let folder = Folder::new(fetcher.system);
    let repository = Repository {
        system: fetcher.system,
        folder: &folder.path,
        wanted,
    };
    let commit = repository.fetch()?;
    let package = match &wanted.subdirectory {
        Some(inside) => {
            let package = crate::project::normal(&folder.path.join(inside));
            if !package.starts_with(&folder.path) || !fetcher.system.is_dir(&package) {
                let message = format!("there is no folder `{inside}` in {}", shown(&wanted.url));
                return Err(Diagnostic::error(Code::MissingPackage, message)
                    .help("give `subdirectory` the folder of the package in the repository"));
            }
            package
        }
        None => folder.path.clone(),
    };
    let tree = Tree::of_folder(fetcher.system, &package)
        .map_err(|error| Diagnostic::error(Code::SystemError, error.to_string()))?;
    if tree.link_out().is_none()
        && let Ok(packed) = pack(&tree)
    {
        fetcher.cache.put(&address(wanted, &commit), &packed);
    }
    Ok((tree, commit))
}

/// Names the files of a commit in the cache.
fn address(wanted: &Checkout, commit: &str) -> String {
    let inside = wanted.subdirectory.as_deref().unwrap_or_default();
    format!("git {} {commit} {inside}", wanted.url)
}

/// Tells whether a revision is the full name of a commit, which never means anything else.
pub(super) fn is_commit(revision: &str) -> bool {
    revision.len() == 40
        && revision
            .bytes()
            .all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
}

/// A folder that is gone with its owner.
struct Folder<'a> {
    system: &'a dyn System,
    path: PathBuf,
}

impl<'a> Folder<'a> {
    fn new(system: &'a dyn System) -> Self {
        let path = system
            .temporary_dir()
            .join(format!("dsql-checkout-{}", system.uuid()));
        Self { system, path }
    }
}

impl Drop for Folder<'_> {
    fn drop(&mut self) {
        // Left-overs in the folder of temporary files are the lesser trouble.
        let _ = self.system.remove_all(&self.path);
    }
}

struct Repository<'a> {
    system: &'a dyn System,
    folder: &'a Path,
    wanted: &'a Checkout,
}

impl Repository<'_> {
    /// Fetches one commit and puts its files in place. Returns the commit.
    fn fetch(&self) -> Result<String, Diagnostic> {
        let made = self.system.create_dir_all(self.folder);
        made.map_err(|error| Diagnostic::error(Code::SystemError, error.to_string()))?;
        let Checkout {
            url,
            revision,
            subdirectory,
        } = self.wanted;
        self.git(&["init", "--quiet"])?;
        self.git(&["remote", "add", "origin", url])?;
        let mut fetch = vec!["fetch", "--quiet", "--depth", "1", "--no-tags"];
        if let Some(inside) = subdirectory {
            fetch.push("--filter=blob:none");
            self.git(&["sparse-checkout", "set", inside])?;
        }
        fetch.extend(["origin", revision]);
        self.git(&fetch)?;
        self.git(&["checkout", "--quiet", "--detach", "FETCH_HEAD"])?;
        Ok(self.git(&["rev-parse", "HEAD"])?.trim().to_owned())
    }

    fn git(&self, arguments: &[&str]) -> Result<String, Diagnostic> {
        let ssh =
            self.system.env("GIT_SSH_COMMAND").is_some() || self.system.env("GIT_SSH").is_some();
        let mut variables = vec![
            ("LC_ALL", Some("C")),
            ("GIT_TERMINAL_PROMPT", Some("0")),
            ("GCM_INTERACTIVE", Some("never")),
            // Those of a hook that runs dsql are about another repository.
            ("GIT_DIR", None),
            ("GIT_WORK_TREE", None),
            ("GIT_INDEX_FILE", None),
        ];
        if !ssh {
            variables.push(("GIT_SSH_COMMAND", Some("ssh -o BatchMode=yes")));
        }
        let call = Call {
            program: "git",
            arguments,
            folder: self.folder,
            variables: &variables,
        };
        match self.system.run(&call) {
            Ok(finished) if finished.success => Ok(finished.stdout),
            Ok(finished) => Err(self.failed(&finished)),
            Err(error) => {
                let message = format!("git cannot be run: {}", error.source);
                Err(Diagnostic::error(Code::UnreachablePackage, message).help(
                    "install git, and let the PATH name its folder; packages with `package:` and \
                     `tarball:` do without it",
                ))
            }
        }
    }

    fn failed(&self, finished: &Finished) -> Diagnostic {
        let url = shown(&self.wanted.url);
        let revision = &self.wanted.revision;
        let words = finished.stderr.replace(&self.wanted.url, &url);
        let says = |it: &str| words.contains(it);
        let lost =
            says("couldn't find remote ref") || says("not our ref") || says("invalid refspec");
        let (message, help) = if lost {
            let short = revision.len() < 40
                && revision.len() > 5
                && revision.bytes().all(|it| it.is_ascii_hexdigit());
            let help = match short {
                true => "give `revision` a tag, a branch, or all 40 digits of a commit",
                false => "give `revision` a tag, a branch or a commit of the repository",
            };
            (format!("{url} has no revision `{revision}`"), help)
        } else if says("could not read Username")
            || says("could not read Password")
            || says("Authentication failed")
            || says("Permission denied")
            || says("Host key verification failed")
        {
            (
                format!("{url} lets nobody in without a key or a password"),
                "set up what `git clone` needs: an SSH key of ssh-agent, a credential helper, or a \
                 token in the address by `env_var('DBT_ENV_SECRET_…')`",
            )
        } else {
            (
                format!("git cannot fetch {url}"),
                "see whether `git ls-remote` with this address works",
            )
        };
        let mut finding = Diagnostic::error(Code::UnreachablePackage, message).help(help);
        for line in words
            .lines()
            .map(str::trim)
            .filter(|it| !it.is_empty())
            .take(4)
        {
            finding = finding.note(format!("git: {line}"));
        }
        finding
    }
}
