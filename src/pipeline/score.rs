//! `score`: how far what is known of data speaks for it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::columns::{Worked, compiled_columns};
use super::hidden::hides;
use super::selection::selected;
use super::{Exit, Product, Ready, Surroundings, execution, logs};
use crate::adapters::Relation;
use crate::diagnostics::{Code, Diagnostic};
use crate::events::Event;
use crate::execute::{EntitiesOf, EntityScore, Failure, Scoring, TestResult};
use crate::graph::quarantined;
use crate::invocation::{Command, Invocation};
use crate::jinja::context::{node_relation, source_relation};
use crate::lineage::Lineage;
use crate::nodes::{Node, Resource, ResourceType, UniqueId};
use crate::score::{Level, NodeFacts, SCORE_BY, Scores, TestFacts, Transparency, scores};

/// Scores, and what there is to say of them.
#[derive(Debug)]
pub struct Scored {
    /// All of them.
    pub scores: Scores,
    /// The level that is asked for.
    pub by: Level,
    /// Entities with the least scores.
    pub entities: Vec<EntityScore>,
    /// Scores of the project, the oldest first, this one last; none of a part.
    pub trend: Vec<f64>,
}

/// Scores what is selected, and shows it.
pub(super) fn score(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let could_not = (Exit::CouldNotRun, Product::None);
    let asks = ["select", "exclude"]
        .iter()
        .any(|it| !invocation.list(it).is_empty());
    let only = match asks || invocation.text("selector").is_some() {
        true => match selected(invocation, ready, findings) {
            Some(found) => Some(
                found
                    .into_iter()
                    .map(|it| ready.graph.id(it).clone())
                    .collect(),
            ),
            None => return could_not,
        },
        false => None,
    };
    let desk = Desk {
        invocation,
        ready,
        around,
    };
    match desk.scored(only.as_ref(), findings) {
        Ok(Some(scored)) => {
            let minimum = invocation.text("min").and_then(|it| it.parse().ok());
            let minimum = minimum.or(ready.score.minimum.map(|it| it.0));
            let low = below(minimum, &scored.scores);
            let exit = if low.is_some() {
                Exit::Failed
            } else {
                Exit::Done
            };
            findings.extend(low);
            (exit, Product::Scored(Box::new(scored)))
        }
        Ok(None) => (super::exit_of(findings), Product::None),
        Err(failure) => {
            findings.push(failure.into_finding());
            could_not
        }
    }
}

/// After a run whose events are delivered: scores the project, if it wants that. Returns how the run ends.
pub(super) fn after(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    (findings, exit): (&mut Vec<Diagnostic>, Exit),
) -> Exit {
    let tests = matches!(invocation.command, Command::Build | Command::Test);
    if !ready.score.is_on || !tests || exit == Exit::CouldNotRun {
        return exit;
    }
    // Files of compiled SQL are those of the run.
    let mut looking = invocation.clone();
    looking.command = Command::Score;
    let desk = Desk {
        invocation: &looking,
        ready,
        around,
    };
    // What is wrong with lineage is told by those who ask for that.
    let mut untold = Vec::new();
    let scored = match desk.scored(None, &mut untold) {
        Ok(Some(scored)) => scored,
        Ok(None) => return exit,
        Err(failure) => {
            let message = failure.into_finding().message;
            around
                .sink
                .emit(Event::Note(format!("Data is not scored: {message}")));
            return exit;
        }
    };
    if let Some(score) = scored.scores.project() {
        let before = scored.trend.iter().rev().nth(1);
        let before = before.map_or(String::new(), |it| format!(" ({it:.3} before)"));
        around.sink.emit(Event::Note(format!(
            "Data-quality score: {score:.3}{before}"
        )));
    }
    let mut low: Vec<Diagnostic> = Vec::new();
    if let Some((minimum, at)) = ready.score.minimum {
        low.extend(below(Some(minimum), &scored.scores).map(|it| it.at(at)));
    }
    ready.facts.base.warnings.judge(&mut low);
    let failed = low.iter().any(Diagnostic::is_error);
    findings.extend(low);
    match exit {
        Exit::Done if failed => Exit::Failed,
        exit => exit,
    }
}

