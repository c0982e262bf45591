//! A file that is kept whole: a mark that names its kind, a digest, and borsh behind it. What is not
//! as it was written is not read at all.

use std::path::Path;

use borsh::BorshSerialize;
use xxhash_rust::xxh3::xxh3_128;

use crate::system::{System, SystemError};

/// Writes a value behind the mark.
pub(super) fn write(
    mark: &[u8],
    value: &impl BorshSerialize,
    path: &Path,
    system: &dyn System,
) -> Result<(), SystemError> {
    let bytes = borsh::to_vec(value).map_err(|source| SystemError {
        action: "write",
        path: path.to_path_buf(),
        source,
    })?;
    let digest = xxh3_128(&bytes).to_le_bytes();
    system.write(path, &[mark, &digest, &bytes].concat())
}

/// Gives the value's bytes on if they are there and whole.
pub(super) fn read<T>(
    mark: &[u8],
    path: &Path,
    system: &dyn System,
    value: impl FnOnce(&[u8]) -> Option<T>,
) -> Option<T> {
    if !system.is_file(path) {
        return None;
    }
    let file = system.read(path).ok()?;
    let (digest, bytes) = file.strip_prefix(mark)?.split_first_chunk()?;
    if xxh3_128(bytes) != u128::from_le_bytes(*digest) {
        return None;
    }
    value(bytes)
}
