//! Which data tests stand before the commit of which node.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::PlanRequest;
use crate::graph::{Graph, Index, quarantined};
use crate::nodes::{Node, Resource, ResourceType, Resources};

/// Tests that audit a node, and what the node must wait for that it does not need itself.
#[derive(Debug, Default)]
pub(super) struct Audits {
    /// The node that a test audits.
    pub(super) of: HashMap<Index, Index>,
    /// What a node waits for, so that its tests can read it.
    pub(super) waits: HashMap<Index, Vec<Index>>,
}

/// Tells whether a node is committed only when its data tests pass.
fn is_audited(node: &Node, request: &PlanRequest) -> bool {
    is_built(node, request) && node.config.str("publish") == Some("audited")
}

/// Tells whether a node becomes a relation.
fn is_built(node: &Node, request: &PlanRequest) -> bool {
    let builds = !(request.compile_only || request.clones || request.freshness);
    let stands_alone = node.relation_name.is_some() && !node.is_ephemeral();
    let is_test = node.resource_type == ResourceType::Test;
    builds && stands_alone && !is_test
}

impl Audits {
    /// Adds the tests of audited nodes to what is chosen: such a node is never built without them.
    pub(super) fn choose(
        graph: &Graph,
        resources: &Resources,
        request: &PlanRequest,
        chosen: &mut BTreeSet<Index>,
    ) -> Self {
        let node = |at: Index| match resources.get(graph.id(at)) {
            Some(Resource::Node(node)) => Some(node),
            _ => None,
        };
        let audited = |at: &Index| node(*at).is_some_and(|it| is_audited(it, request));
        let mut audits = Self::default();
        let taken_out = audits.choose_takers(graph, resources, request, chosen);
        let nodes: Vec<Index> = chosen.iter().copied().filter(audited).collect();
        let is_test = |at: &Index| {
            let test = node(*at).filter(|it| it.resource_type == ResourceType::Test);
            test.is_some_and(|it| it.config.enabled())
        };
        let tests: BTreeSet<Index> = nodes
            .iter()
            .flat_map(|at| graph.children(*at).filter(&is_test))
            .collect();
        for test in tests.difference(&taken_out).copied() {
            let parents = graph.parents(test).filter(|at| chosen.contains(at));
            let parents: Vec<Index> = parents.collect();
            let attached = node(test).and_then(|it| it.as_generic_test()?.attached_node.clone());
            let attached = attached.and_then(|it| graph.index(&it));
            let last = audits.last(&parents, attached, graph);
            if !audited(&last) {
                continue;
            }
            for other in parents.iter().filter(|at| **at != last) {
                audits.waits.entry(last).or_default().push(*other);
            }
            audits.of.insert(test, last);
            chosen.insert(test);
        }
        audits
    }

    /// Adds the tests that put rows of chosen nodes into quarantine: each stands before the commit of
    /// the node whose rows these are.
    fn choose_takers(
        &mut self,
        graph: &Graph,
        resources: &Resources,
        request: &PlanRequest,
        chosen: &mut BTreeSet<Index>,
    ) -> BTreeSet<Index> {
        let mut takers = BTreeSet::new();
        for test in resources.nodes.values() {
            if !(test.quarantines() && test.config.enabled()) {
                continue;
            }
            let owner = quarantined(test, resources).filter(|it| is_built(it, request));
            let owner = owner.and_then(|it| graph.index(&it.unique_id));
            let owner = owner.filter(|it| chosen.contains(it));
            let (Some(owner), Some(at)) = (owner, graph.index(&test.unique_id)) else {
                continue;
            };
            let others = graph.parents(at).filter(|it| *it != owner);
            let mut others: Vec<Index> = others.filter(|it| chosen.contains(it)).collect();
            if !others.is_empty() {
                // Of two nodes whose tests read each other, one has to be first.
                let later = below(owner, graph, &self.waiting());
                others.retain(|it| !later.contains(it));
            }
            if !others.is_empty() {
                self.waits.entry(owner).or_default().extend(others);
            }
            self.of.insert(at, owner);
            takers.insert(at);
        }
        chosen.extend(&takers);
        takers
    }

    /// Finds the node of several after which a test can run: none of the others needs it. Of those
    /// that could be the last, the test's own is, if no other waits for it.
    fn last(&self, parents: &[Index], attached: Option<Index>, graph: &Graph) -> Index {
        if let [one] = parents {
            return *one;
        }
        let waiting = self.waiting();
        let below = parents.iter().map(|at| below(*at, graph, &waiting));
        let below: Vec<HashSet<Index>> = below.collect();
        let is_last = |at: &Index| {
            let nth = parents.iter().position(|it| it == at);
            let below = nth.and_then(|nth| below.get(nth));
            below.is_some_and(|below| parents.iter().all(|it| it == at || !below.contains(it)))
        };
        let own = attached.filter(is_last);
        let any = || parents.iter().rev().copied().find(is_last);
        own.or_else(any)
            .or(parents.last().copied())
            .unwrap_or_default()
    }

    /// Lists for each node those that wait for it without needing it.
    fn waiting(&self) -> HashMap<Index, Vec<Index>> {
        let mut waiting: HashMap<Index, Vec<Index>> = HashMap::new();
        for (at, waits) in &self.waits {
            for other in waits {
                waiting.entry(*other).or_default().push(*at);
            }
        }
        waiting
    }
}

/// Lists all that comes after a node.
fn below(start: Index, graph: &Graph, waiting: &HashMap<Index, Vec<Index>>) -> HashSet<Index> {
    let mut below = HashSet::new();
    let mut open = vec![start];
    while let Some(at) = open.pop() {
        let held = waiting.get(&at).into_iter().flatten().copied();
        let next = graph.children(at).chain(held);
        open.extend(next.filter(|it| below.insert(*it)));
    }
    below
}