/// Says that the score is too low.
fn below(minimum: Option<f64>, scores: &Scores) -> Option<Diagnostic> {
    let (minimum, score) = (minimum?, scores.project()?);
    let worst = scores.of(Level::Node).filter(|it| it.dimension.is_none());
    let worst = worst.min_by(|one, other| one.score.total_cmp(&other.score));
    (score < minimum).then(|| {
        let message = format!("the data-quality score is {score:.3}, below {minimum}");
        let finding = Diagnostic::error(Code::LowScore, message);
        match worst {
            Some(worst) => finding.help(format!(
                "the lowest is `{}` with {:.3}: `dsql score --by node` lists all",
                worst.name, worst.score
            )),
            None => finding,
        }
    })
}

struct Desk<'a> {
    invocation: &'a Invocation,
    ready: &'a Ready,
    around: &'a Surroundings,
}

impl Desk<'_> {
    /// Scores nodes, `only` these or all of the project, and writes that down.
    fn scored(
        &self,
        only: Option<&HashSet<UniqueId>>,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Option<Scored>, Failure> {
        let execution = Arc::new(execution(self.invocation, self.ready, self.around));
        let Some(scoring) = Scoring::open(&execution)? else {
            findings.push(logs::no_events(self.ready.check_settings.events));
            return Ok(None);
        };
        let results = scoring.results()?;
        let tests = self.tests(&results);
        let nodes = self.nodes(only);
        let lineage = compiled_columns(self.invocation, self.ready, self.around, &mut Vec::new());
        let lineage = lineage.map(|Worked { lineage, .. }| lineage);
        let rows = scoring.rows(self.relations(&nodes, &tests))?;
        let histories = scoring.histories()?;
        let facts = self.facts(&nodes, &tests, &rows, &histories, lineage.as_ref());
        if facts.is_empty() {
            let message = "nothing is selected that has a score";
            let finding = Diagnostic::warning(Code::NothingToDo, message);
            findings.push(finding.help("models, seeds, snapshots and sources have one"));
            self.ready.facts.base.warnings.judge(findings);
            return Ok(None);
        }
        let is_scored = |test: &TestFacts| test.nodes.iter().any(|id| nodes.contains(id));
        let tests: Vec<TestFacts> = tests.into_iter().filter(is_scored).collect();
        let mut scores = scores(&facts, &tests, &self.ready.score.dimensions);
        let entities = self.entities(&nodes, &tests);
        let project = scores.project();
        let mut trend = Vec::new();
        if only.is_none() {
            trend = scoring.trend()?;
            trend.extend(project);
        }
        let written = match only {
            // Of a part nothing can be said about the whole.
            Some(_) => Scores {
                all: scores
                    .all
                    .iter()
                    .filter(|it| it.level >= Level::Node)
                    .cloned()
                    .collect(),
            },
            None => std::mem::take(&mut scores),
        };
        let at = self.around.system.now().naive_utc();
        let entities = scoring.record(&written, &entities, at)?;
        if only.is_none() {
            scores = written;
        }
        Ok(Some(Scored {
            scores,
            by: self.level(),
            entities,
            trend,
        }))
    }

    fn level(&self) -> Level {
        match self.invocation.text("by") {
            Some("dimension") => Level::Dimension,
            Some("domain") => Level::Domain,
            Some("entity") => Level::Entity,
            Some("layer") => Level::Layer,
            Some("test") => Level::Test,
            _ => Level::Node,
        }
    }

    /// Lists what has a score: what the project itself has, or what is selected.
    fn nodes(&self, only: Option<&HashSet<UniqueId>>) -> Vec<UniqueId> {
        let root = &self.ready.project.root().name;
        let linked = self.ready.resources.linked();
        let kinds = [
            ResourceType::Model,
            ResourceType::Seed,
            ResourceType::Snapshot,
            ResourceType::Source,
        ];
        let own = linked.filter(|it| {
            kinds.contains(&it.resource_type())
                && match only {
                    Some(only) => only.contains(it.unique_id()),
                    None => it.package() == &**root,
                }
        });
        own.map(|it| it.unique_id().clone()).collect()
    }

    /// Lists data tests and looks at the age of sources.
    fn tests(&self, results: &HashMap<String, TestResult>) -> Vec<TestFacts> {
        let resources = &self.ready.resources;
        let nodes = resources.nodes.values();
        let tests =
            nodes.filter(|it| it.resource_type == ResourceType::Test && it.config.enabled());
        let tests = tests.map(|test| {
            let (dimension, weight, counts_rows) = self.ready.score.judged(test);
            let result = results.get(&*test.unique_id);
            TestFacts {
                id: test.unique_id.clone(),
                name: test.name.clone(),
                nodes: about(test, self.ready),
                dimension,
                weight,
                counts_rows,
                passed: result.and_then(|it| match it.status.as_str() {
                    "pass" => Some(true),
                    "warn" | "fail" => Some(false),
                    _ => None,
                }),
                failures: result.map_or(0, |it| it.failures),
            }
        });
        let sources = resources.sources.values();
        let ages = sources.filter_map(|source| {
            let result = results.get(&*source.unique_id)?;
            Some(TestFacts {
                id: source.unique_id.clone(),
                name: format!("freshness of {}.{}", source.source_name, source.name),
                nodes: vec![source.unique_id.clone()],
                dimension: "timeliness".to_owned(),
                weight: 1.0,
                counts_rows: false,
                passed: Some(result.status == "pass"),
                failures: 0,
            })
        });
        tests.chain(ages).collect()
    }

    /// Lists relations whose rows are to be counted: those of which a test counts rows.
    fn relations(&self, nodes: &[UniqueId], tests: &[TestFacts]) -> Vec<(UniqueId, Relation)> {
        let counted: HashSet<&UniqueId> = tests
            .iter()
            .filter(|it| it.counts_rows)
            .flat_map(|it| &it.nodes)
            .collect();
        let quoting = self.ready.facts.quoting;
        let relations = nodes
            .iter()
            .filter(|id| counted.contains(id))
            .filter_map(|id| {
                let relation = match self.ready.resources.get(id)? {
                    Resource::Node(node) if node.relation_name.is_some() => {
                        node_relation(node, quoting)
                    }
                    Resource::Source(source) => source_relation(source, quoting),
                    _ => return None,
                };
                Some((id.clone(), relation))
            });
        relations.collect()
    }

    fn facts(
        &self,
        nodes: &[UniqueId],
        tests: &[TestFacts],
        rows: &HashMap<UniqueId, u64>,
        histories: &HashMap<String, (u64, u64)>,
        lineage: Option<&Lineage>,
    ) -> Vec<NodeFacts> {
        let tested: HashSet<&UniqueId> = tests.iter().flat_map(|it| &it.nodes).collect();
        let root = self.ready.project.root();
        let settings = &self.ready.check_settings.layers;
        let layers = settings.layers_of(&self.ready.resources, &root.name);
        let facts = nodes.iter().filter_map(|id| {
            let resource = self.ready.resources.get(id)?;
            let owners = self.ready.resources.answerers(resource);
            let owner = owners.first().map(|it| it.name.clone());
            Some(NodeFacts {
                id: id.clone(),
                name: self.ready.resources.search_name(id),
                layer: layers.get(id).map(|it| it.as_str().to_owned()),
                domain: domain(resource),
                rows: rows.get(id).copied(),
                transparency: Transparency {
                    documented: documented(resource, lineage),
                    is_owned: owner.is_some(),
                    is_tested: tested.contains(id),
                    is_resolved: resource.node().and_then(|node| is_resolved(node, lineage)),
                },
                owner,
                history: histories.get(&**id).copied().unwrap_or_default(),
                reach: self.reach(id),
            })
        });
        facts.collect()
    }

    /// Counts what comes of a node: models, seeds and snapshots, and exposures.
    fn reach(&self, id: &UniqueId) -> (usize, usize) {
        let graph = &self.ready.graph;
        let Some(index) = graph.index(id) else {
            return (0, 0);
        };
        let below = graph.downstream(index);
        let kinds = below
            .iter()
            .filter_map(|it| self.ready.resources.get(graph.id(*it)));
        let kinds: Vec<ResourceType> = kinds.map(|it| it.resource_type()).collect();
        let nodes = kinds.iter().filter(|it| it.is_refable()).count();
        let exposures = kinds
            .iter()
            .filter(|it| **it == ResourceType::Exposure)
            .count();
        (nodes, exposures)
    }

    /// Finds what is scored by entities.
    fn entities(&self, nodes: &[UniqueId], tests: &[TestFacts]) -> Vec<EntitiesOf> {
        let nodes = nodes
            .iter()
            .filter_map(|id| self.ready.resources.nodes.get(id));
        let with_keys = nodes.filter_map(|node| {
            let keys = node.config.strings(SCORE_BY);
            let own = tests
                .iter()
                .filter(|it| it.counts_rows && it.nodes.contains(&node.unique_id));
            let own = own.filter_map(|it| {
                let test = self.ready.resources.nodes.get(&it.id)?;
                Some((test.clone(), it.weight))
            });
            let keys: Vec<(String, bool)> = keys
                .into_iter()
                .map(|it| (it.to_owned(), hides(self.ready, &node.unique_id, it)))
                .collect();
            (!keys.is_empty()).then(|| EntitiesOf {
                node: node.clone(),
                keys,
                tests: own.collect(),
            })
        });
        with_keys.collect()
    }
}

