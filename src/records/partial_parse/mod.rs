//! What came of reading a project, kept in `target/` for the next run.
//!
//! In: resources, findings and events of a parse without errors, and all [`Inputs`] that it had.
//! Out: the same, if the next run has the same inputs, or all but what stands in a few files: whole,
//! with a list of those files, or not at all. A file that is missing, damaged or of another build is
//! not used and not mentioned. Read `inputs.rs` for what counts, `format.rs` for the file.

mod checked;
mod format;
mod inputs;
mod listener;
mod seal;
mod templates;

pub use checked::{CheckedNode, LastCheck, load_check, save_check};
pub use inputs::Inputs;
pub use listener::{Listener, Said};
pub use seal::{Seal, seal, sealed};
pub use templates::{load_rendered, save_rendered};

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use super::whole;

use crate::diagnostics::Diagnostic;
use crate::nodes::{Resources, UniqueId};
use crate::parse::FilePlace;
use crate::system::{System, SystemError};
use format::Contents;

/// Name of the file in the target folder.
pub const PARTIAL_PARSE_FILE: &str = "partial_parse.bin";

/// Files that are read again alone.
const AT_MOST: usize = 200;

/// What is kept.
#[derive(Debug, Default)]
pub struct Kept {
    /// All resources, their references resolved.
    pub resources: Arc<Resources>,
    /// What was found besides; none is an error.
    pub findings: Vec<Diagnostic>,
    /// What templates said while they were read.
    pub said: Vec<Said>,
}

/// What was kept, of which a few nodes are wanted.
#[derive(Debug)]
pub struct Store {
    bytes: Vec<u8>,
    contents: Contents,
}

impl Store {
    /// Opens what was kept, and lists the files in which something else stands since; none unless it comes of the same
    /// inputs otherwise.
    pub fn open(
        inputs: &Inputs,
        path: &Path,
        system: &dyn System,
    ) -> Option<(Self, Vec<FilePlace>)> {
        if !system.is_file(path) {
            return None;
        }
        let bytes = system.read(path).ok()?;
        let (contents, changed) = Contents::read(&bytes, |(head, files)| {
            let changed = inputs.differ_in((head, files), system)?;
            inputs.consult(head);
            Some(changed)
        })?;
        Some((Self { bytes, contents }, changed))
    }

    /// Reads all but nodes and sources.
    pub fn around(&self) -> Option<Kept> {
        self.contents.around(&self.bytes)
    }

    /// Reads some nodes and sources; none if one of them is not there.
    pub fn some(&self, wanted: &HashSet<UniqueId>) -> Option<Resources> {
        self.contents.some(&self.bytes, wanted)
    }
}

/// Writes what is to be kept.
pub fn save(
    kept: &Kept,
    inputs: &Inputs,
    path: &Path,
    system: &dyn System,
) -> Result<(), SystemError> {
    format::write(kept, &inputs.head_around_files(system), path, system)
}

/// Reads what was kept and lists the files in which something else stands since; none unless it comes
/// of the same inputs otherwise.
pub fn load(inputs: &Inputs, path: &Path, system: &dyn System) -> Option<(Kept, Vec<FilePlace>)> {
    if !system.is_file(path) {
        return None;
    }
    let bytes = system.read(path).ok()?;
    format::read(&bytes, |head| {
        let changed = inputs.differ_in(head, system)?;
        inputs.consult(head.0);
        // Beyond that, going through what was kept is no gain.
        (changed.len() <= AT_MOST).then_some(changed)
    })
}
