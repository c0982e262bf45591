//! What came of reading a project, kept in `target/` for the next run.
//!
//! In: resources, findings and events of a parse without errors, and all [`Inputs`] that it had.
//! Out: the same, if the next run has the same inputs, or all but what stands in a few files: whole,
//! with a list of those files, or not at all. A file that is missing, damaged or of another build is
//! not used and not mentioned. Read `inputs.rs` for what counts, `format.rs` for the file.

mod format;
mod inputs;
mod listener;
mod seal;
mod templates;

pub use inputs::Inputs;
pub use listener::{Listener, Said};
pub use seal::{Seal, seal, sealed};
pub use templates::{load_rendered, save_rendered};

use super::whole;
use std::path::Path;
use std::sync::Arc;

use crate::diagnostics::Diagnostic;
use crate::nodes::Resources;
use crate::parse::FilePlace;
use crate::system::{System, SystemError};

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
