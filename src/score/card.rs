//! From tests to nodes, and from nodes to layers, domains and the project.

use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;

use super::dimension::TRANSPARENCY;
use super::facts::{NodeFacts, TestFacts};
use super::risk::Risk;
use crate::nodes::UniqueId;

/// What a score is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The project.
    Project,
    /// A dimension in all nodes.
    Dimension,
    /// A domain.
    Domain,
    /// A layer.
    Layer,
    /// A node or a source.
    Node,
    /// An entity in a node: its rows with one value of `score_by`.
    Entity,
    /// A data test.
    Test,
}

impl Level {
    /// The word in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Dimension => "dimension",
            Self::Domain => "domain",
            Self::Layer => "layer",
            Self::Node => "node",
            Self::Entity => "entity",
            Self::Test => "test",
        }
    }

    /// Says how a score of the level is made; for the table.
    pub const fn formula(self) -> &'static str {
        match self {
            Self::Project | Self::Domain | Self::Layer => "mean of the scores of nodes",
            Self::Dimension => "mean of the scores of nodes in the dimension",
            Self::Node => "sum(dimension weight * dimension score) / sum(dimension weight)",
            Self::Entity => "sum(test weight * passing rows / rows) / sum(test weight)",
            Self::Test => "1 - failing rows / rows, or 1 if it passed and else 0",
        }
    }
}

/// One score.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// What it is about.
    pub level: Level,
    /// The unique id, the name of the layer and so on.
    pub subject: String,
    /// What people call that.
    pub name: String,
    /// The dimension, where it is about one.
    pub dimension: Option<String>,
    /// From 0 to 1.
    pub score: f64,
    /// How many tests it is made of.
    pub tests: usize,
    /// How many of them failed.
    pub failed: usize,
    /// Rows, where they count.
    pub rows: Option<u64>,
    /// Who owns what it is about.
    pub owner: Option<String>,
    /// How likely it fails and what hangs on it, of nodes.
    pub risk: Option<Risk>,
}

/// All scores, from the project to tests.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scores {
    /// In the order of levels.
    pub all: Vec<Score>,
}

impl Scores {
    /// Lists those of a level, that of a subject as a whole before those of its dimensions.
    pub fn of(&self, level: Level) -> impl Iterator<Item = &Score> {
        self.all.iter().filter(move |it| it.level == level)
    }

    /// Returns the score of the project; none if nothing is scored.
    pub fn project(&self) -> Option<f64> {
        self.of(Level::Project).next().map(|it| it.score)
    }
}

/// By what nodes are grouped.
type Key = fn(&NodeFacts) -> Option<&String>;

/// Returns the weighted mean of values; none of none.
fn mean(parts: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (weights, sum) = parts.fold((0.0, 0.0), |(weights, sum), (weight, value)| {
        (weights + weight, sum + weight * value)
    });
    (weights > 0.0).then(|| sum / weights)
}

