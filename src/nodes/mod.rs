//! The resources of a project as plain data, one file per resource type.
//!
//! In: nothing. Out: the types that `parse` fills and every later stage reads. They hold what
//! dbt's manifest (v12) holds under dbt's names, plus the places in the files they came from.

pub(crate) mod binary;
mod batch;
mod checkpoint;
mod column;
mod config;
mod doc_block;
mod exposure;
mod function;
mod group;
mod r#macro;
mod node;
mod node_json;
mod owners;
mod quarantine;
mod reference;
mod resource;
mod resource_type;
mod resource_json;
mod row;
mod semantic;
mod source;
mod unit_test;
mod version;

pub use batch::{Batch, BatchSize};
pub use checkpoint::{CHECKPOINT, CHECKPOINT_KEYS, CheckedColumns, Checkpoint, WrongCheckpoint};
pub use column::{Column, Constraint};
pub use config::{Config, Hook};
pub use doc_block::DocBlock;
pub use exposure::Exposure;
pub use function::{Function, FunctionArgument, FunctionReturns};
pub use group::{Group, Owner};
pub use r#macro::{Macro, MacroArgument};
pub use node::{
    Checksum, Compiled, Contract, DataTest, DependsOn, Details, Docs, InjectedCte, Model, Node,
};
pub use owners::Answerer;
pub use quarantine::{Limit, MAX_QUARANTINED, ON_FAILURE, ON_FAILURES, QUARANTINE, SURVIVOR};
pub use reference::{FunctionCall, RefArgs, RefCall, SourceCall};
pub use resource::Resource;
pub use resource_type::ResourceType;
pub use row::{Row, SharedRow};
pub use semantic::Semantic;
pub use source::Source;
pub use unit_test::{
    Fixture, FixtureFormat, FixtureRows, InputTarget, Overrides, UnitTest, UnitTestInput,
};

pub use version::{compare_versions, same_version, version_text};

use std::sync::Arc;

use indexmap::IndexMap;

/// `<resource type>.<package>.<name>`, the key of a resource everywhere.
pub type UniqueId = Arc<str>;

/// A dbt dictionary of free form, in the order it was written.
pub type Dict = serde_json::Map<String, serde_json::Value>;

/// All resources of a project and its packages, enabled ones by unique id.
#[derive(Debug, Clone, Default)]
pub struct Resources {
    /// Models, seeds, snapshots, data tests, analyses, hooks and functions.
    pub nodes: IndexMap<UniqueId, Arc<Node>>,
    /// Tables that something else fills.
    pub sources: IndexMap<UniqueId, Arc<Source>>,
    /// Uses downstream of the project.
    pub exposures: IndexMap<UniqueId, Arc<Exposure>>,
    /// Semantic models, metrics and saved queries.
    pub semantic: IndexMap<UniqueId, Arc<Semantic>>,
    /// Owners of models.
    pub groups: IndexMap<UniqueId, Arc<Group>>,
    /// Tests of models on rows made up for them.
    pub unit_tests: IndexMap<UniqueId, Arc<UnitTest>>,
    /// Macros of the project, its packages and the built-in ones.
    pub macros: IndexMap<UniqueId, Arc<Macro>>,
    /// Named texts.
    pub docs: IndexMap<UniqueId, Arc<DocBlock>>,
    /// Nodes that `enabled: false` takes out; one id can stand for several.
    pub disabled: IndexMap<UniqueId, Vec<Arc<Node>>>,
    /// Sources that `enabled: false` takes out.
    pub disabled_sources: IndexMap<UniqueId, Arc<Source>>,
    /// Exposures that `enabled: false` takes out.
    pub disabled_exposures: IndexMap<UniqueId, Arc<Exposure>>,
    /// Unit tests that `enabled: false` takes out, or takes out of their model.
    pub disabled_unit_tests: IndexMap<UniqueId, Arc<UnitTest>>,
    /// Resources of the semantic layer that `enabled: false` takes out.
    pub disabled_semantic: IndexMap<UniqueId, Arc<Semantic>>,
}
