//! What has changed between two states, whether readers feel it, and what it reaches: columns, rows, tests, exposures, the
//! semantic layer, and the people to ask.
//!
//! In: resources, the DAG, the columns of all nodes, and what changes ([`Start`]), or an earlier manifest
//! ([`CompareInput`]). Out: a [`Reach`], or [`Changes`]. Touches no files and no database. Read `reach.rs` for how a change goes on from
//! node to node, `changes.rs` and `facts.rs` for how states are compared.

mod changes;
mod earlier;
mod facts;
mod owners;
mod raw;
mod reach;
mod semantic;
mod settings;
mod users;

use std::collections::{BTreeMap, HashMap};

use serde::{Serialize, Serializer};

use crate::artifacts::NodeColumns;
use crate::graph::{Graph, Index};
use crate::nodes::{ResourceType, Resources, UniqueId};
use crate::sql::Grammar;
pub use changes::{Break, Change, Changes, CompareInput, Fact, Verdict, compare};
pub use earlier::{Earlier, earlier};
pub use owners::{About, Ask};
pub use reach::reach;

/// What a change is looked for in.
#[derive(Clone, Copy)]
pub struct ImpactInput<'a> {
    /// All resources.
    pub resources: &'a Resources,
    /// The DAG.
    pub graph: &'a Graph,
    /// The columns of all nodes and sources.
    pub columns: &'a BTreeMap<UniqueId, NodeColumns>,
    /// The order of the DAG.
    pub order: &'a Order,
    /// The engine's grammar.
    pub grammar: Grammar,
}

/// Which place each resource has in the order of the DAG.
#[derive(Debug, Default)]
pub struct Order(HashMap<Index, usize>);

impl Order {
    /// Finds the order.
    pub fn of(graph: &Graph) -> Self {
        Self(graph.topological().into_iter().zip(0..).collect())
    }

    /// Puts resources into it.
    fn sort(&self, all: impl IntoIterator<Item = Index>) -> Vec<Index> {
        let mut all: Vec<Index> = all.into_iter().collect();
        all.sort_by_key(|it| self.0.get(it));
        all
    }
}

/// What changes of a node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Start {
    /// The values of these columns; none of the others.
    pub columns: Vec<String>,
    /// Which rows there are.
    pub rows: bool,
    /// Where the relation is.
    pub relation: bool,
}

impl Start {
    /// Tells whether columns or rows change.
    fn is_of_content(&self) -> bool {
        self.rows || !self.columns.is_empty()
    }
}

/// What a change reaches.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Reach {
    /// Models, snapshots and other nodes with columns, in the order of the DAG; not those that change.
    pub relations: Vec<ReachedRelation>,
    /// Data tests.
    pub data_tests: Vec<Reached>,
    /// Unit tests.
    pub unit_tests: Vec<Reached>,
    /// Exposures.
    pub exposures: Vec<Reached>,
    /// Semantic models, metrics and saved queries.
    pub semantic: Vec<Reached>,
    /// Who answers for all that, and for what changes.
    pub owners: Vec<Ask>,
}

/// A node whose columns or rows are reached.
#[derive(Debug, Clone, Serialize)]
pub struct ReachedRelation {
    /// Its key.
    pub unique_id: UniqueId,
    /// What people call it.
    pub name: String,
    /// Its kind.
    #[serde(serialize_with = "word")]
    pub resource_type: ResourceType,
    /// Its file.
    pub file: String,
    /// The columns that are reached by value.
    pub columns: Vec<ReachedColumn>,
    /// How its rows are reached; then all of its columns are.
    pub rows: Vec<Way>,
    /// Why it may be reached, though nobody knows.
    pub perhaps: Option<String>,
}

/// A column that is reached by value.
#[derive(Debug, Clone, Serialize)]
pub struct ReachedColumn {
    /// Its name.
    pub column: String,
    /// How.
    pub ways: Vec<Way>,
}

/// How something is reached.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Way {
    /// `identity`, `aggregate` and the like for values; `filter`, `join` and the like for rows.
    pub how: &'static str,
    /// From what: `orders.amount`, or `orders` for its rows.
    pub of: String,
}

/// Something that is reached as a whole.
#[derive(Debug, Clone, Serialize)]
pub struct Reached {
    /// Its key.
    pub unique_id: UniqueId,
    /// What people call it.
    pub name: String,
    /// Its kind.
    #[serde(serialize_with = "word")]
    pub resource_type: ResourceType,
    /// The columns and relations of which it comes.
    pub of: Vec<String>,
}

fn word<S: Serializer>(kind: &ResourceType, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.as_str())
}

impl Reach {
    /// Tells whether nothing is reached.
    pub fn is_empty(&self) -> bool {
        let users = [
            &self.data_tests,
            &self.unit_tests,
            &self.exposures,
            &self.semantic,
        ];
        self.relations.is_empty() && users.iter().all(|it| it.is_empty())
    }
}
