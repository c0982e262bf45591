//! Models with the strategy `microbatch`: one span of time after the other.
//!
//! In: the node. Out: a compiled and materialized batch for each span, each in a transaction of
//! its own. A first batch that fails ends the model; of later ones each counts for itself. What
//! earlier runs have left out comes before: see `batch_ledger.rs`.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::node::{Built, PUBLISHED_BEFORE, Run};
use super::prepare::list_relations;
use super::{Failure, turn};
use crate::adapters::{Relation, RelationKind, Response};
use crate::artifacts::BatchResults;
use crate::diagnostics::Diagnostic;
use crate::events::{Event, NodeInfo, Status};
use crate::invocation::{Window, moment};
use crate::jinja::context::{Names, Session};
use crate::jinja::library;
use crate::jinja::{Engine, Value};
use crate::nodes::{Batch, BatchSize, Node};
use crate::plan::Step;
use crate::plan::describe::relation;

/// Name of the macro that makes the strategy's statements.
/// The macro that joins a batch to what is there.
pub const STRATEGY_MACRO: &str = "get_incremental_microbatch_sql";

/// Tells whether a node is built batch by batch.
pub(super) fn applies(node: &Node, session: &Session) -> bool {
    node.is_microbatch() && builds_batches(&session.engine, &session.project.base.flags)
}

/// Tells whether microbatch models are built batch by batch: not if the project has a strategy of
/// its own, unless a flag asks for it.
pub fn builds_batches(engine: &Engine, flags: &serde_json::Value) -> bool {
    let flag = "REQUIRE_BATCHED_EXECUTION_FOR_CUSTOM_MICROBATCH_STRATEGY";
    let macros = engine.macros();
    let found = macros.find_by_name(STRATEGY_MACRO, None);
    flags[flag] == true || found.is_some_and(|it| macros.is_built_in(it))
}

impl Run<'_> {
    /// Builds all batches that are due.
    pub(super) fn batches(
        &self,
        step: &Step,
        node: &Arc<Node>,
        info: &NodeInfo,
        session: &Arc<Session>,
    ) -> Result<Built, Failure> {
        let earlier = self.execution.earlier_batches.get(&node.unique_id);
        let incremental = earlier.is_some() || is_incremental(node, session)?;
        let broken = |message| Failure::Broken {
            message,
            help: "see `event_time`, `begin` and `batch_size` of the model".to_owned(),
        };
        let clock = &self.execution.project.base.system;
        let since = clock.instant();
        let ledger = self.ledger(node, session)?;
        let until = self.execution.due_until;
        let mut batches = match earlier {
            Some(earlier) => failed(node, earlier).map_err(broken)?,
            None => {
                let window = self.execution.window;
                due(node, window, until, incremental).map_err(broken)?
            }
        };
        // Batches besides those that dbt builds.
        let mut more = 0;
        if let Some(ledger) = &ledger
            && (incremental, earlier, self.execution.window) == (true, None, None)
            && session.project.base.flags["EMPTY"] != true
        {
            let found = self.gaps(ledger, node, &batches, session)?;
            more = found.len();
            batches.splice(0..0, found);
        }
        let mut results = BatchResults::default();
        let mut problems = Vec::new();
        let mut skips = false;
        for (at, batch) in batches.iter().enumerate() {
            let tell = Teller {
                run: self,
                info,
                index: at + 1,
                total: batches.len(),
                description: format!(
                    "batch {} of {}",
                    batch.label(),
                    relation(node, &session.project.default_database)
                ),
            };
            let span = (batch.start, batch.end);
            if skips {
                tell.finished(Status::Skipped, "SKIPPED", 0.0);
                results.failed.push(span);
                continue;
            }
            tell.started();
            let start = clock.instant();
            let incremental = incremental || at > 0;
            let built = self.batch(step, node, batch, incremental, ledger.as_ref(), session);
            let elapsed = clock.instant().saturating_sub(start).as_secs_f64();
            match built {
                Ok(message) => {
                    tell.finished(Status::Success, &message, elapsed);
                    results.successful.push(span);
                }
                Err((_, failure)) if failure.is_cancelled() => return Err(failure),
                Err((node, failure)) => {
                    tell.finished(Status::Error, "error", elapsed);
                    results.failed.push(span);
                    problems.extend(failure.into_diagnostics(
                        &node,
                        &self.execution.resources,
                        session,
                    ));
                    skips |= at == more;
                }
            }
        }
        if let Some(earlier) = earlier {
            results.successful.extend(&earlier.successful);
        }
        if !results.successful.is_empty() {
            // Charts look at it when the run is over.
            self.checks
                .put_off(node, clock.instant().saturating_sub(since));
        }
        Ok(summed_up(results, problems))
    }

    /// Compiles and builds one batch; returns the database's word, or the failure with the node as far
    /// as it was compiled.
    fn batch(
        &self,
        step: &Step,
        node: &Arc<Node>,
        batch: &Batch,
        incremental: bool,
        ledger: Option<&Relation>,
        session: &Arc<Session>,
    ) -> Result<String, (Arc<Node>, Failure)> {
        let mut node = (**node).clone();
        node.batch = Some(Arc::new(batch.clone()));
        let node = Arc::new(node);
        if self.has_published(step, &node) {
            return Ok(PUBLISHED_BEFORE.to_owned());
        }
        let compiler = &self.execution.compiler;
        let compiled = compiler.compile(&node, session, Names::default());
        let node = compiled.map_err(|error| (node, error.into()))?;
        let failed = |failure: Failure| (node.clone(), failure);
        let mut names = Names::default();
        if let Some(ledger) = ledger {
            let ledger = library::relation(ledger.clone());
            names.values.push(("batch_ledger".to_owned(), ledger));
        }
        if incremental {
            let answers = [("is_incremental", true), ("should_full_refresh", false)];
            names.stand_ins.extend(answers.map(|(name, answer)| {
                let answer = library::constant(name, Value::from(answer));
                (None, name.to_owned(), answer)
            }));
        }
        let materialization = node.config.materialized();
        let turn = turn::wait(&node, session).map_err(|error| failed(error.into()))?;
        let built = self.audited(step, &node, session, || {
            self.materialize(materialization, &node, session, names, &mut Vec::new())
        });
        let ended = self.release(session);
        drop(turn);
        let built = built.map_err(failed)?;
        ended.map_err(|error| failed(error.into()))?;
        Ok(built.message.unwrap_or_default())
    }
}

