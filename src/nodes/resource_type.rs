//! The kinds of resources.

use borsh::{BorshDeserialize, BorshSerialize};

/// Kind of a resource, under dbt's names.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, BorshSerialize, BorshDeserialize,
)]
pub enum ResourceType {
    /// A query that becomes a relation.
    Model,
    /// A query for people, compiled only.
    Analysis,
    /// A data test, generic or singular.
    Test,
    /// A test of a model on rows made up for it.
    UnitTest,
    /// A query whose history is kept.
    Snapshot,
    /// A hook (`on-run-start`, `on-run-end`).
    Operation,
    /// A CSV file.
    Seed,
    /// A table that something else fills.
    Source,
    /// A Jinja macro.
    Macro,
    /// A use downstream.
    Exposure,
    /// A model seen as entities, dimensions and measures.
    SemanticModel,
    /// A figure computed from measures.
    Metric,
    /// A query for metrics.
    SavedQuery,
    /// A named text.
    Doc,
    /// An owner of models.
    Group,
    /// A function of the database.
    Function,
}

impl ResourceType {
    /// All kinds.
    pub const ALL: [Self; 16] = [
        Self::Model,
        Self::Analysis,
        Self::Test,
        Self::UnitTest,
        Self::Snapshot,
        Self::Operation,
        Self::Seed,
        Self::Source,
        Self::Macro,
        Self::Exposure,
        Self::SemanticModel,
        Self::Metric,
        Self::SavedQuery,
        Self::Doc,
        Self::Group,
        Self::Function,
    ];

    /// Returns dbt's name, as in unique ids: `model`, `test`, `doc` …
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Analysis => "analysis",
            Self::Test => "test",
            Self::UnitTest => "unit_test",
            Self::Snapshot => "snapshot",
            Self::Operation => "operation",
            Self::Seed => "seed",
            Self::Source => "source",
            Self::Macro => "macro",
            Self::Exposure => "exposure",
            Self::SemanticModel => "semantic_model",
            Self::Metric => "metric",
            Self::SavedQuery => "saved_query",
            Self::Doc => "doc",
            Self::Group => "group",
            Self::Function => "function",
        }
    }

    /// Tells whether `ref()` can name it.
    pub fn is_refable(self) -> bool {
        matches!(self, Self::Model | Self::Seed | Self::Snapshot)
    }
}

impl std::fmt::Display for ResourceType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
