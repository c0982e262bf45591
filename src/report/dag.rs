//! What is drawn of a graph: its nodes, or where those are too many, groups of them.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Dag, GraphNode};
use super::figures::counted;
use super::states::State;

/// How many boxes are drawn.
pub(super) const MOST: usize = 80;

/// A graph to be drawn.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    /// Boxes.
    pub(super) boxes: Vec<Boxed>,
    /// Edges between them.
    pub(super) edges: Vec<(usize, usize)>,
    /// Whether boxes are groups.
    pub(super) is_grouped: bool,
}

/// A box: a node, or several.
#[derive(Debug, Default)]
pub(super) struct Boxed {
    /// What stands in it.
    pub(super) name: String,
    /// What is said of it.
    pub(super) title: String,
    /// The worst state in it.
    pub(super) state: State,
    /// How many nodes have which state.
    pub(super) states: BTreeMap<State, usize>,
    /// Whether all of it was part of the last run.
    pub(super) is_recent: bool,
}

/// Chooses what is drawn of a graph of a project.
pub(super) fn drawn(dag: &Dag, project: &str) -> Drawn {
    if dag.nodes.len() <= MOST {
        return Drawn {
            boxes: dag.nodes.iter().map(single).collect(),
            edges: dag.edges.clone(),
            is_grouped: false,
        };
    }
    let group_of = groups(&dag.nodes, project);
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut boxes: Vec<Boxed> = Vec::new();
    let mut of = Vec::new();
    for (node, group) in dag.nodes.iter().zip(&group_of) {
        let place = *places.entry(group).or_insert_with(|| {
            boxes.push(Boxed {
                name: group.clone(),
                is_recent: true,
                ..Boxed::default()
            });
            boxes.len() - 1
        });
        of.push(place);
        if let Some(own) = boxes.get_mut(place) {
            *own.states.entry(node.state).or_default() += 1;
            own.state = own.state.max(node.state);
            own.is_recent &= node.is_recent;
        }
    }
    for own in &mut boxes {
        let states = own.states.iter().rev();
        let states: Vec<String> = states.map(|(it, n)| format!("{n} {}", it.word())).collect();
        own.title = format!("{}: {}", own.name, states.join(", "));
        let all: usize = own.states.values().sum();
        own.name = format!("{} {all}", own.name);
    }
    let place = |node: usize| of.get(node).copied();
    let edges = dag.edges.iter();
    let edges = edges.filter_map(|(from, to)| Some((place(*from)?, place(*to)?)));
    let edges: BTreeSet<(usize, usize)> = edges.filter(|it| it.0 != it.1).collect();
    Drawn {
        boxes,
        edges: edges.into_iter().collect(),
        is_grouped: true,
    }
}

fn single(node: &GraphNode) -> Boxed {
    let tests = match (node.tests, node.failed_tests) {
        (0, _) => "no tests".to_owned(),
        (all, 0) => format!("{} passed", counted(all, "test")),
        (all, bad) => format!("{bad} of {}", counted(all, "test")) + " not passed",
    };
    let when = match (node.is_recent, node.state) {
        (false, State::Unknown) => "never run",
        (true, _) => "in the last run",
        (false, _) => "in an earlier run",
    };
    Boxed {
        name: node.name.clone(),
        title: format!(
            "{} {}: {} {when}, {tests}",
            node.kind,
            node.name,
            node.state.word()
        ),
        state: node.state,
        states: BTreeMap::from([(node.state, 1)]),
        is_recent: node.is_recent,
    }
}

/// Names the group of each node: its folder, as deep as there are few enough of them.
fn groups(nodes: &[GraphNode], project: &str) -> Vec<String> {
    let deepest = nodes.iter().map(|it| it.folders.len()).max().unwrap_or(1);
    let of = |depth: usize| -> Vec<String> {
        let named = nodes.iter().map(|node| {
            let folders: Vec<&str> = node.folders.iter().take(depth).map(|it| &**it).collect();
            let own = match folders.as_slice() {
                [first, rest @ ..] if *first == project && !rest.is_empty() => rest,
                all => all,
            };
            match node.kind.as_str() {
                "model" => own.join("/"),
                kind => format!("{} {kind}s", own.join("/")),
            }
        });
        named.collect()
    };
    let is_few = |names: &Vec<String>| names.iter().collect::<BTreeSet<_>>().len() <= MOST;
    let found = (1..=deepest).rev().map(of).find(is_few);
    found.unwrap_or_else(|| largest(of(1)))
}

/// Keeps the largest groups, and puts the rest into one.
fn largest(names: Vec<String>) -> Vec<String> {
    let mut sizes: BTreeMap<&String, usize> = BTreeMap::new();
    for name in &names {
        *sizes.entry(name).or_default() += 1;
    }
    let mut order: Vec<(&String, usize)> = sizes.into_iter().collect();
    order.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    let kept: BTreeSet<String> = order.iter().take(MOST - 1).map(|it| it.0.clone()).collect();
    let named = names.into_iter();
    named
        .map(|it| {
            if kept.contains(&it) {
                it
            } else {
                "others".to_owned()
            }
        })
        .collect()
}
