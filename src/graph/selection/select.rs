//! Carries a [`Spec`] out.

use std::cell::RefCell;
use std::collections::BTreeSet;

use petgraph::Direction;

use super::methods;
use super::{Criteria, IndirectSelection, Spec};
use crate::artifacts::previous::PreviousState;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::graph::state::Rules;
use crate::graph::{Graph, Index};
use crate::nodes::{ResourceType, Resources};

/// Where to look.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// All resources.
    pub resources: &'a Resources,
    /// The DAG over them.
    pub graph: &'a Graph,
    /// Name of the root project (`package:this`).
    pub root_package: &'a str,
    /// What an earlier run left, if it is asked for.
    pub earlier: Option<&'a Earlier<'a>>,
}

/// What an earlier run left, for the methods that compare with it.
#[derive(Debug)]
pub struct Earlier<'a> {
    /// Its artifacts.
    pub state: &'a PreviousState,
    /// What is compared, and how.
    pub rules: Rules,
    /// What was found while comparing.
    pub said: RefCell<Vec<Diagnostic>>,
}

type Set = BTreeSet<Index>;

/// Finds the selected resources. Words that find nothing and values that make no sense are
/// reported.
pub fn select(spec: &Spec, scope: &Scope<'_>) -> (BTreeSet<Index>, Vec<Diagnostic>) {
    let members = scope
        .graph
        .indices()
        .filter(|at| is_enabled(scope, *at))
        .collect();
    let mut selection = Selection {
        scope,
        members,
        diagnostics: Vec::new(),
    };
    let (direct, _) = selection.evaluate(spec);
    let mut diagnostics = selection.diagnostics;
    if let Some(earlier) = scope.earlier {
        diagnostics.append(&mut earlier.said.borrow_mut());
    }
    (direct, diagnostics)
}

fn is_enabled(scope: &Scope<'_>, at: Index) -> bool {
    let node = scope.resources.nodes.get(scope.graph.id(at));
    node.is_none_or(|node| node.config.enabled())
}

struct Selection<'a> {
    scope: &'a Scope<'a>,
    members: Set,
    diagnostics: Vec<Diagnostic>,
}

