//! The columns of all nodes: of which columns they come, through the whole DAG, and their types.
//!
//! In: resources, the DAG, nodes as compiled, and what is known of relations from elsewhere ([`Known`]). Out:
//! [`NodeColumns`] of each model, snapshot, seed and source. Touches no files and no database. Read
//! `schemas.rs` for where columns start from.

mod inherit;
mod keys;
mod node;
mod open;
mod relations;
mod schemas;
mod tags;
mod trace;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use rayon::prelude::*;

use crate::artifacts::NodeColumns;
use crate::graph::{Graph, Index};
use crate::nodes::{Details, Node, Resource, ResourceType, Resources, UniqueId};
use crate::sql::{Call, Fact, Grammar, Known, Mistake, SqlType};
use crate::text::Span;
pub use inherit::{Described, Inherited, inherit};
pub use keys::unique_by;
pub use node::NodeMeaning;
use node::{Certain, NodeDescribed, Seen};
use relations::Relations;
pub use relations::stands_for;
pub use tags::{Carried, carried};
pub use trace::{Direction, Place, Step, Steps};

/// Columns with their types, in order.
pub type Columns = Vec<(String, Option<String>)>;

/// What lineage is made of.
pub struct LineageInput<'a> {
    /// All resources.
    pub resources: &'a Resources,
    /// The DAG.
    pub graph: &'a Graph,
    /// Nodes as compiled, by unique id.
    pub compiled: &'a HashMap<UniqueId, Arc<Node>>,
    /// The engine's grammar.
    pub grammar: Grammar,
    /// Columns that the database, or a seed's file, says, by unique id.
    pub told: &'a HashMap<UniqueId, Columns>,
    /// Functions that mask what they are given, beside those that are known to, in lower case.
    pub masking: &'a [String],
    /// Nodes of which it is asked what their SQL means.
    pub compared: &'a HashSet<UniqueId>,
    /// Data tests whose columns are wanted, too.
    pub tests: &'a [UniqueId],
    /// Relations under names that they had elsewhere: parts of the name, and the key.
    pub elsewhere: &'a [(Vec<String>, UniqueId)],
    /// Whether SQL is checked: what kinds of logic stand in it, and what of it is certain before a build.
    pub checks: bool,
    /// What an earlier run worked out, of nodes and sources that are as they were.
    pub before: &'a HashMap<UniqueId, Outside>,
}

/// What is worked out.
#[derive(Debug, Default)]
pub struct Lineage {
    /// The columns of models, snapshots, seeds and sources.
    pub nodes: BTreeMap<UniqueId, NodeColumns>,
    /// The columns of data tests that are asked for.
    pub tests: BTreeMap<UniqueId, NodeColumns>,
    /// Where SQL is checked: nodes of which only a build tells what they are.
    pub open: HashSet<UniqueId>,
    /// Where SQL is checked: what is certain of those, but for a contract nothing, and of what reads them, and so on.
    pub certain: BTreeMap<UniqueId, NodeColumns>,
    /// What is found in their SQL as compiled, where it is more than that. Where SQL is checked, by what is certain.
    pub queries: BTreeMap<UniqueId, Query>,
    /// Where the columns stand in their SQL, in order, of those that it makes.
    pub places: BTreeMap<UniqueId, Vec<Span>>,
    /// What their SQL means, where that was asked.
    pub meanings: BTreeMap<UniqueId, NodeMeaning>,
    /// What kinds of logic stand in their SQL as compiled, where that is asked.
    pub content: BTreeMap<UniqueId, Content>,
    /// Nodes whose SQL gives the rows of another, each once.
    pub same_rows: HashMap<UniqueId, SameRows>,
    /// What those that read them see of them.
    pub outsides: HashMap<UniqueId, Outside>,
}

/// What those that read a node or a source see of it.
#[derive(Debug, Clone, Default, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Outside {
    /// What is known of it.
    known: Known,
    /// If that is less: what is certain before a build.
    certain: Option<Known>,
    /// Whether only a build tells what it is.
    is_open: bool,
}

