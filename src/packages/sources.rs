//! Where packages come from, asked once each: what an index, a repository or an archive has.

use std::collections::HashMap;
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::archive::{ArchiveError, PACKED, unpack_package};
use super::fetch::{Fetcher, Wanted, shown};
use super::git::{self, Checkout};
use super::hub::{self, HubPackage};
use super::tree::Tree;
use crate::diagnostics::{Code, Diagnostic};

/// What a source gives; a failure without a place, which those who ask know.
pub(super) type Given<T> = Result<Arc<T>, Diagnostic>;

/// All sources.
pub(super) struct Sources<'a> {
    pub(super) fetcher: Fetcher<'a>,
    index: OnceLock<Given<Vec<String>>>,
    packages: Memo<String, Given<HubPackage>>,
    archives: Memo<String, Given<Tree>>,
    checkouts: Memo<Checkout, Given<(Tree, String)>>,
}

impl<'a> Sources<'a> {
    pub(super) fn new(fetcher: Fetcher<'a>) -> Self {
        Self {
            fetcher,
            index: OnceLock::new(),
            packages: Memo::default(),
            archives: Memo::default(),
            checkouts: Memo::default(),
        }
    }

    /// Lists the packages of the index.
    pub(super) fn index(&self) -> Given<Vec<String>> {
        let asked = || hub::index(&self.fetcher).map(Arc::new);
        self.index.get_or_init(asked).clone()
    }

    /// Returns what the index knows of a package.
    pub(super) fn package(&self, name: &str) -> Given<HubPackage> {
        let index = self.index()?;
        if !index.iter().any(|it| it == name) {
            let message = format!("{name} is not in the package index");
            let finding = Diagnostic::error(Code::UnknownPackage, message);
            return Err(match hub::nearest(name, &index) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help(
                    "look for its name at hub.getdbt.com; a package that is not there is named by \
                     `git:`, `tarball:` or `local:`",
                ),
            });
        }
        let asked = || hub::package(&self.fetcher, name).map(Arc::new);
        self.packages.get(name.to_owned(), asked)
    }

    /// Returns the files of an archive. `fixed`: what is there never changes.
    pub(super) fn archive(&self, url: &str, fixed: bool) -> Given<Tree> {
        self.archives.get(url.to_owned(), || {
            let wanted = Wanted {
                url,
                patience: self.fetcher.patience(),
                limit: PACKED,
            };
            let read = |packed: &[u8]| match unpack_package(packed) {
                Ok(tree) => Ok(Ok(tree)),
                Err(ArchiveError::Broken(reason)) => Err(format!("not a .tar.gz ({reason})")),
                // It is whole; to get it again does not make it better.
                Err(error) => Ok(Err(error)),
            };
            let got = match fixed {
                true => self.fetcher.fixed(wanted, &read),
                false => self.fetcher.fresh(wanted, &read),
            };
            got?.map(Arc::new).map_err(|error| unusable(url, &error))
        })
    }

    /// Returns the files of a repository.
    pub(super) fn checkout(&self, wanted: &Checkout) -> Given<(Tree, String)> {
        let asked = || git::checkout(&self.fetcher, wanted).map(Arc::new);
        self.checkouts.get(wanted.clone(), asked)
    }

    /// Returns the folder of a `local:` package.
    pub(super) fn folder(&self, root: &Path, written: &str) -> PathBuf {
        super::specs::local_path(self.fetcher.system, root, written)
    }
}

fn unusable(url: &str, error: &ArchiveError) -> Diagnostic {
    let url = shown(url);
    match error {
        ArchiveError::Broken(reason) => Diagnostic::error(
            Code::UnsafeArchive,
            format!("{url} is not a .tar.gz: {reason}"),
        ),
        ArchiveError::Unsafe(reason) => {
            let message = format!("the archive {url} is not unpacked: {reason}");
            Diagnostic::error(Code::UnsafeArchive, message)
                .help("ask who made it; nothing of it is installed")
        }
        ArchiveError::NoFolder => {
            let message = format!("the files of the archive {url} do not lie in one folder");
            Diagnostic::error(Code::UnsafeArchive, message)
                .help("pack the package's folder, not what is in it: `tar czf pkg.tar.gz pkg/`")
        }
    }
}

/// Values by keys, each made once, by whoever asks first; the others wait for it.
struct Memo<K, V>(Mutex<HashMap<K, Arc<OnceLock<V>>>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Hash + Eq, V: Clone> Memo<K, V> {
    fn get(&self, key: K, make: impl FnOnce() -> V) -> V {
        let slot = {
            let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            slots.entry(key).or_default().clone()
        };
        slot.get_or_init(make).clone()
    }
}
