//! Tests of a model's logic, on rows that are made up for them.

use borsh::{BorshDeserialize, BorshSerialize};

use super::binary::free;
use super::{Config, DependsOn, Dict, RefArgs, UniqueId};
use crate::text::Location;

/// How the rows of a fixture are written.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, BorshSerialize, BorshDeserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum FixtureFormat {
    /// Mappings of column to value.
    #[default]
    Dict,
    /// Comma-separated values under a header.
    Csv,
    /// A query.
    Sql,
}

/// The rows of a fixture.
#[derive(Debug, Clone, PartialEq, serde::Serialize, BorshSerialize, BorshDeserialize)]
#[serde(untagged)]
pub enum FixtureRows {
    /// Values by column.
    Rows(#[borsh(serialize_with = "free::write", deserialize_with = "free::read")] Vec<Dict>),
    /// A query.
    Query(String),
}

/// Rows given or expected.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Fixture {
    /// How they are written.
    pub format: FixtureFormat,
    /// The rows, those of a file among them.
    pub rows: FixtureRows,
    /// Name of the file below `fixtures`, where they stand in one.
    pub file: Option<String>,
    /// Where they are declared.
    pub location: Location,
}

/// What a given input stands for.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum InputTarget {
    /// The tested model as it was before.
    This,
    /// A `ref()`.
    Reference(RefArgs),
    /// A `source()`: its name and that of the table.
    Source(String, String),
    /// Nothing that can stand for rows.
    Unknown,
}

/// One given input.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct UnitTestInput {
    /// As written: `ref('orders')`, `source('raw', 'orders')`, `this`.
    pub input: String,
    /// What that means.
    pub target: InputTarget,
    /// The resource that it stands for, filled when the graph is resolved; dbt runs a test of
    /// which this is missing, and lets it fail.
    pub node: Option<UniqueId>,
    /// Its rows.
    pub fixture: Fixture,
    /// Where `input` stands.
    pub location: Location,
}

/// What templates see otherwise while a unit test runs.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, BorshSerialize, BorshDeserialize)]
pub struct Overrides {
    /// Macros, by `name` or `package.name`, and what a call returns.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub macros: Dict,
    /// Variables.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub vars: Dict,
    /// Environment variables.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub env_vars: Dict,
}

/// One unit test.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct UnitTest {
    /// Key: `unit_test.<package>.<model>.<name>`.
    pub unique_id: UniqueId,
    /// Name.
    pub name: String,
    /// The tested model, as written.
    pub model: String,
    /// Where `model` stands.
    pub model_location: Location,
    /// Package it belongs to.
    pub package_name: String,
    /// Properties file below the resource folder.
    pub path: String,
    /// Properties file below the package's root.
    pub original_file_path: String,
    /// Package, folders, model, name.
    pub fqn: Vec<String>,
    /// Inputs.
    pub given: Vec<UnitTestInput>,
    /// Expected rows.
    pub expect: Fixture,
    /// Description, as written: dbt does not render it.
    pub description: String,
    /// What templates see otherwise.
    pub overrides: Option<Overrides>,
    /// Needed resources: the tested model, filled when the graph is resolved.
    pub depends_on: DependsOn,
    /// Merged configuration.
    pub config: Config,
    /// Tags of the configuration.
    pub tags: Vec<String>,
    /// Fingerprint of what is given and expected.
    pub checksum: String,
    /// Schema of the tested model, filled when the graph is resolved.
    pub schema: Option<String>,
    /// Versions of the model that it is for: `include` or `exclude`.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub versions: Option<Dict>,
    /// Version of the tested model, where it has versions; filled when the graph is resolved.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub version: Option<serde_json::Value>,
    /// Seconds since 1970.
    pub created_at: f64,
    /// Where it is declared.
    pub location: Location,
}

impl UnitTest {
    /// Returns the name with the version of the tested model, as `adds_up_v2`.
    pub fn versioned_name(&self) -> String {
        match &self.version {
            Some(version) => format!("{}_v{}", self.name, super::version_text(version)),
            None => self.name.clone(),
        }
    }

    /// Returns the tested model, where it is there.
    pub fn tested(&self) -> Option<&UniqueId> {
        self.depends_on.nodes.first()
    }
}