impl Outside {
    /// Tells whether all its columns, and their types, are known.
    pub fn is_typed(&self) -> bool {
        let it = self.certain.as_ref().unwrap_or(&self.known);
        it.is_complete && it.columns.iter().all(|it| it.sql_type.is_known())
    }
}

impl Lineage {
    /// Returns what is certain of a node or source before a build, where SQL is checked.
    pub fn certain(&self, id: &UniqueId) -> Option<&NodeColumns> {
        self.certain.get(id).or_else(|| self.nodes.get(id))
    }
}

/// What is found in the SQL of a node beside its columns. Places are those of the SQL as compiled.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// What is wrong.
    pub mistakes: Vec<Mistake>,
    /// Relations that it reads and that are neither nodes nor sources: the parts of their names, and where they stand.
    pub strangers: Vec<(Vec<String>, Span)>,
    /// Nodes and sources that it reads by the names of their relations, without needing them.
    pub by_hand: Vec<ByHand>,
    /// Functions that it calls, and where, if SQL is checked.
    pub calls: Vec<(Call, Span)>,
    /// Of a node with a contract: what it gives.
    pub contract: Option<Given>,
}

/// A relation that is read by its name.
#[derive(Debug, PartialEq, Eq)]
pub struct ByHand {
    /// The parts of the name.
    pub parts: Vec<String>,
    /// What has it.
    pub id: UniqueId,
    /// Where it stands.
    pub place: Span,
}

/// What a query gives, to be compared with a contract.
#[derive(Debug, PartialEq, Eq)]
pub struct Given {
    /// Its columns, if these are all of them.
    pub columns: Option<Vec<(String, SqlType, Span)>>,
    /// The star that takes in whatever columns a relation has.
    pub star: Option<Span>,
}

/// What kinds of logic stand in the SQL of a node.
#[derive(Debug, Clone, Default)]
pub struct Content {
    /// All of it, in order.
    pub facts: Vec<Fact>,
    /// The relations that it reads, by their numbers in terms; none for what is no node and no source.
    pub reads: Vec<Option<UniqueId>>,
}

/// The node or source whose rows the SQL of a node gives, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SameRows {
    /// The node or source.
    pub of: UniqueId,
    /// What must be so: in each of these no two rows have the same values in all of these columns, in lower case.
    pub beside: Vec<(UniqueId, BTreeSet<String>)>,
}

/// Works out the columns of all models, snapshots, seeds and sources.
pub fn lineage(input: &LineageInput<'_>) -> Lineage {
    let mut relations = Relations::of(input.resources, input.grammar);
    for (parts, id) in input.elsewhere {
        relations.also(parts, id);
    }
    let keys = keys::keys(input.resources);
    let before = input.before.iter();
    let mut known: HashMap<UniqueId, Known> = before
        .map(|(id, it)| (id.clone(), it.known.clone()))
        .collect();
    for (id, columns) in input.told {
        // What is gone since.
        if input.resources.get(id).is_none() {
            known.insert(id.clone(), schemas::told(columns));
        }
    }
    let mut all = Lineage::default();
    let mut certain = Certain::default();
    if input.checks {
        certain.open = open::open(input.resources, input.compiled);
    }
    for (id, before) in input.before {
        certain.open.remove(id);
        if before.is_open {
            certain.open.insert(id.clone());
        }
        if let Some(schema) = &before.certain {
            all.certain.insert(id.clone(), node::plain(schema));
            certain.known.insert(id.clone(), schema.clone());
        }
    }
    for level in levels(input.graph, input.resources) {
        let done: Vec<_> = level
            .par_iter()
            .filter_map(|id| {
                let resource = input.resources.get(id)?;
                if input.before.contains_key(*id) {
                    return None;
                }
                let described = describe(resource, input, &relations, (&known, &certain));
                Some((resource.unique_id().clone(), described))
            })
            .collect();
        for (id, (mut described, sure)) in done {
            add_keys(&mut described.schema, keys.get(&id));
            if let Some(mut sure) = sure {
                add_keys(&mut sure.schema, keys.get(&id));
                certain.known.insert(id.clone(), sure.schema);
                all.certain.insert(id.clone(), sure.columns);
                described.query = sure.query;
            }
            known.insert(id.clone(), described.schema);
            all.places.insert(id.clone(), described.places);
            if let Some(meaning) = described.meaning {
                all.meanings.insert(id.clone(), meaning);
            }
            let query = described.query;
            if query != Query::default() {
                all.queries.insert(id.clone(), query);
            }
            if !described.content.facts.is_empty() {
                all.content.insert(id.clone(), described.content);
            }
            if let Some(same) = described.same_rows {
                all.same_rows.insert(id.clone(), same);
            }
            all.nodes.insert(id, described.columns);
        }
    }
    for node in input.tests.iter().filter_map(|id| input.compiled.get(id)) {
        let seen = (&known, &certain);
        let (described, _) = describe(Resource::Node(node), input, &relations, seen);
        all.tests.insert(node.unique_id.clone(), described.columns);
    }
    // Nothing reads these: what is wrong in them is all that counts.
    let others: Vec<_> = input.compiled.values().filter(|it| is_last(it)).collect();
    let done: Vec<_> = others
        .par_iter()
        .map(|it| {
            let seen = (&known, &certain);
            let (described, sure) = describe(Resource::Node(it), input, &relations, seen);
            (it.unique_id.clone(), sure.unwrap_or(described).query)
        })
        .collect();
    all.queries
        .extend(done.into_iter().filter(|(_, it)| *it != Query::default()));
    all.outsides = outsides(known, &mut certain);
    all.open = certain.open;
    all
}