/// Rolls up. `dimensions`: their weights.
pub fn scores(
    nodes: &[NodeFacts],
    tests: &[TestFacts],
    dimensions: &IndexMap<String, f64>,
) -> Scores {
    let mut of: HashMap<&UniqueId, Vec<&TestFacts>> = HashMap::new();
    for test in tests {
        for id in &test.nodes {
            of.entry(id).or_default().push(test);
        }
    }
    let cards: Vec<Card> = nodes
        .iter()
        .map(|node| {
            Card::of(
                node,
                of.get(&node.id).map_or(&[], Vec::as_slice),
                dimensions,
            )
        })
        .collect();
    let mut all = Vec::new();
    all.extend(rolled_up(
        Level::Project,
        "project",
        &cards.iter().collect::<Vec<_>>(),
    ));
    for name in dimensions.keys() {
        let with = cards.iter().filter(|it| it.dimensions.contains_key(name));
        let with: Vec<&Card> = with.collect();
        let parts = with.iter().filter_map(|it| it.dimensions.get(name));
        if let Some(score) = mean(parts.map(|it| (1.0, it.score))) {
            let own = tests.iter().filter(|it| it.dimension == *name);
            all.push(Score {
                dimension: Some(name.clone()),
                ..whole(Level::Dimension, name, score).counting(own)
            });
        }
    }
    let groups: [(Level, Key); 2] = [
        (Level::Domain, |it| it.domain.as_ref()),
        (Level::Layer, |it| it.layer.as_ref()),
    ];
    for (level, key) in groups {
        let mut members: BTreeMap<&String, Vec<&Card>> = BTreeMap::new();
        for card in &cards {
            if let Some(key) = key(card.facts) {
                members.entry(key).or_default().push(card);
            }
        }
        for (name, members) in members {
            all.extend(rolled_up(level, name, &members));
        }
    }
    for card in &cards {
        all.extend(card.scores(dimensions));
    }
    for test in tests {
        let rows = test
            .nodes
            .first()
            .and_then(|id| nodes.iter().find(|it| it.id == *id));
        let rows = rows.and_then(|it| it.rows);
        if let Some(score) = test.score(rows) {
            all.push(Score {
                dimension: Some(test.dimension.clone()),
                name: test.name.clone(),
                rows: rows.filter(|_| test.counts_rows),
                ..whole(Level::Test, &test.id, score).counting([test].into_iter())
            });
        }
    }
    Scores { all }
}

fn rolled_up(level: Level, name: &str, cards: &[&Card<'_>]) -> Option<Score> {
    let score = mean(cards.iter().filter_map(|it| Some((1.0, it.score?))))?;
    let mut tests: Vec<&TestFacts> = cards
        .iter()
        .flat_map(|it| it.tests.iter().copied())
        .collect();
    tests.sort_by(|one, other| one.id.cmp(&other.id));
    tests.dedup_by(|one, other| one.id == other.id);
    Some(whole(level, name, score).counting(tests.into_iter()))
}

fn whole(level: Level, subject: &str, score: f64) -> Score {
    Score {
        level,
        subject: subject.to_owned(),
        name: subject.to_owned(),
        dimension: None,
        score,
        tests: 0,
        failed: 0,
        rows: None,
        owner: None,
        risk: None,
    }
}

impl Score {
    fn counting<'t>(mut self, tests: impl Iterator<Item = &'t TestFacts>) -> Self {
        for test in tests.filter(|it| it.passed.is_some()) {
            self.tests += 1;
            self.failed += usize::from(test.passed == Some(false));
        }
        self
    }
}

/// One node with its scores by dimension.
struct Card<'f> {
    facts: &'f NodeFacts,
    tests: Vec<&'f TestFacts>,
    dimensions: BTreeMap<String, OfDimension<'f>>,
    score: Option<f64>,
}

struct OfDimension<'f> {
    score: f64,
    tests: Vec<&'f TestFacts>,
}

