//! Groups of models and their owners.

use super::{Dict, UniqueId};
use crate::text::Location;

/// A person or team.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Owner {
    /// Name.
    pub name: Option<String>,
    /// One address, or a list of them.
    pub email: Option<serde_json::Value>,
    /// Further keys, kept as written.
    pub extra: Dict,
}

/// A group.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Key.
    pub unique_id: UniqueId,
    /// Name.
    pub name: String,
    /// Package it belongs to.
    pub package_name: String,
    /// Properties file below the resource folder.
    pub path: String,
    /// Properties file below the package's root.
    pub original_file_path: String,
    /// Who answers for it.
    pub owner: Owner,
    /// Description.
    pub description: Option<String>,
    /// The `config` block.
    pub config: Dict,
    /// Where it is declared.
    pub location: Location,
}
