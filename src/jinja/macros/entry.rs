//! A macro that is ready to be called.

use std::sync::Arc;

use crate::nodes::Macro;

/// A macro with what is made of its text at the first call.
#[derive(Debug)]
pub struct MacroEntry {
    /// The macro as parsed.
    pub node: Arc<Macro>,
}

impl MacroEntry {
    pub(super) fn new(node: Arc<Macro>) -> Self {
        Self { node }
    }
}