/// Sums the batches up: some of them may have failed.
fn summed_up(results: BatchResults, problems: Vec<Diagnostic>) -> Built {
    let (good, bad) = (results.successful.len(), results.failed.len());
    let (status, message) = match (good, bad) {
        (_, 0) => (Status::Success, "SUCCESS".to_owned()),
        (0, _) => (Status::Error, "ERROR".to_owned()),
        _ => {
            let message = format!("PARTIAL SUCCESS ({good}/{})", good + bad);
            (Status::PartialSuccess, message)
        }
    };
    Built {
        status,
        message: Some(message),
        failures: Some(0),
        response: Response::default(),
        batches: Some(results),
        problems,
    }
}

/// Tells whether rows are added to a table that is there.
pub(super) fn is_incremental(node: &Node, session: &Arc<Session>) -> Result<bool, Failure> {
    let full_refresh = node.config.get("full_refresh").and_then(|it| it.as_bool());
    let flag = session.project.base.flags["FULL_REFRESH"] == true;
    if full_refresh.unwrap_or(flag) {
        return Ok(false);
    }
    let schema = Relation::new(node.database.as_deref(), Some(&node.schema), None);
    let [database, schema_name, _] = schema.parts();
    let relations = session.cache.relations(database, schema_name, || {
        list_relations(session, schema.clone())
    })?;
    let own = |it: &Relation| {
        let name = it.identifier.as_deref();
        name.is_some_and(|name| name.eq_ignore_ascii_case(&node.alias))
    };
    let found = relations.into_iter().find(own);
    Ok(found.is_some_and(|it| it.kind == Some(RelationKind::Table)))
}

/// Lists the batches that failed before.
fn failed(node: &Node, earlier: &BatchResults) -> Result<Vec<Batch>, String> {
    let size = batch_size(node)?;
    let spans = earlier.failed.iter();
    let batch = |(start, end): &(DateTime<Utc>, DateTime<Utc>)| Batch {
        size,
        start: *start,
        end: *end,
    };
    Ok(spans.map(batch).collect())
}

pub(super) fn batch_size(node: &Node) -> Result<BatchSize, String> {
    let size = node.config.str("batch_size").and_then(BatchSize::parse);
    size.ok_or_else(|| {
        format!(
            "Microbatch model '{}' does not have a 'batch_size' config (one of ['hour', 'day', \
             'month', 'year']) specificed.",
            node.name
        )
    })
}

/// Lists the batches of a span that was asked for, or those up to now: from `begin`, or the last
/// ones of a table that is there.
fn due(
    node: &Node,
    window: Option<Window>,
    now: DateTime<Utc>,
    incremental: bool,
) -> Result<Vec<Batch>, String> {
    let size = batch_size(node)?;
    let end = size.ceiling(window.map_or(now, |it| it.end));
    let start = if let Some(window) = window {
        size.floor(window.start)
    } else if incremental {
        let lookback = node.config.get("lookback").and_then(|it| it.as_u64());
        let lookback = u32::try_from(lookback.unwrap_or(1)).unwrap_or(u32::MAX);
        // The end is where the last batch ends: one more back is where it starts.
        size.back(end, lookback.saturating_add(1))
    } else {
        let begin = node.config.str("begin").and_then(moment);
        let begin = begin.ok_or_else(|| {
            format!(
                "Microbatch model '{}' requires a 'begin' configuration.",
                node.name
            )
        })?;
        size.floor(begin)
    };
    let mut batches = Vec::new();
    let mut at = start;
    loop {
        let next = size.next(at);
        let last = next >= end;
        batches.push(Batch {
            size,
            start: at,
            end: if last { end } else { next },
        });
        if last {
            return Ok(batches);
        }
        at = next;
    }
}

/// Tells of one batch.
struct Teller<'a> {
    run: &'a Run<'a>,
    info: &'a NodeInfo,
    index: usize,
    total: usize,
    description: String,
}

impl Teller<'_> {
    fn started(&self) {
        self.run
            .execution
            .project
            .base
            .sink
            .emit(Event::BatchStarted {
                node: Arc::new(self.info.clone()),
                index: self.index,
                total: self.total,
                description: self.description.clone(),
            });
    }

    fn finished(&self, status: Status, message: &str, execution_time: f64) {
        self.run
            .execution
            .project
            .base
            .sink
            .emit(Event::BatchFinished {
                node: Arc::new(self.info.clone()),
                index: self.index,
                total: self.total,
                description: self.description.clone(),
                status,
                message: message.to_owned(),
                execution_time,
            });
    }
}
