//! Tables that something else fills.

use borsh::{BorshDeserialize, BorshSerialize};
use chrono::TimeDelta;
use indexmap::IndexMap;

use super::binary::free;
use super::{Column, Config, Dict, UniqueId};
use crate::text::Location;

/// One table of a source.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Source {
    /// Key.
    pub unique_id: UniqueId,
    /// Name of the source.
    pub source_name: String,
    /// Name of the table.
    pub name: String,
    /// Package it belongs to.
    pub package_name: String,
    /// Properties file, relative to the package's root.
    pub path: String,
    /// Properties file, relative to the package's root.
    pub original_file_path: String,
    /// Package, folders, source, table.
    pub fqn: Vec<String>,
    /// Database.
    pub database: Option<String>,
    /// Schema.
    pub schema: String,
    /// Name of the table in the database.
    pub identifier: String,
    /// Quoted full name.
    pub relation_name: String,
    /// `quoting` block: `database`, `schema`, `identifier`, `column`.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub quoting: Dict,
    /// Description of the source.
    pub source_description: String,
    /// Description of the table.
    pub description: String,
    /// Doc blocks that the description names.
    pub doc_blocks: Vec<String>,
    /// Who loads it.
    pub loader: String,
    /// Column or expression that tells when rows were loaded.
    pub loaded_at_field: Option<String>,
    /// Query that tells when rows were loaded.
    pub loaded_at_query: Option<String>,
    /// `warn_after`, `error_after`, `filter`.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub freshness: Option<Dict>,
    /// The `external` block as written.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub external: Option<Dict>,
    /// Documented columns by name.
    pub columns: IndexMap<String, Column>,
    /// Facts of the table over those of the source.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub meta: Dict,
    /// Facts of the source.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub source_meta: Dict,
    /// Tags of source and table.
    pub tags: Vec<String>,
    /// Merged configuration.
    pub config: Config,
    /// Configuration as written.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub unrendered_config: Dict,
    /// Schema as written.
    pub unrendered_schema: Option<String>,
    /// Database as written.
    pub unrendered_database: Option<String>,
    /// Seconds since 1970.
    pub created_at: f64,
    /// Where the table is declared.
    pub location: Location,
}

impl Source {
    /// Returns the name by which people know it: with that of its source before it.
    pub fn search_name(&self) -> String {
        format!("{}.{}", self.source_name, self.name)
    }

    /// Tells whether there is a rule on how old its newest rows may be.
    pub fn has_freshness(&self) -> bool {
        ["warn_after", "error_after"]
            .into_iter()
            .any(|rule| self.freshness_limit(rule).is_some())
    }

    /// Returns the age beyond which `warn_after` or `error_after` holds.
    pub fn freshness_limit(&self, rule: &str) -> Option<TimeDelta> {
        let rule = self.freshness.as_ref()?.get(rule)?;
        let seconds = match rule.get("period")?.as_str()? {
            "minute" => 60,
            "hour" => 3_600,
            "day" => 86_400,
            _ => return None,
        };
        let count = rule.get("count")?.as_i64()?;
        TimeDelta::try_seconds(count.checked_mul(seconds)?)
    }
}