/// Lists what a test is about: the node that it is attached to, or all that it reads.
pub(super) fn about(test: &Node, ready: &Ready) -> Vec<UniqueId> {
    if let Some(generic) = test.as_generic_test() {
        return generic.attached_node.iter().cloned().collect();
    }
    match quarantined(test, &ready.resources) {
        Some(node) => vec![node.unique_id.clone()],
        None => test.depends_on.nodes.clone(),
    }
}

/// Returns the domain that `meta` names, or the group.
fn domain(resource: Resource<'_>) -> Option<String> {
    let (meta, group) = match resource {
        Resource::Node(node) => (&node.meta, node.group.clone()),
        Resource::Source(source) => (&source.meta, None),
        _ => return None,
    };
    let named = meta.get("domain").and_then(|it| it.as_str());
    named.map(str::to_owned).or(group)
}

/// Tells how far a node and its columns are described, from 0 to 1.
#[allow(clippy::cast_precision_loss, reason = "a share")]
fn documented(resource: Resource<'_>, lineage: Option<&Lineage>) -> f64 {
    let (description, columns) = match resource {
        Resource::Node(node) => (&node.description, &node.columns),
        Resource::Source(source) => (&source.description, &source.columns),
        _ => return 0.0,
    };
    let described = columns
        .values()
        .filter(|it| !it.description.trim().is_empty());
    let known = lineage.and_then(|it| it.nodes.get(resource.unique_id()));
    let known = known.map_or(0, |it| it.columns.len());
    let all = known.max(columns.len());
    let share = match all {
        0 => 0.0,
        all => described.count() as f64 / all as f64,
    };
    let own = if description.trim().is_empty() {
        0.0
    } else {
        1.0
    };
    f64::midpoint(own, share)
}

/// Tells whether it is known of which columns those of a model come.
fn is_resolved(node: &Node, lineage: Option<&Lineage>) -> Option<bool> {
    let kinds = [ResourceType::Model, ResourceType::Snapshot];
    if !kinds.contains(&node.resource_type) {
        return None;
    }
    Some(
        lineage?
            .certain(&node.unique_id)
            .is_some_and(|it| it.is_complete),
    )
}
