//! One node's work, from its template to its result.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use super::audit::{Audit, Audited, Looked};
use super::checkpoint::Checks;
use super::holds::{Hold, Holds};
use super::info::{answer, finished, node_info};
use super::ledger::{Ledger, is_listed};
use super::materialization::{keep_relations, run_main};
use super::prepare::list_relations;
use super::quarantine::{self, Counts, Scope};
use super::response::adapter_response;
use super::scheduler::{Ended, Work, worker_name};
use super::unchanged::{Changes, Facts, Judged};
use super::{Execution, Failure, microbatch, phases, turn};
use crate::adapters::{AdapterError, Relation, RelationCache, Response};
use crate::artifacts::{BatchResults, NodeResult, Timing};
use crate::compile::unit_test_node;
use crate::diagnostics::Diagnostic;
use crate::events::{Event, NodeInfo, Status};
use crate::jinja::context::{Names, Session, node_relation};
use crate::nodes::{Node, Resource, ResourceType, UniqueId};
use crate::plan::{Action, Plan, Step};

/// A run in progress.
pub(super) struct Run<'a> {
    pub(super) execution: &'a Arc<Execution>,
    plan: &'a Plan,
    cache: &'a Arc<RelationCache>,
    pub(super) total: usize,
    /// For each step: its place among those that people see, from 1.
    pub(super) places: Vec<usize>,
    done: Mutex<Done>,
    /// What has changed, where somebody asks.
    pub(super) changes: Option<Changes>,
    /// Digest of macros, target and versions, once it is known.
    pub(super) around: OnceLock<[u8; 32]>,
    /// Tables that list batches, once they are there.
    pub(super) ledgers: Mutex<BTreeSet<String>>,
    /// Tests that have run before a commit, by step.
    audited: Mutex<BTreeMap<usize, Test>>,
    /// Where the rows of nodes are whose tests put rows into quarantine.
    counts: Mutex<BTreeMap<UniqueId, Counts>>,
    /// The connection of all nodes, if they share one transaction.
    together: Option<Arc<Session>>,
    /// Where what nodes publish is listed.
    ledger: Option<Arc<Ledger>>,
    /// What incidents hold.
    holds: Holds,
    /// Measures nodes.
    pub(super) checks: Arc<Checks>,
}

/// What is told of a node that is not built again.
pub(super) const PUBLISHED_BEFORE: &str = "published by this run before";

type Compiled = HashMap<UniqueId, Arc<Node>>;

#[derive(Default)]
pub(super) struct Done {
    pub(super) results: Vec<NodeResult>,
    compiled: Compiled,
    /// Ephemeral models that failed, with the reason.
    broken: HashMap<usize, String>,
}

/// A data test that has run before its node's commit.
enum Test {
    /// It is to be told when the node's work is done.
    Ran(Box<Audited>),
    /// It is told, and ended like this.
    Told(Ended),
}

/// What a node's work gave.
pub(super) struct Built {
    pub(super) status: Status,
    pub(super) message: Option<String>,
    pub(super) failures: Option<i64>,
    pub(super) response: Response,
    /// The spans of time, where it was built batch by batch.
    pub(super) batches: Option<BatchResults>,
    /// What went wrong with some of them.
    pub(super) problems: Vec<Diagnostic>,
}

/// A node's work, done.
struct Worked {
    info: NodeInfo,
    timing: Vec<Timing>,
    /// Seconds.
    elapsed: f64,
    built: Result<Built, Failure>,
}