impl Selection<'_> {
    /// Returns what is selected, and the tests that would join if more were.
    fn evaluate(&mut self, spec: &Spec) -> (Set, Set) {
        match spec {
            Spec::Criteria(criteria) => self.criteria(criteria),
            Spec::Union { parts, indirect } => {
                let found = self.evaluate_all(parts);
                let unite = |a: Set, b: &Set| a.union(b).copied().collect();
                self.combine(found, *indirect, unite)
            }
            Spec::Intersection {
                parts,
                typed,
                indirect,
            } => {
                let told = self.diagnostics.len();
                let found = self.evaluate_all(parts);
                let is_readable = self.diagnostics.len() == told;
                let intersect = |a: Set, b: &Set| a.intersection(b).copied().collect();
                let (direct, joining) = self.combine(found, *indirect, intersect);
                if let (Some(typed), true) = (typed, direct.is_empty() && is_readable) {
                    self.diagnostics.push(self.nothing(typed, parts));
                }
                (direct, joining)
            }
            Spec::Difference(included, excluded) => {
                let found = vec![self.evaluate(included), self.evaluate(excluded)];
                let subtract = |a: Set, b: &Set| a.difference(b).copied().collect();
                // dbt does not pass the mode on to a difference: it is eager.
                self.combine(found, IndirectSelection::Eager, subtract)
            }
        }
    }

    /// Says that a word selects nothing, with the closest name where it may be a slip.
    fn nothing(&self, typed: &str, parts: &[Spec]) -> Diagnostic {
        let message = format!("the selection criterion `{typed}` does not match any enabled nodes");
        let mut finding = Diagnostic::warning(Code::NothingSelected, message);
        if let [Spec::Criteria(criteria)] = parts {
            let known = methods::values(self.scope, criteria.method);
            let near = did_you_mean(&criteria.value, known.iter().copied());
            finding.help = near.map(|near| {
                let meant = typed.replacen(&criteria.value, near, 1);
                format!("did you mean `{meant}`?")
            });
        }
        finding
    }

    fn evaluate_all(&mut self, parts: &[Spec]) -> Vec<(Set, Set)> {
        parts.iter().map(|part| self.evaluate(part)).collect()
    }

    fn combine(
        &self,
        found: Vec<(Set, Set)>,
        indirect: IndirectSelection,
        fold: impl Fn(Set, &Set) -> Set,
    ) -> (Set, Set) {
        let both = found
            .iter()
            .map(|(direct, joining)| direct.union(joining).copied().collect());
        let joining = both.reduce(|a, b: Set| fold(a, &b)).unwrap_or_default();
        let direct = found
            .into_iter()
            .map(|it| it.0)
            .reduce(|a, b| fold(a, &b))
            .unwrap_or_default();
        (self.join(direct, &joining, indirect), joining)
    }

    /// Takes up tests whose parents have all come together.
    fn join(&self, direct: Set, joining: &Set, indirect: IndirectSelection) -> Set {
        let reach = match indirect {
            IndirectSelection::Cautious => direct.clone(),
            IndirectSelection::Buildable => direct
                .union(&self.walk(&direct, Direction::Incoming, None))
                .copied()
                .collect(),
            IndirectSelection::Eager | IndirectSelection::Empty => return direct,
        };
        let complete = joining
            .iter()
            .filter(|at| self.parents_within(**at, &reach));
        direct.iter().chain(complete).copied().collect()
    }

    fn criteria(&mut self, criteria: &Criteria) -> (Set, Set) {
        let found = methods::search(self.scope, criteria).unwrap_or_else(|diagnostic| {
            self.diagnostics.push(diagnostic);
            Vec::new()
        });
        let found: Set = found
            .into_iter()
            .filter(|at| self.members.contains(at))
            .collect();
        let mut selected = found.clone();
        if criteria.childrens_parents {
            let mut family = self.walk(&found, Direction::Outgoing, None);
            family.extend(&found);
            selected.extend(self.walk(&family, Direction::Incoming, None));
            selected.extend(family);
        }
        if let Some(depth) = criteria.parents {
            selected.extend(self.walk(&found, Direction::Incoming, depth));
        }
        if let Some(depth) = criteria.children {
            selected.extend(self.walk(&found, Direction::Outgoing, depth));
        }
        self.expand(selected, criteria.indirect)
    }

    /// Adds the tests of what is selected.
    fn expand(&self, selected: Set, indirect: IndirectSelection) -> (Set, Set) {
        let near: Set = match indirect {
            IndirectSelection::Empty => return (selected, Set::new()),
            IndirectSelection::Buildable => {
                let upstream = self.walk(&selected, Direction::Incoming, None);
                let sources = self
                    .members
                    .iter()
                    .copied()
                    .filter(|at| self.is_source(*at));
                selected
                    .iter()
                    .copied()
                    .chain(upstream)
                    .chain(sources)
                    .collect()
            }
            IndirectSelection::Eager | IndirectSelection::Cautious => selected.clone(),
        };
        let (mut direct, mut joining) = (selected.clone(), Set::new());
        let children = selected
            .iter()
            .flat_map(|at| self.scope.graph.children(*at));
        for test in children.filter(|at| self.members.contains(at) && self.is_test(*at)) {
            if indirect == IndirectSelection::Eager || self.parents_within(test, &near) {
                direct.insert(test);
            } else {
                joining.insert(test);
            }
        }
        (direct, joining)
    }

    fn walk(&self, from: &Set, direction: Direction, depth: Option<usize>) -> Set {
        self.scope
            .graph
            .reach(from, direction, depth, |at| self.members.contains(&at))
    }

    fn parents_within(&self, at: Index, set: &Set) -> bool {
        self.scope
            .graph
            .parents(at)
            .all(|parent| set.contains(&parent))
    }

    fn is_test(&self, at: Index) -> bool {
        let (resources, id) = (self.scope.resources, self.scope.graph.id(at));
        let node = resources.nodes.get(id);
        node.is_some_and(|node| node.resource_type == ResourceType::Test)
            || resources.unit_tests.contains_key(id)
    }

    fn is_source(&self, at: Index) -> bool {
        self.scope
            .resources
            .sources
            .contains_key(self.scope.graph.id(at))
    }
}