/// Says of all nodes and sources what those that read them see.
fn outsides(known: HashMap<UniqueId, Known>, certain: &mut Certain) -> HashMap<UniqueId, Outside> {
    let outside = |(id, known)| {
        let outside = Outside {
            known,
            certain: certain.known.remove(&id),
            is_open: certain.open.contains(&id),
        };
        (id, outside)
    };
    known.into_iter().map(outside).collect()
}

/// Works out the columns of a node or source; once more by what is certain, if that may be less.
fn describe(
    resource: Resource<'_>,
    input: &LineageInput<'_>,
    relations: &Relations,
    (known, certain): (&HashMap<UniqueId, Known>, &Certain),
) -> (NodeDescribed, Option<NodeDescribed>) {
    let seen = |certain| Seen { known, certain };
    let described = node::describe(resource, input, relations, seen(None));
    let is_less = |id| certain.open.contains(id) || certain.known.contains_key(id);
    let is_less = is_less(resource.unique_id()) || described.reads.iter().any(is_less);
    let sure = || node::describe(resource, input, relations, seen(Some(certain)));
    let sure = is_less.then(sure);
    (described, sure)
}

fn add_keys(schema: &mut Known, declared: Option<&keys::Keys>) {
    if let Some(declared) = declared {
        let all = declared.iter().chain(schema.keys.iter()).cloned();
        schema.keys = all.collect();
    }
}

/// Tells whether a node is a query that nothing reads: a data test that is written as one, or an analysis.
pub fn is_last(node: &Node) -> bool {
    let is_test = matches!(node.details, Details::DataTest { generic: None });
    node.language == "sql" && (is_test || node.resource_type == ResourceType::Analysis)
}

/// Puts sources and nodes into levels: each reads only what is in levels before its own.
pub fn levels<'a>(graph: &'a Graph, resources: &'a Resources) -> Vec<Vec<&'a UniqueId>> {
    let mut depth: HashMap<Index, usize> = HashMap::new();
    let mut levels: Vec<Vec<&UniqueId>> = Vec::new();
    for index in graph.topological() {
        let id = graph.id(index);
        let is_wanted = match resources.get(id) {
            Some(Resource::Source(_)) => true,
            Some(Resource::Node(node)) => node.resource_type.is_refable(),
            _ => false,
        };
        if !is_wanted {
            continue;
        }
        let parents = graph.parents(index);
        let above = parents.filter_map(|it| depth.get(&it)).max();
        let own = above.map_or(0, |it| it + 1);
        depth.insert(index, own);
        if levels.len() <= own {
            levels.resize_with(own + 1, Vec::new);
        }
        levels[own].push(id);
    }
    levels
}
