//! What the last run wrote into `manifest.json`, and what else it had to say: all that parsing the
//! same again has to give.

use std::path::Path;

use borsh::{BorshDeserialize, BorshSerialize};

use super::inputs::{Head, Inputs};
use super::{Kept, Said, whole};
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
    whole::write(MARK, &seal, &path, system)
}

/// Reads what is known of the manifest in a target folder, if it comes of the same inputs.
pub fn sealed(inputs: &Inputs, target: &Path, system: &dyn System) -> Option<Seal> {
    whole::read(MARK, &target.join(FILE), system, |bytes| {
        let seal: Seal = borsh::from_slice(bytes).ok()?;
        inputs.agree(&seal.head, system).then_some(seal)
    })
}