/// How a step ended, as it is told.
struct End {
    result: NodeResult,
    /// What went wrong.
    problems: Vec<Diagnostic>,
    /// The step whose failure is the reason that this one is skipped.
    cause: Option<usize>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        execution: &'a Arc<Execution>,
        plan: &'a Plan,
        cache: &'a Arc<RelationCache>,
        together: Option<Arc<Session>>,
        ledger: Option<Arc<Ledger>>,
    ) -> Self {
        let total = plan.visible();
        let mut place = 0;
        let places = plan.steps.iter().map(|step| {
            place += usize::from(step.visible);
            place
        });
        Self {
            execution,
            plan,
            cache,
            total,
            places: places.collect(),
            done: Mutex::default(),
            changes: execution.last_built.clone().map(Changes::new),
            around: OnceLock::new(),
            ledgers: Mutex::default(),
            audited: Mutex::default(),
            counts: Mutex::default(),
            together,
            ledger,
            holds: Holds::new(),
            checks: Arc::new(Checks::new(execution)),
        }
    }

    /// Takes up what incidents hold.
    pub(super) fn holding(mut self, holds: Holds) -> Self {
        self.holds = holds;
        self
    }

    /// Says why a node stays as it is; none if it is built.
    fn pinned(&self, step: &Step) -> Option<String> {
        let builds = matches!(step.action, Action::Materialize(_));
        let holds = self.holds.get(&step.node).filter(|_| builds)?;
        holds.iter().find_map(Hold::pins)
    }

    /// Skips every step.
    pub(super) fn skip_all(&self) {
        for step in 0..self.plan.steps.len() {
            self.skip(step, None);
        }
    }

    /// Returns the results, the nodes as compiled, and what is known of successes.
    pub(super) fn into_results(self) -> (Vec<NodeResult>, Compiled, Option<Facts>) {
        let done = self
            .done
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let facts = self.changes.map(Changes::into_facts);
        (done.results, done.compiled, facts)
    }

    /// Keeps a result.
    pub(super) fn keep(&self, result: NodeResult) {
        self.done().results.push(result);
    }

    pub(super) fn done(&self) -> MutexGuard<'_, Done> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> String {
        phases::timestamp(&*self.execution.project.base.system)
    }

    /// Returns the node of a step; a unit test becomes one.
    fn node(&self, step: &Step) -> Option<Arc<Node>> {
        let resources = &self.execution.resources;
        let unit_test = || {
            let test = resources.unit_tests.get(&step.node)?;
            let model = resources.nodes.get(test.tested()?)?;
            Some(Arc::new(unit_test_node(test, model)))
        };
        resources.nodes.get(&step.node).cloned().or_else(unit_test)
    }

    /// Compiles and carries out.
    fn work(
        &self,
        step: &Step,
        node: &mut Arc<Node>,
        session: &Arc<Session>,
        info: &NodeInfo,
        timing: &mut Vec<Timing>,
    ) -> Result<Built, Failure> {
        let sink = &self.execution.project.base.sink;
        self.begin("compile", timing);
        sink.emit(Event::NodeCompiling(Arc::new(info.clone())));
        // dbt compiles a unit test while it runs it.
        if step.action == Action::UnitTest {
            self.complete(timing);
            self.begin("execute", timing);
            let built = self.unit_test(step, node, session);
            self.complete(timing);
            return built;
        }
        if matches!(step.action, Action::Materialize(_)) && microbatch::applies(node, session) {
            self.complete(timing);
            self.begin("execute", timing);
            let info = node_info(node, self.now());
            let built = self.batches(step, node, &info, session);
            self.complete(timing);
            return built;
        }
        if step.action == Action::Clone {
            self.complete(timing);
            self.begin("execute", timing);
            let built = self.clone_relation(node, session);
            self.complete(timing);
            return built;
        }
        let compiler = &self.execution.compiler;
        let compiled = compiler.compile(node, session, Names::default());
        self.complete(timing);
        *node = compiled?;
        self.done()
            .compiled
            .insert(node.unique_id.clone(), node.clone());
        if !matches!(step.action, Action::Compile | Action::NoOp) {
            sink.emit(Event::NodeExecuting(Arc::new(info.clone())));
        }
        let mut called = Vec::new();
        let built = match &step.action {
            Action::Compile | Action::Freshness | Action::NoOp | Action::Clone => {
                self.begin("execute", timing);
                self.complete(timing);
                return Ok(Built {
                    status: Status::Success,
                    message: None,
                    failures: None,
                    response: Response::default(),
                    batches: None,
                    problems: Vec::new(),
                });
            }
            Action::Materialize(materialization) => {
                self.begin("execute", timing);
                let turn = turn::wait(node, session)?;
                let mut inside = Vec::new();
                let mut build = || {
                    self.audited(step, node, session, || {
                        let names = Names::default();
                        self.materialize(materialization, node, session, names, &mut inside)
                    })
                };
                let mut built = build();
                if let Err(failure) = built {
                    built = match self.gives_up_measuring(node, session, &failure) {
                        true => {
                            self.checks.tell_given_up(node, failure);
                            build()
                        }
                        false => Err(failure),
                    };
                }
                // As in dbt, other materializations' macros do not count as the node's.
                if node.resource_type == ResourceType::Function {
                    called = inside;
                }
                if built.is_err() {
                    // Before the next one's turn. The failure is told already.
                    let _ = session.connection().rollback();
                }
                drop(turn);
                built
            }
            Action::DataTest | Action::UnitTest => {
                self.begin("execute", timing);
                match node.quarantines() {
                    true => self.execution.test_published(node, session, &mut called),
                    false => self.execution.data_test(node, session, &mut called),
                }
            }
        };
        self.complete(timing);
        self.note_run(node, called);
        built
    }

    /// Builds a node, and has its data tests look at what it wrote before that is committed.
    pub(super) fn audited(
        &self,
        step: &Step,
        node: &Arc<Node>,
        session: &Arc<Session>,
        build: impl FnOnce() -> Result<Built, Failure>,
    ) -> Result<Built, Failure> {
        let ledger = self.ledger.clone().filter(|_| is_listed(node));
        let test = |at: &usize| Some((*at, self.node(self.plan.steps.get(*at)?)?));
        let tests = step.audits.iter().filter_map(test);
        let mut tests: Vec<(usize, Arc<Node>)> = tests.collect();
        let is_tested = !tests.is_empty();
        if self.together.is_some() {
            // There is one commit, and the tests have their own turns, but for rows that go before.
            tests.retain(|(_, test)| test.quarantines());
        }
        let holds = self.holds.get(&node.unique_id).cloned().unwrap_or_default();
        let holds: Vec<Hold> = holds
            .into_iter()
            .filter(|it| it.condition.is_some())
            .collect();
        let takes = !holds.is_empty() || tests.iter().any(|(_, test)| test.quarantines());
        let settles = !takes && quarantine::is_known(node, session);
        let is_whole = node.batch.is_none();
        let is_asked = !tests.is_empty() || takes || self.together.is_some();
        let waits = !is_asked && self.checks.can_wait(node);
        let measures = is_whole && !waits && self.checks.wanted(node).is_some();
        let clock = &self.execution.project.base.system;
        let since = clock.instant();
        let put_off = || {
            if is_whole && waits {
                let took = clock.instant().saturating_sub(since);
                self.checks.put_off(node, took);
            }
        };
        if !is_tested && ledger.is_none() && !settles && !measures && !takes {
            return build().inspect(|_| put_off());
        }
        let scope = match takes {
            true => self.scope(node, session)?,
            false => Scope::Some,
        };
        let audit = Audit::new(
            self.execution,
            node,
            tests,
            scope,
            ledger,
            self.checks.clone(),
            is_tested,
        );
        let audit = audit.measuring(measures);
        let audit = Arc::new(audit.settling(settles).holding(holds));
        let (built, looked) = match self.together.is_some() {
            true => {
                let built = build()?;
                let mut looked = audit.look(session);
                let publish = || audit.publish(looked.counts.as_ref(), session).err();
                looked.refusal = looked.refusal.take().or_else(publish);
                session.take_up(&node.unique_id, Some(Resource::Node(node)))?;
                (Ok(built), looked)
            }
            false => {
                session.put_before_commit(Some(audit.clone()));
                let built = build();
                session.put_before_commit(None);
                let looked = audit.end();
                if built.is_err() || looked.refusal.is_some() {
                    audit.give_up(session);
                }
                (built, looked)
            }
        };
        let Looked {
            ended,
            refusal,
            counts,
        } = looked;
        let mut audited = self.audits();
        for it in ended {
            let worse = |known: &Test| match known {
                Test::Ran(known) => known.badness() > it.badness(),
                Test::Told(_) => false,
            };
            if !audited.get(&it.step).is_some_and(worse) {
                audited.insert(it.step, Test::Ran(Box::new(it)));
            }
        }
        if let Some(counts) = counts.filter(|_| refusal.is_none() && built.is_ok()) {
            *self.counts().entry(node.unique_id.clone()).or_default() += counts;
        }
        refusal.map_or(built, Err).inspect(|_| put_off())
    }

    /// Gives up the transaction of a node that could not be measured: it is to be built again. Where it is that of all nodes,
    /// there is none to begin again.
    fn gives_up_measuring(&self, node: &Node, session: &Arc<Session>, failure: &Failure) -> bool {
        let again = self.together.is_none()
            && !failure.is_cancelled()
            && self.checks.has_given_up(&node.unique_id);
        again && session.connection().rollback().is_ok() && self.forget_built(node, session).is_ok()
    }

    /// After a rollback: what is known of a node's relation, and of those that it is built under, is what is there.
    fn forget_built(&self, node: &Node, session: &Arc<Session>) -> Result<(), Failure> {
        let own = node_relation(node, session.project.quoting);
        let [database, schema, _] = own.parts();
        let there = || list_relations(session, own.without_identifier());
        let name = node.alias.to_lowercase();
        let is_own = |it: &Relation| {
            let known = it.identifier.as_deref().unwrap_or_default();
            let known = known.to_lowercase();
            known == name || known.starts_with(&format!("{name}__"))
        };
        let known = self.cache.relations(database, schema, there)?;
        for relation in known.iter().filter(|it| is_own(it)) {
            self.cache.drop_relation(relation);
        }
        for relation in there()?.iter().filter(|it| is_own(it)) {
            self.cache.add(relation);
        }
        Ok(())
    }

    /// Tells what of a node's relation a run builds.
    fn scope(&self, node: &Node, session: &Arc<Session>) -> Result<Scope, Failure> {
        let flags = &session.project.base.flags;
        let is_part = flags["EMPTY"] == true || self.execution.window.is_some();
        Ok(match node.config.materialized() {
            _ if is_part && node.batch.is_none() => Scope::Some,
            _ if flags["EMPTY"] == true => Scope::Some,
            "incremental" if node.batch.is_some() => Scope::Batch,
            "incremental" if microbatch::is_incremental(node, session)? => Scope::Some,
            "incremental" | "table" | "seed" => Scope::All,
            _ => Scope::Some,
        })
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<UniqueId, Counts>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives up what a node has left open; with others in one transaction it must be open still.
    pub(super) fn release(&self, session: &Session) -> Result<(), AdapterError> {
        let mut connection = session.connection();
        match self.together {
            None => connection.rollback(),
            Some(_) if connection.in_transaction() => Ok(()),
            Some(_) => Err(AdapterError::Statement {
                message: "the node has ended the transaction that all nodes share".to_owned(),
                offset: None,
                help: Some(
                    "leave `commit` out of its SQL, macros and hooks, or run without `--atomic`"
                        .to_owned(),
                ),
            }),
        }
    }

    /// Tells whether this run has published a node before it died.
    pub(super) fn has_published(&self, step: &Step, node: &Node) -> bool {
        let builds = matches!(step.action, Action::Materialize(_)) && is_listed(node);
        let ledger = self.ledger.as_ref().filter(|_| builds);
        ledger.is_some_and(|it| it.has_published(node))
    }

    /// Lists the nodes that people see for which a step waits.
    fn waited_for(&self, at: usize) -> Vec<Arc<str>> {
        let needs = self.plan.steps.get(at).map(|it| it.needs.as_slice());
        let mut all: BTreeSet<usize> = needs.unwrap_or_default().iter().copied().collect();
        let mut found = Vec::new();
        // Steps come after those that they need, so this ends.
        while let Some(at) = all.pop_last() {
            match self.plan.steps.get(at) {
                Some(step) if step.visible => found.push(step.node.clone()),
                Some(step) => all.extend(&step.needs),
                None => {}
            }
        }
        found
    }

    fn audits(&self) -> MutexGuard<'_, BTreeMap<usize, Test>> {
        self.audited.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells what the data tests of a node gave that ran before its commit.
    fn tell_audits(&self, step: &Step, session: &Arc<Session>) {
        for at in &step.audits {
            let Some(Test::Ran(ended)) = self.audits().remove(at) else {
                continue;
            };
            let mut ended = *ended;
            self.execution.project.base.sink.emit(Event::NodeStarted {
                node: Arc::new(ended.info.clone()),
                index: self.places[*at],
                total: self.total,
                description: self.plan.steps[*at].description.clone(),
            });
            self.note_run(&mut ended.node, ended.called);
            let work = Worked {
                info: ended.info,
                timing: ended.timing,
                elapsed: ended.elapsed,
                built: ended.built,
            };
            let told = self.conclude(*at, &ended.node, work, Some(session));
            self.audits().insert(*at, Test::Told(told));
        }
    }

    /// Tells whether a test has run before its node's commit, and how.
    fn audited_as(&self, at: usize) -> Option<Ended> {
        match self.audits().get(&at) {
            Some(Test::Told(ended)) => Some(*ended),
            _ => None,
        }
    }

    pub(super) fn begin(&self, phase: &'static str, timing: &mut Vec<Timing>) {
        phases::begin(phase, timing, &*self.execution.project.base.system);
    }

    pub(super) fn complete(&self, timing: &mut [Timing]) {
        phases::end(timing, &*self.execution.project.base.system);
    }

    /// Keeps where the node's SQL was written, and what macros its test or function called: dbt counts
    /// those of the materialization among the node's own.
    pub(super) fn note_run(&self, node: &mut Arc<Node>, called: Vec<String>) {
        let it = Arc::make_mut(node);
        it.build_path = self.execution.operation.written(it);
        // Macros that only dsql has do not belong to what dbt would list.
        let ours = [
            "macro.dbt.begin_node_transaction",
            "macro.dbt.commit_node_transaction",
        ];
        for id in called {
            let id = UniqueId::from(id);
            if !ours.contains(&&*id) && !it.depends_on.macros.contains(&id) {
                it.depends_on.macros.push(id);
            }
        }
        self.done()
            .compiled
            .insert(node.unique_id.clone(), node.clone());
    }

    pub(super) fn materialize(
        &self,
        materialization: &str,
        node: &Arc<Node>,
        session: &Arc<Session>,
        names: Names,
        called: &mut Vec<String>,
    ) -> Result<Built, Failure> {
        let (returned, main) = run_main(materialization, node, session, names, called)?;
        keep_relations(materialization, &returned, session)?;
        Ok(Built {
            status: Status::Success,
            message: Some(main.response.message.clone()),
            failures: None,
            response: main.response,
            batches: None,
            problems: Vec::new(),
        })
    }

    /// Reports a resource with which nothing is done.
    fn untouched(
        &self,
        at: usize,
        step: &Step,
        status: Status,
        message: Option<&str>,
        cause: Option<usize>,
    ) {
        let Some(resource) = self.execution.resources.get(&step.node) else {
            return;
        };
        let info = NodeInfo {
            unique_id: step.node.clone(),
            name: resource.name().to_owned(),
            path: resource.path().to_owned(),
            resource_type: resource.resource_type().as_str(),
            started_at: self.now(),
            ..NodeInfo::default()
        };
        // What is there to be looked at goes through both phases, as in dbt.
        let passed = |name| Timing {
            name,
            started_at: Some(self.now()),
            completed_at: Some(self.now()),
        };
        let phases = ["compile", "execute"].into_iter();
        let phases = phases.filter(|_| status == Status::NoOp);
        let result = NodeResult {
            message: message.map(str::to_owned),
            failures: message.map(|_| 0),
            timing: phases.map(passed).collect(),
            ..NodeResult::untouched(step.node.clone(), status, thread())
        };
        self.execution.project.base.sink.emit(Event::NodeFinished {
            node: finished(&info, self.now()),
            index: self.places[at],
            total: self.total,
            description: step.description.clone(),
            status,
            message: message.unwrap_or_default().to_owned(),
            execution_time: 0.0,
            failures: None,
            problems: Vec::new(),
            compiled_path: None,
            cause: self.cause_of(cause),
            answer: answer(&result),
        });
        self.done().results.push(result);
    }

    /// Tells why a node is not worked on; what comes after it goes on.
    fn left_out(
        &self,
        at: usize,
        node: &Node,
        info: &NodeInfo,
        reason: String,
        since: Duration,
    ) -> Ended {
        let clock = &self.execution.project.base.system;
        let result = NodeResult {
            message: Some(reason),
            execution_time: clock.instant().saturating_sub(since).as_secs_f64(),
            compiled: node.compiled.clone(),
            ..result(node, Status::NoOp)
        };
        let end = End {
            result,
            problems: Vec::new(),
            cause: None,
        };
        self.report(&self.plan.steps[at], self.places[at], node, info, end);
        Ended::Well
    }

    /// Makes a result of what a node's work gave, keeps it and tells of it.
    fn conclude(
        &self,
        at: usize,
        node: &Arc<Node>,
        work: Worked,
        session: Option<&Arc<Session>>,
    ) -> Ended {
        let step = &self.plan.steps[at];
        let Worked {
            info,
            timing,
            elapsed,
            built,
        } = work;
        let failed = match &built {
            Ok(built) => built.status.is_failure(),
            Err(_) => true,
        };
        if !step.visible {
            if let Err(failure) = built {
                let text = failure.text(node);
                self.done().broken.insert(at, text);
            }
            return if failed { Ended::Badly } else { Ended::Well };
        }
        let (built, problems) = match built {
            Ok(mut built) => {
                let problems = std::mem::take(&mut built.problems);
                (built, problems)
            }
            Err(failure) => {
                let cancelled = failure.is_cancelled();
                let message = failure.text(node);
                let built = Built {
                    status: Status::Error,
                    message: Some(message),
                    failures: None,
                    response: Response::default(),
                    batches: None,
                    problems: Vec::new(),
                };
                let problems = match session {
                    _ if cancelled => Vec::new(),
                    Some(session) => {
                        let resources = &self.execution.resources;
                        failure.into_diagnostics(node, resources, session)
                    }
                    None => vec![failure.into_diagnostic(node)],
                };
                (built, problems)
            }
        };
        let mut response = match built.status {
            Status::Error => crate::nodes::Dict::new(),
            _ if step.action == Action::Clone && built.response.message.is_empty() => {
                crate::nodes::Dict::new()
            }
            _ if step.action == Action::Compile || built.batches.is_some() => {
                crate::nodes::Dict::new()
            }
            _ => adapter_response(&built.response),
        };
        let counts = self.counts().get(&node.unique_id).copied();
        let mut message = built.message;
        if let Some(counts) = counts.filter(|_| built.status != Status::Error) {
            counts.add_to(&mut response);
            let parts = [message, counts.words()].into_iter().flatten();
            message = Some(parts.collect::<Vec<_>>().join(", "));
        }
        let result = NodeResult {
            timing,
            execution_time: elapsed,
            adapter_response: response,
            message,
            failures: built.failures,
            compiled: node.compiled.clone(),
            batch_results: built.batches,
            ..result(node, built.status)
        };
        let end = End {
            result,
            problems,
            cause: None,
        };
        self.report(step, self.places[at], node, &info, end);
        if failed { Ended::Badly } else { Ended::Well }
    }

    /// Keeps a result and tells of it.
    fn report(&self, step: &Step, place: usize, node: &Node, info: &NodeInfo, end: End) {
        let End {
            result,
            problems,
            cause,
        } = end;
        self.execution.project.base.sink.emit(Event::NodeFinished {
            node: finished(info, self.now()),
            index: place,
            total: self.total,
            description: step.description.clone(),
            status: result.status,
            message: result.message.clone().unwrap_or_default(),
            execution_time: result.execution_time,
            failures: result.failures,
            problems: problems.into_iter().map(Arc::new).collect(),
            compiled_path: node.compiled.as_ref().and_then(|it| it.path.clone()),
            cause: self.cause_of(cause),
            answer: answer(&result),
        });
        self.done().results.push(result);
    }

    fn cause_of(&self, step: Option<usize>) -> Option<UniqueId> {
        step.map(|cause| self.plan.steps[cause].node.clone())
    }
}

