//! What was downloaded before, in the user's cache folder: contents by their SHA-256, and for each
//! address the content that was there last.
//!
//! Nothing depends on it: what is missing or damaged is downloaded.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::system::System;

/// The user's cache.
pub(super) struct Cache<'a> {
    system: &'a dyn System,
    folder: Option<PathBuf>,
}

impl<'a> Cache<'a> {
    /// Finds the cache folder: `DSQL_CACHE_DIR`, or the system's custom.
    pub(super) fn new(system: &'a dyn System) -> Self {
        let set = |name: &str| {
            let value = system.env(name).filter(|it| !it.is_empty())?;
            Some(PathBuf::from(value)).filter(|it| it.is_absolute())
        };
        let home = || system.home_dir();
        let custom = || match std::env::consts::OS {
            "macos" => home().map(|it| it.join("Library/Caches/dsql")),
            "windows" => set("LOCALAPPDATA").map(|it| it.join("dsql/cache")),
            _ => set("XDG_CACHE_HOME")
                .or_else(|| home().map(|it| it.join(".cache")))
                .map(|it| it.join("dsql")),
        };
        let folder = set("DSQL_CACHE_DIR").or_else(custom);
        Self {
            system,
            folder: folder.map(|it| it.join("packages")),
        }
    }

    /// Returns what was at an address, if it is whole.
    pub(super) fn get(&self, address: &str) -> Option<Vec<u8>> {
        let folder = self.folder.as_ref()?;
        let sum = self.system.read(&folder.join(place(address))).ok()?;
        let sum = String::from_utf8(sum).ok()?;
        let is_sum = sum.len() == 64 && sum.bytes().all(|it| it.is_ascii_hexdigit());
        let path = folder.join("contents").join(is_sum.then_some(&sum)?);
        let content = self.system.read(&path).ok()?;
        (digest(&content) == sum).then_some(content)
    }

    /// Keeps what was at an address. Where that fails it is downloaded again another time.
    pub(super) fn put(&self, address: &str, content: &[u8]) {
        let Some(folder) = &self.folder else {
            return;
        };
        let sum = digest(content);
        let path = folder.join("contents").join(&sum);
        let whole = self.system.size(&path) == Some(content.len() as u64);
        if whole || self.system.write(&path, content).is_ok() {
            let _ = self
                .system
                .write(&folder.join(place(address)), sum.as_bytes());
        }
    }
}

/// Returns where it is noted what an address had; the address itself may hold a password.
fn place(address: &str) -> PathBuf {
    PathBuf::from("addresses").join(digest(address.as_bytes()))
}

fn digest(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}
