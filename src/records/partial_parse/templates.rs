//! What templates asked for in the last run, kept for a run in which only some of them have
//! changed: each is found by its content, and all are used only if what they can look at is the same.

use std::path::Path;

use borsh::BorshDeserialize;

use super::inputs::{Head, Inputs};
use super::whole;
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
    whole::write(MARK, &(head, rendered), &path, system)
}

/// Reads what templates asked for, if what they look at is the same. Whatever they consulted counts
/// as consulted again.
pub fn load_rendered(inputs: &Inputs, target: &Path, system: &dyn System) -> Option<Rendered> {
    whole::read(MARK, &target.join(FILE), system, |mut bytes| {
        let head = Head::deserialize(&mut bytes).ok()?;
        if !inputs.agree_of_templates(&head, system) {
            return None;
        }
        let rendered = Rendered::try_from_slice(bytes).ok()?;
        inputs.consult(&head);
        Some(rendered)
    })
}
