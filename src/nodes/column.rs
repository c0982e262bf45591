//! Columns as documented in a properties file.

use borsh::{BorshDeserialize, BorshSerialize};

use super::Dict;
use super::binary::free;

/// A constraint on a column or a model, as written.
#[derive(Debug, Clone, PartialEq, serde::Serialize, BorshSerialize, BorshDeserialize)]
pub struct Constraint {
    /// `not_null`, `unique`, `primary_key`, `foreign_key`, `check`, `custom`.
    pub r#type: String,
    /// Name, where given.
    pub name: Option<String>,
    /// SQL of a check or custom constraint.
    pub expression: Option<String>,
    /// Whether a warning is given where the engine does not enforce it.
    pub warn_unenforced: bool,
    /// Whether a warning is given where the engine does not know it.
    pub warn_unsupported: bool,
    /// Referenced relation of a foreign key.
    pub to: Option<String>,
    /// Referenced columns of a foreign key.
    pub to_columns: Vec<String>,
    /// Columns of a model's constraint; `None` on a column's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
}

impl Constraint {
    /// What a constraint can be.
    pub const TYPES: [&str; 6] = [
        "check",
        "not_null",
        "unique",
        "primary_key",
        "foreign_key",
        "custom",
    ];

    /// Returns what a foreign key refers to: a call of `ref` or `source`, or once compiled, a
    /// relation.
    pub fn target(&self) -> Option<&str> {
        let is_key = self.r#type == "foreign_key";
        self.to.as_deref().filter(|to| is_key && !to.is_empty())
    }
}

/// One column.
#[derive(Debug, Clone, PartialEq, Default, BorshSerialize, BorshDeserialize)]
pub struct Column {
    /// Name, as written.
    pub name: String,
    /// Description, rendered.
    pub description: String,
    /// Free-form facts.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub meta: Dict,
    /// SQL type.
    pub data_type: Option<String>,
    /// Constraints.
    pub constraints: Vec<Constraint>,
    /// Whether the name is quoted in SQL.
    pub quote: Option<bool>,
    /// Tags.
    pub tags: Vec<String>,
    /// The `config` block: `meta`, `tags` and anything else.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub config: Dict,
    /// Time grain of a time spine column.
    pub granularity: Option<String>,
    /// Doc blocks that the description names.
    pub doc_blocks: Vec<String>,
    /// Keys that dbt keeps without knowing them.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub extra: Dict,
}