impl Work for Run<'_> {
    type Worker = Result<Arc<Session>, AdapterError>;

    fn worker(&self, number: usize) -> Self::Worker {
        match &self.together {
            Some(session) => Ok(session.clone()),
            None => self.execution.open(self.cache, &worker_name(number)),
        }
    }

    fn run(&self, worker: &mut Self::Worker, at: usize) -> Ended {
        if let Some(ended) = self.audited_as(at) {
            return ended;
        }
        let step = &self.plan.steps[at];
        let Some(original) = self.node(step) else {
            let source = self.execution.resources.sources.get(&step.node);
            if let (Some(source), Action::Freshness) = (source, &step.action) {
                return self.look_at_source(self.places[at], step, source, worker);
            }
            self.untouched(at, step, Status::NoOp, Some("NO-OP"), None);
            return Ended::Well;
        };
        let mut node = original;
        let clock = &self.execution.project.base.system;
        let start = clock.instant();
        let info = NodeInfo {
            waited_for: self.waited_for(at),
            ..node_info(&node, self.now())
        };
        if self.has_published(step, &node) {
            return self.left_out(at, &node, &info, PUBLISHED_BEFORE.to_owned(), start);
        }
        if let Some(reason) = self.pinned(step) {
            return self.left_out(at, &node, &info, reason, start);
        }
        let judged = match worker {
            Ok(session) => self.judge(step, &node, session),
            Err(_) => Judged::Runs,
        };
        let fact = match judged {
            Judged::Runs => None,
            Judged::Changed { reason, fact } => {
                self.execution.project.base.sink.emit(Event::NodeChanged {
                    node: Arc::new(info.clone()),
                    index: self.places[at],
                    total: self.total,
                    description: step.description.clone(),
                    reason,
                });
                fact
            }
            Judged::Unchanged { node, reason } => {
                self.done()
                    .compiled
                    .insert(node.unique_id.clone(), node.clone());
                return self.left_out(at, &node, &info, reason, start);
            }
        };
        if step.visible {
            self.execution.project.base.sink.emit(Event::NodeStarted {
                node: Arc::new(info.clone()),
                index: self.places[at],
                total: self.total,
                description: step.description.clone(),
            });
        }
        let mut timing = Vec::new();
        let built = match worker {
            Ok(session) => {
                let named = session.take_up(&node.unique_id, Some(Resource::Node(&node)));
                let begun = match &self.together {
                    Some(_) => session.connection().begin(),
                    None => Ok(()),
                };
                let built = begun
                    .map_err(Failure::from)
                    .and_then(|()| named.map_err(Failure::from))
                    .and_then(|()| self.work(step, &mut node, session, &info, &mut timing));
                let released = self.release(session);
                match (built, released) {
                    (Ok(_), Err(error)) => Err(Failure::Adapter(error)),
                    (built, _) => built,
                }
            }
            Err(error) => Err(Failure::Adapter(error.clone())),
        };
        let elapsed = clock.instant().saturating_sub(start).as_secs_f64();
        if let Ok(session) = worker {
            let well = |built: &Built| matches!(built.status, Status::Success | Status::Pass);
            let fact = fact.filter(|_| built.as_ref().is_ok_and(well));
            self.note_changes(&node, fact, session);
        }
        let session = worker.as_ref().ok();
        if let Some(session) = session {
            self.tell_audits(step, session);
        }
        let work = Worked {
            info,
            timing,
            elapsed,
            built,
        };
        self.conclude(at, &node, work, session)
    }

    fn skip(&self, at: usize, cause: Option<usize>) {
        if self.audited_as(at).is_some() {
            return;
        }
        let step = &self.plan.steps[at];
        let Some(node) = self.node(step) else {
            return self.untouched(at, step, Status::Skipped, None, cause);
        };
        if !step.visible {
            return;
        }
        // What an ephemeral model's own failure brings down is an error, or nobody would see it.
        let broken = cause.and_then(|cause| self.done().broken.get(&cause).cloned());
        let message = match (broken, cause) {
            (Some(text), Some(cause)) => Some(format!(
                "Compilation Error in {}, caused by compilation error in referenced ephemeral model \
                 {}\n\n{text}",
                node.unique_id, self.plan.steps[cause].node
            )),
            (None, None) if self.execution.fail_fast => {
                Some("Skipping due to fail_fast".to_owned())
            }
            _ => None,
        };
        let error = message.is_some() && cause.is_some();
        let status = if error {
            Status::Error
        } else {
            Status::Skipped
        };
        let result = NodeResult {
            message,
            ..result(&node, status)
        };
        let info = node_info(&node, self.now());
        let place = self.places[at];
        let end = End {
            result,
            problems: Vec::new(),
            cause,
        };
        self.report(step, place, &node, &info, end);
    }

    fn panicked(&self, worker: &mut Self::Worker, at: usize, message: String) {
        if let Ok(session) = worker {
            // The failure is told already; what the connection says to it changes nothing.
            let _ = session.connection().rollback();
        }
        let step = &self.plan.steps[at];
        let Some(node) = self.node(step) else {
            let message =
                format!("Internal Error\n  dsql panicked: {message}\n  Please report this.");
            return self.untouched(at, step, Status::RuntimeError, Some(&message), None);
        };
        let message = format!(
            "Internal Error in {} {} ({})\n  dsql panicked: {message}\n  Please report this.",
            node.resource_type, node.name, node.original_file_path
        );
        let problem = Diagnostic::error(crate::diagnostics::Code::InternalError, message.clone())
            .at(node.location)
            .help("this is a mistake of dsql: please report it with the model's text");
        let result = NodeResult {
            message: Some(message),
            ..result(&node, Status::Error)
        };
        let info = node_info(&node, self.now());
        let end = End {
            result,
            problems: vec![problem],
            cause: None,
        };
        self.report(step, self.places[at], &node, &info, end);
    }
}

/// Returns what is the same in all results of a node. dbt names the relation of what can be
/// compiled; seeds have none in the results.
fn result(node: &Node, status: Status) -> NodeResult {
    let seed = node.resource_type == ResourceType::Seed;
    NodeResult {
        relation_name: node.relation_name.clone().filter(|_| !seed),
        ..NodeResult::untouched(node.unique_id.clone(), status, thread())
    }
}

/// Names the worker.
pub(super) fn thread() -> String {
    let thread = std::thread::current();
    thread.name().unwrap_or("MainThread").to_owned()
}