impl<'f> Card<'f> {
    fn of(facts: &'f NodeFacts, tests: &[&'f TestFacts], weights: &IndexMap<String, f64>) -> Self {
        let mut by: BTreeMap<String, Vec<&TestFacts>> = BTreeMap::new();
        for test in tests {
            by.entry(test.dimension.clone()).or_default().push(*test);
        }
        let mut dimensions: BTreeMap<String, OfDimension> = BTreeMap::new();
        for (name, tests) in by {
            let parts = tests
                .iter()
                .filter_map(|it| Some((it.weight, it.score(facts.rows)?)));
            if let Some(score) = mean(parts) {
                dimensions.insert(name, OfDimension { score, tests });
            }
        }
        let transparency = OfDimension {
            score: facts.transparency.score(),
            tests: Vec::new(),
        };
        dimensions
            .entry(TRANSPARENCY.to_owned())
            .or_insert(transparency);
        let weight = |name: &str| weights.get(name).copied().unwrap_or(1.0);
        let score = mean(dimensions.iter().map(|(name, it)| (weight(name), it.score)));
        Self {
            facts,
            tests: tests.to_vec(),
            dimensions,
            score,
        }
    }

    fn scores(&self, order: &IndexMap<String, f64>) -> Vec<Score> {
        let Some(score) = self.score else {
            return Vec::new();
        };
        let own = |score: f64| Score {
            name: self.facts.name.clone(),
            owner: self.facts.owner.clone(),
            rows: self.facts.rows,
            ..whole(Level::Node, &self.facts.id, score)
        };
        let first = Score {
            risk: Some(Risk::of(self.facts)),
            ..own(score).counting(self.tests.iter().copied())
        };
        let others = order.keys().filter_map(|name| {
            let of = self.dimensions.get(name)?;
            Some(Score {
                dimension: Some(name.clone()),
                ..own(of.score).counting(of.tests.iter().copied())
            })
        });
        [first].into_iter().chain(others).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::{Settings, Transparency};

    fn node(name: &str, rows: u64) -> NodeFacts {
        NodeFacts {
            id: name.into(),
            name: name.to_owned(),
            owner: None,
            layer: Some("stage".to_owned()),
            domain: None,
            rows: Some(rows),
            transparency: Transparency {
                documented: 0.5,
                is_owned: false,
                is_tested: true,
                is_resolved: Some(true),
            },
            history: (10, 1),
            reach: (3, 1),
        }
    }

    fn test(of: &str, dimension: &str, weight: f64, failures: u64) -> TestFacts {
        TestFacts {
            id: format!("{of}_{dimension}_{weight}").into(),
            name: dimension.to_owned(),
            nodes: vec![of.into()],
            dimension: dimension.to_owned(),
            weight,
            counts_rows: true,
            passed: Some(failures == 0),
            failures,
        }
    }

    fn score(scores: &Scores, level: Level, name: &str, dimension: Option<&str>) -> f64 {
        let mut found = scores
            .of(level)
            .filter(|it| it.name == name && it.dimension.as_deref() == dimension);
        found
            .next()
            .map_or(f64::NAN, |it| (it.score * 1e9).round() / 1e9)
    }

    #[test]
    fn scores_are_weighted_means() {
        let nodes = [node("orders", 100), node("customers", 50)];
        let tests = [
            test("orders", "accuracy", 1.0, 20),
            test("orders", "accuracy", 3.0, 0),
            test("orders", "integrity", 1.0, 50),
        ];
        let mut weights = Settings::default().dimensions;
        weights.insert("accuracy".to_owned(), 2.0);
        let scores = scores(&nodes, &tests, &weights);
        let of = |level, name, dimension| score(&scores, level, name, dimension);
        // (1 * 0.8 + 3 * 1) / 4
        assert_eq!(of(Level::Node, "orders", Some("accuracy")), 0.95);
        assert_eq!(of(Level::Node, "orders", Some("integrity")), 0.5);
        // (0.5 + 0 + 1 + 1) / 4
        assert_eq!(of(Level::Node, "orders", Some(TRANSPARENCY)), 0.625);
        // (2 * 0.95 + 0.5 + 0.625) / 4
        assert_eq!(of(Level::Node, "orders", None), 0.75625);
        assert_eq!(of(Level::Node, "customers", None), 0.625);
        assert_eq!(of(Level::Project, "project", None), 0.690_625);
        assert_eq!(of(Level::Layer, "stage", None), 0.690_625);
        assert_eq!(
            of(Level::Dimension, TRANSPARENCY, Some(TRANSPARENCY)),
            0.625
        );
    }

    #[test]
    fn what_has_never_run_counts_for_nothing() {
        let never = TestFacts {
            passed: None,
            ..test("orders", "accuracy", 1.0, 0)
        };
        let scores = scores(
            &[node("orders", 1)],
            &[never],
            &Settings::default().dimensions,
        );
        assert!(score(&scores, Level::Node, "orders", Some("accuracy")).is_nan());
        assert_eq!(scores.of(Level::Test).count(), 0);
    }

    #[test]
    fn risk_is_likelihood_by_impact() {
        let risk = Risk::of(&node("orders", 2_000_000));
        assert_eq!((risk.likelihood, risk.impact, risk.word()), (3, 4, "high"));
        let calm = NodeFacts {
            history: (0, 0),
            reach: (0, 0),
            ..node("orders", 1)
        };
        assert_eq!(Risk::of(&calm).word(), "low");
    }
}
