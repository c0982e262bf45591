//! The DAG over unique ids.

use std::collections::{BTreeSet, HashMap};

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};

use super::cycle;
use crate::diagnostics::Diagnostic;
use crate::nodes::{Resource, Resources, UniqueId};

/// Position of a resource in a [`Graph`].
pub type Index = NodeIndex<u32>;

/// Resources and what they need; an edge leads from what is needed to what needs it.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    dag: DiGraph<UniqueId, ()>,
    indices: HashMap<UniqueId, Index>,
}

/// Links all resources. Edges that close a cycle are reported and left out.
pub(super) fn link(resources: &Resources) -> (Graph, Vec<Diagnostic>) {
    let mut graph = edges(resources);
    let diagnostics = cycle::cut(&mut graph.dag, resources);
    (graph, diagnostics)
}

/// Links all resources that are known to make no cycle.
pub fn edges(resources: &Resources) -> Graph {
    let mut graph = Graph::default();
    for id in resources.linked().map(Resource::unique_id) {
        let index = graph.dag.add_node(id.clone());
        graph.indices.insert(id.clone(), index);
    }
    let mut linked: Vec<Index> = Vec::new();
    for resource in resources.linked() {
        let Some(to) = graph.index(resource.unique_id()) else {
            continue;
        };
        linked.clear();
        for from in resource.needs().iter().filter_map(|id| graph.index(id)) {
            if !linked.contains(&from) {
                linked.push(from);
            }
        }
        for from in &linked {
            graph.dag.add_edge(*from, to, ());
        }
    }
    graph
}

impl Graph {
    /// Returns the position of a resource.
    pub fn index(&self, id: &str) -> Option<Index> {
        self.indices.get(id).copied()
    }

    /// Returns the resource at a position.
    pub fn id(&self, index: Index) -> &UniqueId {
        &self.dag[index]
    }

    /// Lists all positions in the order resources were added.
    pub fn indices(&self) -> impl Iterator<Item = Index> {
        self.dag.node_indices()
    }

    /// Lists what a resource needs directly.
    pub fn parents(&self, index: Index) -> impl Iterator<Item = Index> {
        self.dag.neighbors_directed(index, Direction::Incoming)
    }

    /// Lists what needs a resource directly.
    pub fn children(&self, index: Index) -> impl Iterator<Item = Index> {
        self.dag.neighbors_directed(index, Direction::Outgoing)
    }

    /// Lists what needs a resource directly, in the order resources were added.
    pub fn children_in_order(&self, index: Index) -> BTreeSet<Index> {
        self.children(index).collect()
    }

    /// Lists all resources so that each comes after what it needs, otherwise in project order.
    pub fn topological(&self) -> Vec<Index> {
        let mut waiting: Vec<usize> = self
            .dag
            .node_indices()
            .map(|index| self.parents(index).count())
            .collect();
        let free = self
            .dag
            .node_indices()
            .filter(|index| waiting[index.index()] == 0);
        let mut ready: BTreeSet<Index> = free.collect();
        let mut order = Vec::with_capacity(waiting.len());
        while let Some(index) = ready.pop_first() {
            order.push(index);
            for child in self.children(index) {
                waiting[child.index()] -= 1;
                if waiting[child.index()] == 0 {
                    ready.insert(child);
                }
            }
        }
        order
    }

    /// Lists everything that needs a resource, each after what it needs.
    pub fn downstream(&self, index: Index) -> Vec<Index> {
        self.downstream_of(&BTreeSet::from([index]))
    }

    /// Lists everything that needs one of several resources, each after what it needs.
    pub fn downstream_of(&self, starts: &BTreeSet<Index>) -> Vec<Index> {
        let reached = self.below(starts);
        let mut order = self.topological();
        order.retain(|at| reached.contains(at));
        order
    }

    /// Lists everything that needs one of several resources.
    pub fn below(&self, starts: &BTreeSet<Index>) -> BTreeSet<Index> {
        self.reach(starts, Direction::Outgoing, None, |_| true)
    }

    /// Walks from `start` in one direction through positions that `within` allows, at most `depth`
    /// steps, and returns what was reached; `start` counts only if it is reached again.
    pub fn reach(
        &self,
        start: &BTreeSet<Index>,
        direction: Direction,
        depth: Option<usize>,
        within: impl Fn(Index) -> bool,
    ) -> BTreeSet<Index> {
        let mut reached = BTreeSet::new();
        let mut layer: Vec<Index> = start.iter().copied().collect();
        let mut steps = 0;
        while !layer.is_empty() && depth.is_none_or(|depth| steps < depth) {
            let next = layer
                .iter()
                .flat_map(|at| self.dag.neighbors_directed(*at, direction));
            layer = next
                .filter(|at| within(*at))
                .filter(|at| reached.insert(*at))
                .collect();
            steps += 1;
        }
        reached
    }
}
