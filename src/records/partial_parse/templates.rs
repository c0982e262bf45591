//! What templates asked for in the last run, kept for a run in which only some of them have
//! changed: each is found by its content, and all are used only if what they can look at is the same.

use std::path::Path;

use borsh::BorshDeserialize;
use xxhash_rust::xxh3::xxh3_128;

use super::inputs::{Head, Inputs};
use crate::parse::Rendered;
use crate::system::{System, SystemError};

const FILE: &str = "partial_parse_templates.bin";

const MARK: &[u8] = b"dsql templates\n";

/// Writes what templates asked for.
pub fn save_rendered(
    rendered: &Rendered,
    inputs: &Inputs,
    target: &Path,
    system: &dyn System,
) -> Result<(), SystemError> {
    let path = target.join(FILE);
    let head = inputs.head_of_templates(system);
    let bytes = borsh::to_vec(&(head, rendered)).map_err(|source| SystemError {
        action: "write",
        path: path.clone(),
        source,
    })?;
    let digest = xxh3_128(&bytes).to_le_bytes();
    system.write(&path, &[MARK, &digest, &bytes].concat())
}

/// Reads what templates asked for, if what they look at is the same. Whatever they consulted counts
/// as consulted again.
pub fn load_rendered(inputs: &Inputs, target: &Path, system: &dyn System) -> Option<Rendered> {
    let path = target.join(FILE);
    if !system.is_file(&path) {
        return None;
    }
    let bytes = system.read(&path).ok()?;
    let (digest, bytes) = bytes.strip_prefix(MARK)?.split_first_chunk()?;
    if xxh3_128(bytes) != u128::from_le_bytes(*digest) {
        return None;
    }
    let mut bytes = bytes;
    let head = Head::deserialize(&mut bytes).ok()?;
    if !inputs.agree_of_templates(&head, system) {
        return None;
    }
    let rendered = Rendered::try_from_slice(bytes).ok()?;
    inputs.consult(&head);
    Some(rendered)
}
