//! Finds cycles and cuts them.

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Resources, UniqueId};
use crate::text::Location;

/// Removes the edges inside every cycle and reports each cycle once.
pub(super) fn cut(dag: &mut DiGraph<UniqueId, ()>, resources: &Resources) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for mut knot in tarjan_scc(&*dag) {
        knot.sort();
        let alone = knot.len() == 1 && !knot.iter().any(|at| dag.contains_edge(*at, *at));
        if alone {
            continue;
        }
        let path = shortest(dag, &knot);
        let ids: Vec<UniqueId> = path.iter().map(|at| dag[*at].clone()).collect();
        diagnostics.push(report(&ids, resources));
        dag.retain_edges(|dag, edge| {
            dag.edge_endpoints(edge)
                .is_none_or(|(a, b)| !(knot.contains(&a) && knot.contains(&b)))
        });
    }
    diagnostics
}

/// Finds the shortest way from the first node of the knot back to itself, in the order of need.
fn shortest(dag: &DiGraph<UniqueId, ()>, knot: &[NodeIndex]) -> Vec<NodeIndex> {
    let Some(&start) = knot.first() else {
        return Vec::new();
    };
    let mut paths = std::collections::VecDeque::from([vec![start]]);
    let mut seen = std::collections::HashSet::new();
    while let Some(path) = paths.pop_front() {
        let Some(&last) = path.last() else { continue };
        let mut next: Vec<_> = dag
            .neighbors_directed(last, petgraph::Direction::Incoming)
            .collect();
        next.sort();
        for at in next.into_iter().filter(|at| knot.contains(at)) {
            if at == start {
                return path;
            }
            if seen.insert(at) {
                paths.push_back(path.iter().copied().chain([at]).collect());
            }
        }
    }
    knot.to_vec()
}

/// `ids` in the order of need: each depends on the next, the last on the first.
fn report(ids: &[UniqueId], resources: &Resources) -> Diagnostic {
    let message = match ids {
        [own] => format!("`{own}` needs itself"),
        _ => {
            let names: Vec<&str> = ids.iter().chain(ids.first()).map(|id| &**id).collect();
            format!("these need each other: {}", names.join(" → "))
        }
    };
    let mut diagnostic = Diagnostic::error(Code::Cycle, message);
    for (at, id) in ids.iter().enumerate() {
        let needed = &ids[(at + 1) % ids.len()];
        if let Some(location) = reference(resources, id, needed) {
            diagnostic = diagnostic.label(location, format!("needs {needed}"));
        }
    }
    diagnostic.help(match ids {
        [_] => "write `{{ this }}` for the rows of the model's earlier runs",
        _ => "remove one of these references, or move what both need to a model of its own",
    })
}

/// Finds the `ref()` of `id` that means `needed`; the node's file where it is not known.
fn reference(resources: &Resources, id: &UniqueId, needed: &UniqueId) -> Option<Location> {
    let node = resources.nodes.get(id)?;
    let target = resources.nodes.get(needed)?;
    let call = node.refs.iter().find(|call| call.args.name == target.name);
    Some(call.and_then(|call| call.location).unwrap_or(node.location))
}
