//! Named texts.

use borsh::{BorshDeserialize, BorshSerialize};

use super::UniqueId;
use crate::text::Location;

/// A `{% docs name %}` block.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct DocBlock {
    /// Key: `doc.<package>.<name>`.
    pub unique_id: UniqueId,
    /// Name.
    pub name: String,
    /// Package it belongs to.
    pub package_name: String,
    /// File below the docs folder.
    pub path: String,
    /// File below the package's root.
    pub original_file_path: String,
    /// The text between the tags, stripped.
    pub block_contents: String,
    /// Where it stands.
    pub location: Location,
}
