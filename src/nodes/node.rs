//! Models, seeds, snapshots, data tests, analyses and hooks: everything that can be compiled.

use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use indexmap::IndexMap;

use super::binary::{free, word};
use super::{
    Batch, Column, Config, Constraint, Dict, Function, FunctionCall, RefArgs, RefCall,
    ResourceType, SharedRow, SourceCall, UniqueId, version_text,
};
use crate::text::{Location, SourceMap, Span};

/// Fingerprint of a file (`sha256`) or none (`none`, empty).
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, BorshSerialize, BorshDeserialize)]
pub struct Checksum {
    /// `sha256`, `path` or `none`.
    #[borsh(serialize_with = "word::write", deserialize_with = "word::read")]
    pub name: &'static str,
    /// Hexadecimal digest, or empty.
    pub checksum: String,
}

/// Other resources that a node needs.
#[derive(
    Debug, Clone, PartialEq, Eq, Default, serde::Serialize, BorshSerialize, BorshDeserialize,
)]
pub struct DependsOn {
    /// Macros that its template calls.
    pub macros: Vec<UniqueId>,
    /// Nodes and sources; filled when the graph is resolved.
    pub nodes: Vec<UniqueId>,
}

/// Whether and how columns are promised.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, BorshSerialize, BorshDeserialize)]
pub struct Contract {
    /// Whether building fails when columns differ.
    pub enforced: bool,
    /// Whether type aliases of the engine are translated.
    pub alias_types: bool,
    /// Digest of names and types, where enforced.
    pub checksum: Option<String>,
}

/// How documentation shows a resource.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, BorshSerialize, BorshDeserialize)]
pub struct Docs {
    /// Whether it is shown.
    pub show: bool,
    /// Colour in the graph.
    pub node_color: Option<String>,
}

impl Default for Docs {
    fn default() -> Self {
        Self {
            show: true,
            node_color: None,
        }
    }
}

/// What only a model has.
#[derive(Debug, Clone, Default, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Model {
    /// `private`, `protected`, `public`.
    pub access: String,
    /// Constraints over several columns.
    pub constraints: Vec<Constraint>,
    /// Version, a string or a number.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub version: Option<serde_json::Value>,
    /// The version that an unversioned `ref()` means.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub latest_version: Option<serde_json::Value>,
    /// ISO 8601.
    pub deprecation_date: Option<String>,
    /// Columns found to be unique and not null.
    pub primary_key: Vec<String>,
    /// The `time_spine` block as written.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub time_spine: Option<Dict>,
}

/// What only a generic data test has; a singular one has `generic: None` in [`Details`].
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct DataTest {
    /// Name of the test macro without `test_`.
    pub name: String,
    /// Arguments, with `model` and `column_name`.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub kwargs: Dict,
    /// Package that was named before the dot.
    pub namespace: Option<String>,
    /// Version of the model it stands under.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub version: Option<serde_json::Value>,
    /// Column it stands under.
    pub column_name: Option<String>,
    /// `models.orders`, `sources.raw` …: where in the properties file it stands.
    pub file_key_name: Option<String>,
    /// The node it is attached to.
    pub attached_node: Option<UniqueId>,
}

/// What differs between resource types.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub enum Details {
    /// A model.
    Model(Box<Model>),
    /// A seed, with the folder its path is relative to.
    Seed {
        /// Root folder of its package.
        root_path: String,
    },
    /// A snapshot.
    Snapshot,
    /// A data test.
    DataTest {
        /// Present on generic tests.
        generic: Option<Box<DataTest>>,
    },
    /// An analysis.
    Analysis,
    /// A unit test in the form in which it runs: the template of the tested model.
    UnitTest,
    /// Rows that a unit test gives in place of a relation.
    UnitTestInput {
        /// Name of the common table expression that holds them, without its prefix.
        cte: String,
    },
    /// A function of the database.
    Function(Box<Function>),
    /// A hook, with its place in the list.
    Operation {
        /// Place in `on-run-start` or `on-run-end`, from 0.
        index: usize,
    },
}

/// A common table expression that stands for an ephemeral model.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct InjectedCte {
    /// Unique id of the ephemeral model.
    pub id: UniqueId,
    /// ` __dbt__cte__name as (…)`
    pub sql: String,
}

/// What compiling a node gives.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Compiled {
    /// SQL with ephemeral models put in front.
    pub code: String,
    /// SQL as rendered.
    pub own_code: String,
    /// Ephemeral models in front, in order.
    pub extra_ctes: Vec<InjectedCte>,
    /// From `code` back to the template.
    pub source_map: SourceMap,
    /// `target/compiled/…`, relative to the project.
    pub path: Option<String>,
    /// Whether the template asked the database for more than whether the node's own relation is there. What ephemeral
    /// models in front asked for does not count.
    pub asks: bool,
    /// Whether it asked whether the node's own relation is there.
    pub looks_for_itself: bool,
}

