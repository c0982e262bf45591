//! `catalog.json`, version 1.

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::Metadata;
use crate::nodes::UniqueId;

/// What a relation is.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct CatalogMetadata {
    /// The database's word: `BASE TABLE`, `VIEW`.
    pub r#type: Option<String>,
    /// Schema.
    pub schema: String,
    /// Name.
    pub name: String,
    /// Database.
    pub database: Option<String>,
    /// Comment.
    pub comment: Option<String>,
    /// Whose it is.
    pub owner: Option<String>,
}

/// A column of a relation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CatalogColumn {
    /// Type as the database writes it.
    pub r#type: Option<String>,
    /// Place, from 1.
    pub index: i64,
    /// Name.
    pub name: String,
    /// Comment.
    pub comment: Option<String>,
}

/// A figure of a relation.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Statistic {
    /// Key.
    pub id: String,
    /// Name for people.
    pub label: Json,
    /// The figure.
    pub value: Json,
    /// Whether it is shown.
    pub include: bool,
    /// What it tells.
    pub description: Json,
}

impl Statistic {
    /// Says whether there are others: dbt has it with each relation.
    pub fn has_stats(any: bool) -> Self {
        Self {
            id: "has_stats".to_owned(),
            label: "Has Stats?".into(),
            value: any.into(),
            include: false,
            description: "Indicates whether there are statistics for this table".into(),
        }
    }
}

/// A relation that stands for a node or a source.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct CatalogTable {
    /// What it is.
    pub metadata: CatalogMetadata,
    /// Columns by name, in the database's order.
    pub columns: IndexMap<String, CatalogColumn>,
    /// Figures by key.
    pub stats: IndexMap<String, Statistic>,
    /// The node or source.
    pub unique_id: Option<UniqueId>,
}

impl CatalogTable {
    /// Returns database, schema and name in lower case.
    pub fn key(&self) -> CatalogKey {
        let it = &self.metadata;
        catalog_key(it.database.as_deref(), &it.schema, &it.name)
    }
}

/// Database, schema and name in lower case.
pub type CatalogKey = (Option<String>, String, String);

/// Makes the key of a relation.
pub fn catalog_key(database: Option<&str>, schema: &str, name: &str) -> CatalogKey {
    let database = database.map(str::to_lowercase);
    (database, schema.to_lowercase(), name.to_lowercase())
}

/// The whole file.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Catalog {
    /// Head.
    pub metadata: Metadata,
    /// Relations of models, seeds and snapshots, and of tests that keep their failures.
    pub nodes: IndexMap<UniqueId, CatalogTable>,
    /// Relations of sources.
    pub sources: IndexMap<UniqueId, CatalogTable>,
    /// What the database was asked for in vain; none where all went well.
    pub errors: Option<Vec<String>>,
}

impl Catalog {
    /// Address of the JSON schema.
    pub const SCHEMA: &'static str = "https://schemas.getdbt.com/dbt/catalog/v1.json";
}
