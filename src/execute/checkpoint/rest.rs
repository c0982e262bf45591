//! Nodes that are measured when all are built: what is measured of them stops no publication.
//!
//! In: nodes that are built, in the order in which they were. Out: an event for each. Where only rows and bytes are asked for,
//! one statement counts many relations; every other node has a statement of its own.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Checks, Column, bytes_of, columns_of, has_own_rows, locked, measured_inputs};
use crate::adapters::{Relation, RelationCache};
use crate::artifacts::NodeResult;
use crate::checkpoint::Measured;
use crate::events::Status;
use crate::execute::Failure;
use crate::execute::info::node_info;
use crate::execute::ledger::{call_with, dict, table};
use crate::execute::measured::count;
use crate::execute::scheduler::{Ended, Work, schedule};
use crate::jinja::Value;
use crate::jinja::context::{Session, node_relation};
use crate::jinja::library;
use crate::jinja::python::List;
use crate::nodes::{CheckedColumns, Checkpoint, Node, UniqueId};

/// Relations that one statement counts.
const AT_ONCE: usize = 20;

/// A node that is built, and measured when all are.
pub(super) struct Waiting {
    pub(super) node: Arc<Node>,
    /// How long it took.
    pub(super) took: Duration,
}

/// A relation that is counted together with others.
struct Counted {
    id: UniqueId,
    relation: Relation,
    /// Whether there are rows whose bytes are its own.
    has_own_rows: bool,
}

/// What is done in one go.
enum Turn {
    /// Many relations are counted.
    Count(Vec<Counted>),
    /// Relations that have the rows of another, which is counted or known, each once.
    Infer(Vec<(Counted, UniqueId)>),
    /// The node at this place is measured.
    Measure(usize),
}

/// Nodes that a run has built and not measured.
pub struct Unmeasured {
    checks: Arc<Checks>,
    waiting: Vec<Waiting>,
    cache: Arc<RelationCache>,
}

/// Nodes that wait, being measured.
struct Rest<'a> {
    checks: &'a Checks,
    waiting: &'a [Waiting],
    turns: Vec<Turn>,
    cache: &'a Arc<RelationCache>,
    /// By their places.
    measured: Mutex<HashMap<usize, Measured>>,
    /// Bytes of what was counted.
    bytes: Mutex<HashMap<UniqueId, Option<u64>>>,
}

impl Unmeasured {
    /// Tells whether there are views among the nodes.
    pub fn has_views(&self) -> bool {
        self.waiting.iter().any(|it| !has_own_rows(&it.node))
    }

    /// Measures the nodes, and tells it. Only reads. Those on the left of `same` have the rows of what is on their right, each
    /// once.
    pub fn measure(&self, same: &HashMap<UniqueId, UniqueId>) {
        let checks = &*self.checks;
        let rest = Rest {
            checks,
            waiting: &self.waiting,
            turns: checks.turns(&self.waiting, same),
            cache: &self.cache,
            measured: Mutex::default(),
            bytes: Mutex::default(),
        };
        let execution = &checks.execution;
        schedule(
            &rest,
            &rest.needs(),
            execution.threads,
            false,
            &execution.stop,
        );
        rest.tell();
    }
}

impl fmt::Debug for Unmeasured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.waiting.iter().map(|it| &it.node.name);
        f.debug_list().entries(names).finish()
    }
}

impl Checks {
    /// Returns what was put off and is there, if anything is: of `results`, what is skipped after all was taken back.
    pub(in crate::execute) fn unmeasured(
        self: &Arc<Self>,
        results: &[NodeResult],
        cache: &Arc<RelationCache>,
    ) -> Option<Unmeasured> {
        let gone = results.iter().filter(|it| it.status == Status::Skipped);
        let gone: HashSet<&UniqueId> = gone.map(|it| &it.unique_id).collect();
        let mut waiting = std::mem::take(&mut *locked(&self.waiting));
        waiting.retain(|it| !gone.contains(&it.node.unique_id));
        (!waiting.is_empty()).then(|| Unmeasured {
            checks: self.clone(),
            waiting,
            cache: cache.clone(),
        })
    }

