//! Files of SQL below the target folder, some of which belong to several nodes.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::nodes::{Node, ResourceType, UniqueId};
use crate::system::{System, SystemError};

/// Writes files of nodes. Tests whose names agree, as names leave out most signs, share a file: that
/// of the greatest id stays, whichever is written last.
#[derive(Debug, Default)]
pub struct NodeFiles {
    owners: Mutex<HashMap<String, Owner>>,
}

/// Who has written a file; held while it is written.
type Owner = Arc<Mutex<Option<UniqueId>>>;

impl NodeFiles {
    /// Writes a node's file; `path` is relative to the project or absolute.
    pub(super) fn write(
        &self,
        node: &Node,
        (root, path): (&Path, &str),
        text: &str,
        system: &dyn System,
    ) -> Result<(), SystemError> {
        let write = || system.write(&root.join(path), text.as_bytes());
        if node.resource_type != ResourceType::Test {
            return write();
        }
        let owner = {
            let mut owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
            owners.entry(path.to_owned()).or_default().clone()
        };
        let mut owner = owner.lock().unwrap_or_else(PoisonError::into_inner);
        if owner.as_ref().is_some_and(|it| *it > node.unique_id) {
            return Ok(());
        }
        write()?;
        *owner = Some(node.unique_id.clone());
        Ok(())
    }
}
