//! What the last run wrote into `manifest.json`, and what else it had to say: all that parsing the
//! same again has to give.

use std::path::Path;

use borsh::{BorshDeserialize, BorshSerialize};
use xxhash_rust::xxh3::xxh3_128;

use super::inputs::{Head, Inputs};
use super::{Kept, Said};
use crate::diagnostics::Diagnostic;
use crate::records::Body;
use crate::system::{System, SystemError};

/// Name of the file in the target folder.
const FILE: &str = "partial_parse_manifest.bin";

const MARK: &[u8] = b"dsql manifest\n";

/// A manifest that comes of known inputs.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub struct Seal {
    head: Head,
    /// What it is behind its metadata.
    pub body: Body,
    /// What was found besides; none is an error.
    pub findings: Vec<Diagnostic>,
    /// What templates said while they were read.
    pub said: Vec<Said>,
}

/// Notes that the manifest of what is kept is in place.
pub fn seal(
    body: Body,
    kept: &Kept,
    inputs: &Inputs,
    target: &Path,
    system: &dyn System,
) -> Result<(), SystemError> {
    let path = target.join(FILE);
    let seal = Seal {
        head: inputs.head(system),
        body,
        findings: kept.findings.clone(),
        said: kept.said.clone(),
    };
    let bytes = borsh::to_vec(&seal).map_err(|source| SystemError {
        action: "write",
        path: path.clone(),
        source,
    })?;
    let digest = xxh3_128(&bytes).to_le_bytes();
    system.write(&path, &[MARK, &digest, &bytes].concat())
}

/// Reads what is known of the manifest in a target folder, if it comes of the same inputs.
pub fn sealed(inputs: &Inputs, target: &Path, system: &dyn System) -> Option<Seal> {
    let path = target.join(FILE);
    if !system.is_file(&path) {
        return None;
    }
    let seal = read(&system.read(&path).ok()?)?;
    inputs.agree(&seal.head, system).then_some(seal)
}

fn read(bytes: &[u8]) -> Option<Seal> {
    let (digest, bytes) = bytes.strip_prefix(MARK)?.split_first_chunk()?;
    let whole = xxh3_128(bytes) == u128::from_le_bytes(*digest);
    whole.then(|| borsh::from_slice(bytes).ok())?
}
