//! Uses downstream of the project.

use borsh::{BorshDeserialize, BorshSerialize};

use super::binary::free;
use super::{Config, DependsOn, Dict, Owner, RefCall, SourceCall, UniqueId};
use crate::text::Location;

/// A dashboard, notebook or application that reads the project's relations.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Exposure {
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
    /// Package, folders, name.
    pub fqn: Vec<String>,
    /// `dashboard`, `notebook`, `analysis`, `ml`, `application`.
    pub r#type: String,
    /// Who answers for it.
    pub owner: Owner,
    /// Description.
    pub description: String,
    /// Title for people.
    pub label: Option<String>,
    /// `low`, `medium`, `high`.
    pub maturity: Option<String>,
    /// Link.
    pub url: Option<String>,
    /// Free-form facts.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub meta: Dict,
    /// Tags.
    pub tags: Vec<String>,
    /// Merged configuration.
    pub config: Config,
    /// Configuration as written.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub unrendered_config: Dict,
    /// `ref()` calls under `depends_on`.
    pub refs: Vec<RefCall>,
    /// `source()` calls under `depends_on`.
    pub sources: Vec<SourceCall>,
    /// `metric()` calls under `depends_on`.
    pub metrics: Vec<Vec<String>>,
    /// Needed resources.
    pub depends_on: DependsOn,
    /// Seconds since 1970.
    pub created_at: f64,
    /// Where it is declared.
    pub location: Location,
}
