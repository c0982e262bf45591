//! What is known of a node's last success.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use sha2::{Digest as _, Sha256};

/// Digest of something that a node comes of.
pub(super) type Digest = [u8; 32];

/// What a node came of when it ended well, and what it left.
#[derive(Debug, Clone, PartialEq, Eq, Default, BorshSerialize, BorshDeserialize)]
pub struct Fact {
    /// Its compiled SQL, or the text of its file.
    pub(super) text: Digest,
    /// Configuration, contract, relation.
    pub(super) settings: Digest,
    /// Macros that take the place of built-in ones, target, versions.
    pub(super) around: Digest,
    /// What it read: by name, what was in it.
    pub(super) inputs: BTreeMap<String, String>,
    /// Its relation; empty if it has none.
    pub(super) left: String,
}

/// Digests parts, so that none runs into the next.
pub(in crate::execute) fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> Digest {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part.as_bytes());
    }
    digest.finalize().into()
}

impl Fact {
    /// Says what differs from an earlier success, besides the relation that was left. None if
    /// nothing does.
    pub(super) fn differs(&self, earlier: &Self) -> Option<String> {
        if self.text != earlier.text {
            return Some("its SQL or its file has changed".to_owned());
        }
        if self.settings != earlier.settings {
            return Some("its configuration has changed".to_owned());
        }
        if self.around != earlier.around {
            return Some("macros, the target or the version of dsql have changed".to_owned());
        }
        let changed = self.inputs.iter().find_map(|(name, now)| {
            let then = earlier.inputs.get(name);
            (then != Some(now)).then(|| format!("`{name}` has changed"))
        });
        let gone = earlier.inputs.keys();
        let mut gone = gone.filter(|name| !self.inputs.contains_key(*name));
        changed.or_else(|| {
            gone.next()
                .map(|name| format!("it does not read `{name}` any more"))
        })
    }
}
