//! What is known of the last success of each node, in `last_built.bin` of the target folder.
//!
//! It stands there, and not in the database, so that `clean` and a folder that is gone mean what they
//! say: nothing is known, and all is built. Facts of several targets stand side by side; one that is
//! wrong is no danger, since a node's relation and all that it reads are compared by content.

use std::collections::BTreeMap;
use std::path::Path;

use crate::execute::Facts;
use crate::system::{System, SystemError};

use super::whole;

const FILE: &str = "last_built.bin";
/// Kind and version of the file.
const MARK: &[u8] = b"dsql last built 1\n";

/// Facts by target.
type Kept = BTreeMap<String, Facts>;

fn kept(folder: &Path, system: &dyn System) -> Kept {
    let read = |bytes: &[u8]| borsh::from_slice(bytes).ok();
    whole::read(MARK, &folder.join(FILE), system, read).unwrap_or_default()
}

/// Reads what is known of nodes in a target; nothing from a damaged file.
pub fn load_last_built(folder: &Path, target: &str, system: &dyn System) -> Facts {
    kept(folder, system).remove(target).unwrap_or_default()
}

/// Keeps what is known of nodes in a target, and leaves other targets as they are.
pub fn save_last_built(
    folder: &Path,
    target: &str,
    facts: &Facts,
    system: &dyn System,
) -> Result<(), SystemError> {
    let mut kept = kept(folder, system);
    kept.insert(target.to_owned(), facts.clone());
    whole::write(MARK, &kept, &folder.join(FILE), system)
}
