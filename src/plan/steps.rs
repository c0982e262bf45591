//! Selected nodes → steps with what they wait for.

use std::collections::{BTreeSet, HashMap};

use super::audits::Audits;
use super::{Action, PlanRequest, Step, Unchanged, describe, unchanged};
use crate::graph::{Graph, Index};
use crate::nodes::{Details, Node, Resource, ResourceType, Resources, Source, UniqueId, UnitTest};

/// Orders the chosen nodes. Edges through nodes that were not chosen are kept.
pub(super) fn steps(
    resources: &Resources,
    graph: &Graph,
    request: &PlanRequest,
    chosen: &BTreeSet<Index>,
    audits: &Audits,
) -> Vec<Step> {
    let mut gates: HashMap<Index, Vec<Index>> = audits.waits.clone();
    if request.tests_gate {
        for (test, waiting) in graph.test_edges(resources) {
            gates.entry(waiting).or_default().push(test);
        }
    }
    let order = ordered(graph, &gates);
    let mut positions: HashMap<Index, usize> = HashMap::new();
    let mut steps: Vec<Step> = Vec::with_capacity(chosen.len());
    // For every node on the way: the nearest steps upstream.
    let mut upstream: HashMap<Index, BTreeSet<usize>> = HashMap::new();
    for index in order {
        if positions.contains_key(&index) {
            continue;
        }
        let parents = graph
            .parents(index)
            .chain(gates.get(&index).into_iter().flatten().copied());
        let mut needs = BTreeSet::new();
        for parent in parents {
            match positions.get(&parent) {
                Some(position) => {
                    needs.insert(*position);
                }
                None => needs.extend(upstream.get(&parent).into_iter().flatten()),
            }
        }
        let resource = |at: Index| {
            let resource = resources.get(graph.id(at));
            resource.filter(|_| chosen.contains(&at))
        };
        match resource(index) {
            // dbt runs the unit tests of a model one after the other until one fails.
            Some(Resource::Node(node)) if request.tests_gate => {
                let mut needs: Vec<usize> = needs.into_iter().collect();
                for at in graph.children_in_order(index) {
                    if let Some(Resource::UnitTest(test)) = resource(at) {
                        let next = vec![steps.len()];
                        positions.insert(at, steps.len());
                        let needs = std::mem::replace(&mut needs, next);
                        steps.push(unit_test(test, needs, request));
                    }
                }
                positions.insert(index, steps.len());
                steps.push(step(node, needs, request));
            }
            // In `build`, a unit test runs with its model or not at all.
            Some(Resource::UnitTest(_)) if request.tests_gate => {}
            Some(resource) => {
                positions.insert(index, steps.len());
                let needs = needs.into_iter().collect();
                steps.push(match resource {
                    Resource::Node(node) => step(node, needs, request),
                    Resource::UnitTest(test) => unit_test(test, needs, request),
                    Resource::Source(source) if request.freshness => freshness(source),
                    resource => no_op(resource, needs),
                });
            }
            None => {
                upstream.insert(index, needs);
            }
        }
    }
    for (test, node) in &audits.of {
        if let (Some(test), Some(node)) = (positions.get(test), positions.get(node)) {
            steps[*node].audits.push(*test);
        }
    }
    steps
        .iter_mut()
        .for_each(|step| step.audits.sort_unstable());
    steps
}

/// Topological order with the waiting for tests; project order decides where the graph does not.
fn ordered(graph: &Graph, gates: &HashMap<Index, Vec<Index>>) -> Vec<Index> {
    let mut waiting: HashMap<Index, usize> = HashMap::new();
    let mut held: HashMap<Index, Vec<Index>> = HashMap::new();
    for index in graph.indices() {
        let gates = gates.get(&index).map(Vec::as_slice).unwrap_or_default();
        waiting.insert(index, graph.parents(index).count() + gates.len());
        for gate in gates {
            held.entry(*gate).or_default().push(index);
        }
    }
    let mut ready: BTreeSet<Index> = waiting
        .iter()
        .filter(|(_, count)| **count == 0)
        .map(|(index, _)| *index)
        .collect();
    let mut order = Vec::with_capacity(waiting.len());
    while let Some(index) = ready.pop_first() {
        order.push(index);
        let released = held.get(&index).into_iter().flatten().copied();
        for next in graph.children(index).chain(released) {
            if let Some(count) = waiting.get_mut(&next) {
                *count -= 1;
                if *count == 0 {
                    ready.insert(next);
                }
            }
        }
    }
    order
}

fn no_op(resource: Resource<'_>, needs: Vec<usize>) -> Step {
    let kind = resource.resource_type().as_str().replace('_', " ");
    Step {
        node: resource.unique_id().clone(),
        action: Action::NoOp,
        needs,
        audits: Vec::new(),
        unchanged: Unchanged::Runs,
        description: format!("{kind} {}", resource.name()),
        visible: true,
    }
}

fn freshness(source: &Source) -> Step {
    Step {
        node: source.unique_id.clone(),
        action: Action::Freshness,
        needs: Vec::new(),
        audits: Vec::new(),
        unchanged: Unchanged::Runs,
        description: format!("freshness of {}.{}", source.source_name, source.name),
        visible: true,
    }
}

fn unit_test(test: &UnitTest, needs: Vec<usize>, request: &PlanRequest) -> Step {
    Step {
        node: test.unique_id.clone(),
        action: Action::UnitTest,
        needs,
        audits: Vec::new(),
        unchanged: match request.changed {
            true => Unchanged::IsLeftOut,
            false => Unchanged::Runs,
        },
        description: format!("unit_test {}::{}", test.model, test.versioned_name()),
        visible: true,
    }
}

fn step(node: &Node, needs: Vec<usize>, request: &PlanRequest) -> Step {
    let action = match node.resource_type {
        _ if request.compile_only || node.is_ephemeral() => Action::Compile,
        _ if request.clones => Action::Clone,
        ResourceType::Test => Action::DataTest,
        ResourceType::Analysis | ResourceType::Operation => Action::Compile,
        _ => Action::Materialize(node.config.materialized().to_owned()),
    };
    Step {
        node: node.unique_id.clone(),
        unchanged: unchanged::unchanged(node, &action, request),
        action,
        needs,
        audits: Vec::new(),
        description: match request.clones {
            true => format!("clone {}", describe::node(node, &request.database)),
            false => describe::node(node, &request.database),
        },
        visible: !node.is_ephemeral(),
    }
}

/// Lists the hooks with a tag: the root project first, packages by name, each in its own order.
pub(super) fn hooks(resources: &Resources, tag: &str, root: &str) -> Vec<UniqueId> {
    let tagged = resources.nodes.values().filter(|node| {
        node.resource_type == ResourceType::Operation && node.tags.iter().any(|it| it == tag)
    });
    let mut found: Vec<_> = tagged
        .map(|node| {
            let Details::Operation { index } = node.details else {
                return (true, "", 0, node);
            };
            (
                node.package_name != root,
                node.package_name.as_str(),
                index,
                node,
            )
        })
        .collect();
    found.sort_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)));
    found
        .into_iter()
        .map(|(.., node)| node.unique_id.clone())
        .collect()
}