    /// Says what is done: relations are counted first, those among them of which a node is made that is not measured here.
    fn turns(&self, waiting: &[Waiting], same: &HashMap<UniqueId, UniqueId>) -> Vec<Turn> {
        let (mut counted, mut measured) = (Vec::new(), Vec::new());
        let mut known: HashSet<UniqueId> = HashSet::new();
        for (at, Waiting { node, .. }) in waiting.iter().enumerate() {
            known.insert(node.unique_id.clone());
            match self.wanted(node).is_some_and(is_counted) {
                true => counted.push(Counted {
                    id: node.unique_id.clone(),
                    relation: node_relation(node, self.execution.project.quoting),
                    has_own_rows: has_own_rows(node),
                }),
                false => measured.push(Turn::Measure(at)),
            }
        }
        let resources = &self.execution.resources;
        let read = waiting.iter().map(|it| resources.relations_read(&it.node));
        let others = read.flatten().filter(|id| known.insert(id.clone()));
        let others = self.inputs_of(others).uncounted.into_iter();
        counted.extend(others.map(|(id, relation)| Counted {
            id,
            relation,
            has_own_rows: false,
        }));
        let (inferred, mut counted) = self.inferred(counted, same);
        counted.sort_by_key(|it| it.has_own_rows);
        let mut turns = Vec::new();
        while !counted.is_empty() {
            let rest = counted.split_off(counted.len().min(AT_ONCE));
            turns.push(Turn::Count(std::mem::replace(&mut counted, rest)));
        }
        if !inferred.is_empty() {
            turns.push(Turn::Infer(inferred));
        }
        turns.extend(measured);
        turns
    }

    /// Divides relations into those that have the rows of another, which is known or among them, and all others.
    fn inferred(
        &self,
        all: Vec<Counted>,
        same: &HashMap<UniqueId, UniqueId>,
    ) -> (Vec<(Counted, UniqueId)>, Vec<Counted>) {
        let ids: HashSet<UniqueId> = all.iter().map(|it| it.id.clone()).collect();
        let known = locked(&self.rows);
        let source = |it: &Counted| {
            let source = same.get(&it.id).filter(|_| !it.has_own_rows)?;
            (ids.contains(source) || known.contains_key(source)).then(|| source.clone())
        };
        let (mut inferred, mut counted) = (Vec::new(), Vec::new());
        for it in all {
            match source(&it) {
                Some(source) => inferred.push((it, source)),
                None => counted.push(it),
            }
        }
        (inferred, counted)
    }
}

/// Tells whether only rows and bytes are asked for, of all rows.
fn is_counted(wanted: &Checkpoint) -> bool {
    wanted.columns == CheckedColumns::None && wanted.lag.is_none() && wanted.sample.is_none()
}