/// One node.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Node {
    /// Kind.
    pub resource_type: ResourceType,
    /// Key.
    pub unique_id: UniqueId,
    /// Name; the file's stem for most.
    pub name: String,
    /// Package it belongs to.
    pub package_name: String,
    /// Path below the resource folder, `/` on all systems.
    pub path: String,
    /// Path below the package's root.
    pub original_file_path: String,
    /// Package, folders, name.
    pub fqn: Vec<String>,
    /// Identifier of its relation.
    pub alias: String,
    /// Database of its relation.
    pub database: Option<String>,
    /// Schema of its relation.
    pub schema: String,
    /// Quoted full name of its relation; none for ephemeral models, tests and the like.
    pub relation_name: Option<String>,
    /// Fingerprint of its file.
    pub checksum: Checksum,
    /// Merged configuration.
    pub config: Config,
    /// Configuration as written, before templates in it were rendered.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub unrendered_config: Dict,
    /// Tags, in order parent to child.
    pub tags: Vec<String>,
    /// Description, rendered.
    pub description: String,
    /// Doc blocks that the description names.
    pub doc_blocks: Vec<String>,
    /// Documented columns by name.
    pub columns: IndexMap<String, Column>,
    /// Free-form facts.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub meta: Dict,
    /// Owner group.
    pub group: Option<String>,
    /// Where the group is set.
    pub group_location: Option<Location>,
    /// How documentation shows it.
    pub docs: Docs,
    /// `<package>://<path>` of the properties file that describes it.
    pub patch_path: Option<String>,
    /// Where it is described, or where a test is declared: the YAML bytes.
    pub patch_location: Option<Location>,
    /// Seconds since 1970.
    pub created_at: f64,
    /// The template, verbatim.
    pub raw_code: Arc<str>,
    /// Where `raw_code` stands: file and bytes.
    pub location: Location,
    /// `sql` or `python`.
    #[borsh(serialize_with = "word::write", deserialize_with = "word::read")]
    pub language: &'static str,
    /// All `ref()` calls in order, each once.
    pub refs: Vec<RefCall>,
    /// All `source()` calls in order, each once.
    pub sources: Vec<SourceCall>,
    /// All `function()` calls in order.
    pub functions: Vec<FunctionCall>,
    /// All `metric()` calls.
    pub metrics: Vec<Vec<String>>,
    /// Needed resources.
    pub depends_on: DependsOn,
    /// Promised columns.
    pub contract: Contract,
    /// What differs between resource types.
    pub details: Details,
    /// The row that it was generated for.
    pub row: SharedRow,
    /// Filled by the compile stage.
    #[borsh(skip)]
    pub compiled: Option<Arc<Compiled>>,
    /// `target/run/…`, relative to the project; set when the node has run.
    #[borsh(skip)]
    pub build_path: Option<String>,
    /// The span of time for which it is compiled and run, if it is done batch by batch.
    #[borsh(skip)]
    pub batch: Option<Arc<Batch>>,
}

impl Node {
    /// Returns the model part, if this is a model.
    pub fn as_model(&self) -> Option<&Model> {
        match &self.details {
            Details::Model(model) => Some(model),
            _ => None,
        }
    }

    /// Returns the generic test part, if this is a generic data test.
    pub fn as_generic_test(&self) -> Option<&DataTest> {
        match &self.details {
            Details::DataTest { generic } => generic.as_deref(),
            _ => None,
        }
    }

    /// Tells whether the node is built one span of time after the other.
    pub fn is_microbatch(&self) -> bool {
        self.resource_type == ResourceType::Model
            && self.config.materialized() == "incremental"
            && self.config.str("incremental_strategy") == Some("microbatch")
    }

    /// Tells whether the node becomes a common table expression instead of a relation.
    pub fn is_ephemeral(&self) -> bool {
        self.resource_type == ResourceType::Model && self.config.materialized() == "ephemeral"
    }

    /// Returns the name of the common table expression that it becomes, without its prefix.
    pub fn cte_name(&self) -> &str {
        match &self.details {
            Details::UnitTestInput { cte } => cte,
            _ => &self.alias,
        }
    }

    /// Tells whether it is the model that calls a macro for a unit test of the macro.
    pub fn calls_a_tested_macro(&self) -> bool {
        self.as_model().is_some() && self.is_made()
    }

    /// Tells whether its template stands in no file, but was made from what is declared.
    pub fn is_made(&self) -> bool {
        match &self.details {
            Details::DataTest { generic } => generic.is_some(),
            Details::Operation { .. } | Details::UnitTestInput { .. } => true,
            // The call of a macro that a unit test makes, the query of a snapshot in YAML.
            Details::Model(_) | Details::UnitTest | Details::Snapshot => {
                self.location.span.range().len() != self.raw_code.len()
            }
            _ => false,
        }
    }

    /// Lists the arguments of all `ref()` calls.
    pub fn ref_args(&self) -> impl Iterator<Item = &RefArgs> {
        self.refs.iter().map(|call| &call.args)
    }

    /// Returns what a finding about the node as a whole points at: its file, or its entry in one.
    pub fn file_or_entry(&self) -> Location {
        let whole_file = match self.resource_type {
            ResourceType::Model
            | ResourceType::Analysis
            | ResourceType::Seed
            | ResourceType::Function => true,
            ResourceType::Test => self.as_generic_test().is_none(),
            _ => false,
        };
        match whole_file {
            true => Location::new(self.location.file, Span::default()),
            false => self.location,
        }
    }

    /// Returns the name a person uses in a search: with version, as `orders.v2`.
    pub fn search_name(&self) -> String {
        match self.version() {
            Some(version) => format!("{}.v{}", self.name, version_text(version)),
            None => self.name.clone(),
        }
    }

    /// Returns the version, if this is a versioned model.
    pub fn version(&self) -> Option<&serde_json::Value> {
        self.as_model().and_then(|model| model.version.as_ref())
    }

    /// Returns the package and the path of the properties file that describes it.
    pub fn patched_by(&self) -> Option<(&str, &str)> {
        self.patch_path.as_deref()?.split_once("://")
    }
}
