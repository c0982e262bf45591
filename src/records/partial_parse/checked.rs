//! What the last check found, and what it takes to check a few nodes again.

use std::path::Path;

use borsh::{BorshDeserialize, BorshSerialize};

use super::inputs::{Fingerprint, Head, Inputs};
use super::whole;
use crate::check::Found;
use crate::diagnostics::Diagnostic;
use crate::lineage::{Columns, Outside};
use crate::nodes::UniqueId;
use crate::parse::FilePlace;
use crate::system::{System, SystemError};

/// Name of the file in the target folder.
const FILE: &str = "last_check.bin";

const MARK: &[u8] = b"dsql check\n";

/// A check of a whole project.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub struct LastCheck {
    /// What was asked for.
    pub flags: String,
    /// What was found while the project was read.
    pub before: Vec<Diagnostic>,
    /// How many resources of which kind there are.
    pub counts: Vec<(usize, String)>,
    /// How many models and snapshots were checked.
    pub models: usize,
    /// Whether the engine was asked.
    pub is_bound: bool,
    /// What was found.
    pub found: Found,
    /// All nodes and sources, sorted by their ids.
    pub nodes: Vec<CheckedNode>,
    /// Of which of them the database was asked.
    pub asked_of: Vec<UniqueId>,
    /// What it said.
    pub told: Vec<(UniqueId, Columns)>,
}

/// A node or a source that was checked.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub struct CheckedNode {
    /// Its id.
    pub id: UniqueId,
    /// What it needs, by places in the list.
    pub needs: Vec<u32>,
    /// The file that it stands in.
    pub file: Option<FilePlace>,
    /// The name of its relation, in lower case.
    pub relation: Option<String>,
    /// Whether its template may come out otherwise though nothing has changed.
    pub asks: bool,
    /// What those that read it see of it, as borsh.
    outside: Vec<u8>,
    /// Its columns in `column_lineage.json`; empty where it has none.
    pub columns: Vec<u8>,
}

impl CheckedNode {
    /// Describes a node or a source.
    pub fn new(id: UniqueId, outside: Option<&Outside>, columns: Vec<u8>) -> Self {
        let outside = outside.and_then(|it| borsh::to_vec(it).ok());
        Self {
            id,
            needs: Vec::new(),
            file: None,
            relation: None,
            asks: false,
            outside: outside.unwrap_or_default(),
            columns,
        }
    }

    /// Reads what those that read it see of it.
    pub fn outside(&self) -> Option<Outside> {
        borsh::from_slice(&self.outside).ok()
    }
}

impl LastCheck {
    /// Finds a node or a source by its id.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.nodes.binary_search_by(|it| (*it.id).cmp(id)).ok()
    }
}

/// Writes what a check found.
pub fn save_check(
    last: &LastCheck,
    inputs: &Inputs,
    target: &Path,
    system: &dyn System,
) -> Result<(), SystemError> {
    let inputs = inputs.head_around_files(system);
    whole::write(MARK, &(inputs, last), &target.join(FILE), system)
}

/// Reads what the last check found, and lists the files in which something else stands since; none unless it comes of
/// the same inputs otherwise. Whatever templates consulted counts as consulted again.
pub fn load_check(
    inputs: &Inputs,
    target: &Path,
    system: &dyn System,
) -> Option<(LastCheck, Vec<FilePlace>)> {
    whole::read(MARK, &target.join(FILE), system, |mut bytes| {
        type Before = (Head, Vec<Fingerprint>);
        let (head, files) = Before::deserialize(&mut bytes).ok()?;
        let changed = inputs.differ_in((&head, &files), system)?;
        let last = LastCheck::try_from_slice(bytes).ok()?;
        inputs.consult(&head);
        Some((last, changed))
    })
}