impl Rest<'_> {
    /// Lists for each turn those that come before it: relations are counted first, and a node is measured after those that
    /// it is made of.
    fn needs(&self) -> Vec<Vec<usize>> {
        let turns = self.turns.iter().enumerate();
        let counts = turns.clone().filter(|(_, it)| matches!(it, Turn::Count(_)));
        let counts: Vec<usize> = counts.map(|(turn, _)| turn).collect();
        let first = turns
            .clone()
            .filter(|(_, it)| !matches!(it, Turn::Measure(_)));
        let first: Vec<usize> = first.map(|(turn, _)| turn).collect();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let needs = turns.map(|(turn, it)| {
            let node = match it {
                Turn::Count(_) => return Vec::new(),
                Turn::Infer(_) => return counts.clone(),
                Turn::Measure(at) => &self.waiting[*at].node,
            };
            let read = self.checks.execution.resources.relations_read(node);
            let before = read.iter().filter_map(|id| places.get(&**id).copied());
            let before = before.chain(first.iter().copied()).collect();
            places.insert(&node.unique_id, turn);
            before
        });
        needs.collect()
    }

    /// Counts relations; where one of them hinders that, each alone.
    fn count(&self, counted: &[Counted], session: &Arc<Session>) {
        let failure = self.counted(counted, session).err();
        // Nothing was written.
        let _ = session.connection().rollback();
        match (failure, counted) {
            (None, _) => {}
            (Some(failure), _) if failure.is_cancelled() => {}
            (Some(failure), [one]) => self.checks.give_up(&one.id, failure),
            (Some(_), many) => {
                for one in many {
                    self.count(std::slice::from_ref(one), session);
                }
            }
        }
    }

    fn counted(&self, counted: &[Counted], session: &Arc<Session>) -> Result<(), Failure> {
        let weighed = counted.iter().map(|it| match it.has_own_rows {
            true => columns_of(&it.relation, session),
            false => Ok(Vec::new()),
        });
        let weighed: Vec<Vec<Column>> = weighed.collect::<Result<_, Failure>>()?;
        let width = weighed.iter().map(Vec::len).max().unwrap_or_default();
        let relations = counted.iter().zip(&weighed).map(|(it, weighed)| {
            let weighed = weighed.iter().map(|it| it.argument(None, session));
            dict([
                ("relation", library::relation(it.relation.clone())),
                ("weighed", List::value(weighed.collect::<Vec<_>>())),
            ])
        });
        let relations: Vec<Value> = relations.collect();
        let arguments = vec![
            ("relations", List::value(relations)),
            ("width", Value::from(width)),
        ];
        let found = table(&call_with(session, "count_relations", arguments)?);
        for row in &found.rows {
            let [place, rows, weights @ ..] = row.as_slice() else {
                continue;
            };
            let place = usize::try_from(count(place)).unwrap_or(usize::MAX);
            let Some((it, weighed)) = counted.get(place).zip(weighed.get(place)) else {
                continue;
            };
            locked(&self.checks.rows).insert(it.id.clone(), count(rows));
            if it.has_own_rows {
                let bytes = bytes_of(weights, weighed);
                locked(&self.bytes).insert(it.id.clone(), bytes);
            }
        }
        Ok(())
    }

    /// Takes over how many rows others have; where that is not known after all, counts them.
    fn infer(&self, inferred: &[(Counted, UniqueId)], session: &Arc<Session>) {
        for (it, source) in inferred {
            let known = locked(&self.checks.rows).get(source).copied();
            match known {
                Some(rows) => {
                    locked(&self.checks.rows).insert(it.id.clone(), rows);
                }
                None => self.count(std::slice::from_ref(it), session),
            }
        }
    }

    fn measure(&self, at: usize, session: &Arc<Session>) {
        let node = &self.waiting[at].node;
        let measured = self.checks.measure(node, None, session);
        // Nothing was written.
        let _ = session.connection().rollback();
        match measured {
            Ok(Some(measured)) => {
                locked(&self.measured).insert(at, measured);
            }
            Ok(None) => {}
            Err(failure) if failure.is_cancelled() => {}
            Err(failure) => self.checks.give_up(&node.unique_id, failure),
        }
    }

    /// Tells what was found, in the order in which nodes were built.
    fn tell(self) {
        let mut measured = locked(&self.measured);
        let bytes = locked(&self.bytes);
        for (at, Waiting { node, took }) in self.waiting.iter().enumerate() {
            let counted = || {
                let rows = *locked(&self.checks.rows).get(&node.unique_id)?;
                Some(Measured {
                    rows,
                    rows_measured: rows,
                    bytes: bytes.get(&node.unique_id).copied().flatten(),
                    inputs: measured_inputs(self.checks.inputs(node).counted),
                    ..Measured::default()
                })
            };
            if let Some(measured) = measured.remove(&at).or_else(counted) {
                let seconds = took.as_secs_f64();
                let measured = Measured {
                    seconds,
                    ..measured
                };
                let info = node_info(node, String::new());
                self.checks.tell(info, &measured, None);
            }
        }
    }
}

impl Work for Rest<'_> {
    type Worker = Option<Arc<Session>>;

    fn worker(&self, _number: usize) -> Self::Worker {
        let opened = self.checks.execution.session(self.cache, "checkpoints");
        let told = |failure: Failure| {
            let message = failure.into_finding().message;
            self.checks.note(format!("Nothing is measured: {message}"));
        };
        opened.map_err(told).ok()
    }

    fn run(&self, worker: &mut Self::Worker, step: usize) -> Ended {
        if let Some((session, turn)) = worker.as_ref().zip(self.turns.get(step)) {
            match turn {
                Turn::Count(counted) => self.count(counted, session),
                Turn::Infer(inferred) => self.infer(inferred, session),
                Turn::Measure(at) => self.measure(*at, session),
            }
        }
        Ended::Well
    }

    fn skip(&self, _step: usize, _cause: Option<usize>) {}

    fn panicked(&self, _worker: &mut Self::Worker, _step: usize, message: String) {
        self.checks.note(format!("Not all is measured: {message}"));
    }
}
