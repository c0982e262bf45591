//! What a column comes of, and what comes of it.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use crate::artifacts::NodeColumns;
use crate::nodes::UniqueId;
use crate::sql::Made;

/// A column of a node, a source, or of a relation that is neither.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The node or source; none for a relation that is neither.
    pub node: Option<UniqueId>,
    /// The relation, where it is no node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// The column.
    pub column: String,
}

/// One step: a column that is made of another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Step {
    /// The column that another one is made of.
    pub from: Place,
    /// That other one.
    pub to: Place,
    /// How.
    pub made: Made,
    /// Whether the value is masked on the way.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub masked: bool,
}

/// Steps by where they begin and by where they end.
pub struct Steps {
    up: HashMap<Place, Vec<Step>>,
    down: HashMap<Place, Vec<Step>>,
}

/// Which way to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// To what a column comes of.
    Upstream,
    /// To what comes of it.
    Downstream,
}

impl Steps {
    /// Lists all steps between columns.
    pub fn of(nodes: &BTreeMap<UniqueId, NodeColumns>) -> Self {
        // Names of columns are compared in lower case, and shown as the node that has them writes them.
        let mut written: HashMap<(&UniqueId, String), &str> = HashMap::new();
        for (id, node) in nodes {
            for name in node.columns.keys() {
                written.insert((id, name.to_lowercase()), name);
            }
        }
        let (mut up, mut down) = (HashMap::new(), HashMap::new());
        for (id, node) in nodes {
            for (name, origin) in &node.columns {
                let to = Place {
                    node: Some(id.clone()),
                    relation: None,
                    column: name.clone(),
                };
                for source in &origin.sources {
                    let known = source.node.as_ref();
                    let known =
                        known.and_then(|it| written.get(&(it, source.column.to_lowercase())));
                    let from = Place {
                        node: source.node.clone(),
                        relation: source.relation.clone(),
                        column: known.map_or_else(|| source.column.clone(), |it| (*it).to_owned()),
                    };
                    let step = Step {
                        from: from.clone(),
                        to: to.clone(),
                        made: source.made,
                        masked: source.masked,
                    };
                    up.entry(to.clone())
                        .or_insert_with(Vec::new)
                        .push(step.clone());
                    down.entry(from).or_insert_with(Vec::new).push(step);
                }
            }
        }
        Self { up, down }
    }

    /// Lists the steps from a column one way.
    pub fn from(&self, place: &Place, direction: Direction) -> &[Step] {
        let steps = match direction {
            Direction::Upstream => self.up.get(place),
            Direction::Downstream => self.down.get(place),
        };
        steps.map(Vec::as_slice).unwrap_or_default()
    }

    /// Lists all steps that are reached from columns one way, each once, the nearest first; at most `depth`
    /// far away.
    pub fn reached(
        &self,
        start: &[Place],
        direction: Direction,
        depth: Option<usize>,
    ) -> Vec<Step> {
        let mut all = Vec::new();
        let mut seen: HashSet<Place> = start.iter().cloned().collect();
        let mut level: Vec<Place> = start.to_vec();
        let mut far = 0;
        while !level.is_empty() && depth.is_none_or(|it| far < it) {
            let mut next = Vec::new();
            for place in &level {
                for step in self.from(place, direction) {
                    let other = step.other(direction);
                    if seen.insert(other.clone()) {
                        next.push(other.clone());
                    }
                    all.push(step.clone());
                }
            }
            level = next;
            far += 1;
        }
        all
    }
}

impl Step {
    /// Returns the end to which a step leads.
    pub fn other(&self, direction: Direction) -> &Place {
        match direction {
            Direction::Upstream => &self.from,
            Direction::Downstream => &self.to,
        }
    }
}
