//! Groups of models and their owners.

use borsh::{BorshDeserialize, BorshSerialize};

use super::binary::free;
use super::{Dict, UniqueId};
use crate::text::Location;

/// A person or team.
#[derive(Debug, Clone, PartialEq, Default, BorshSerialize, BorshDeserialize)]
pub struct Owner {
    /// Name.
    pub name: Option<String>,
    /// One address, or a list of them.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub email: Option<serde_json::Value>,
    /// Further keys, kept as written.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub extra: Dict,
}

/// A group.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
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
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub config: Dict,
    /// Where it is declared.
    pub location: Location,
}
