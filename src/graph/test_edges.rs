//! In `build`, what is downstream of a tested node waits for the tests.

use std::collections::BTreeSet;

use petgraph::Direction;

use super::{Graph, Index};
use crate::nodes::{ResourceType, Resources};

impl Graph {
    /// Lists (test, node that waits for it). A node waits for a test when everything that the test
    /// reads is upstream of the node, so no edge closes a cycle. Only the nearest such nodes are
    /// listed: what is downstream of them waits through them.
    pub fn test_edges(&self, resources: &Resources) -> Vec<(Index, Index)> {
        let is_test = |index: Index| {
            let node = resources.nodes.get(self.id(index));
            node.is_none_or(|node| node.resource_type == ResourceType::Test)
        };
        let mut edges = Vec::new();
        for test in self.indices() {
            let node = resources.nodes.get(self.id(test));
            if node.is_none_or(|node| node.resource_type != ResourceType::Test) {
                continue;
            }
            let parents: Vec<Index> = self.parents(test).collect();
            let waiting: Vec<Index> = match parents.as_slice() {
                [] => Vec::new(),
                [one] => self.children(*one).filter(|at| !is_test(*at)).collect(),
                many => self.below_all(many, &is_test),
            };
            edges.extend(waiting.into_iter().map(|at| (test, at)));
        }
        edges
    }

    /// Finds the nearest nodes that have all of `parents` upstream.
    fn below_all(&self, parents: &[Index], is_test: &impl Fn(Index) -> bool) -> Vec<Index> {
        let below = parents.iter().map(|parent| {
            let start = BTreeSet::from([*parent]);
            self.reach(&start, Direction::Outgoing, None, |at| !is_test(at))
        });
        let common = below
            .reduce(|a, b| a.intersection(&b).copied().collect())
            .unwrap_or_default();
        let nearest = common
            .iter()
            .filter(|at| !self.parents(**at).any(|it| common.contains(&it)));
        nearest.copied().collect()
    }
}
