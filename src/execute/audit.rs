//! Data tests of a node on what its transaction holds: it is committed if they pass.
//!
//! In: a node with `publish: audited`, or with tests that put rows into quarantine, built and not
//! committed, and its tests. Out: their results, and a commit, or a rollback: then everybody reads what
//! was there before. Rows that go into quarantine go first, and the other tests look at what is left.
//! The rows that were refused are kept in a table of their own, and so are those that tests store.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::checkpoint::Checks;
use super::holds::Hold;
use super::info::node_info;
use super::ledger::Ledger;
use super::node::Built;
use super::quarantine::{
    self, Counts, Quarantine, Scope, Taken, in_order, not_taken_out, record_counts, taken_out,
    too_many,
};
use super::{Execution, Failure, phases};
use crate::adapters::{AdapterError, Cell, Relation};
use crate::artifacts::Timing;
use crate::checkpoint::{Figure, Measured};
use crate::events::{Event, NodeInfo, Status};
use crate::jinja::Error;
use crate::jinja::context::{Gate, Names, Session, node_relation};
use crate::jinja::library::errors::raise;
use crate::nodes::{Node, Resource};

/// What is added to the name of a schema: there are the rows that were refused.
pub const REJECTED: &str = "_rejected";

/// From so many rows on a relation is committed under another name before tests look at it: those of two row
/// groups, as fewer are read by one thread anyway.
const MANY: i128 = 245_760;

/// Stands before the commit of one node.
pub(super) struct Audit {
    execution: Arc<Execution>,
    node: Arc<Node>,
    /// The tests, with the steps that they are in the plan.
    tests: Vec<(usize, Arc<Node>)>,
    /// Those that put rows into quarantine, in the order in which they look.
    takers: Vec<(usize, Arc<Node>)>,
    /// Rows that incidents hold.
    holds: Vec<Hold>,
    /// What of the node's relation has been built.
    scope: Scope,
    ledger: Option<Arc<Ledger>>,
    /// Measures what was built.
    checks: Arc<Checks>,
    /// When work on the node began.
    since: Duration,
    /// Whether what was built is measured before it is committed, where that is wanted.
    measures: bool,
    /// No test takes rows out, though some are in quarantine.
    settles: bool,
    /// It has tests, of which some may have their own turns.
    is_tested: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What a test itself wants to commit goes with the node's transaction.
    passing: bool,
    ended: Vec<Audited>,
    refusal: Option<Failure>,
    counts: Option<Counts>,
    /// What is committed under the name that it is built under.
    staged: Option<Relation>,
}

/// What the tests of a node say of it.
pub(super) struct Looked {
    /// How each of them ended.
    pub(super) ended: Vec<Audited>,
    /// Why the node is refused, if it is.
    pub(super) refusal: Option<Failure>,
    /// Where its rows are, if some could go into quarantine.
    pub(super) counts: Option<Counts>,
}

/// A test that has run on what is not committed.
pub(super) struct Audited {
    pub(super) step: usize,
    pub(super) node: Arc<Node>,
    pub(super) info: NodeInfo,
    pub(super) timing: Vec<Timing>,
    pub(super) elapsed: f64,
    pub(super) built: Result<Built, Failure>,
    /// Macros that it called.
    pub(super) called: Vec<String>,
}

impl Audited {
    /// Orders outcomes: of several runs of a test the worst counts.
    pub(super) fn badness(&self) -> u8 {
        match &self.built {
            Err(_) => 3,
            Ok(built) if built.status.is_failure() => 2,
            Ok(built) if built.status == Status::Warn => 1,
            Ok(_) => 0,
        }
    }

    fn refuses(&self) -> bool {
        self.badness() >= 2
    }

    /// Tells whether the test did not come to its end; a template that is stopped says so as an error.
    fn is_stopped(&self, stop: &AtomicBool) -> bool {
        let asked = stop.load(Ordering::SeqCst);
        matches!(&self.built, Err(failure) if asked || failure.is_cancelled())
    }
}

/// Notes of tests that what they saw is not published, and where it is kept, if it is anywhere.
fn take_back(ended: &mut [Audited], kept: &str) {
    for test in ended {
        test.info.refused = Some(kept.to_owned());
        if let Ok(built) = &mut test.built
            && test.node.quarantines()
            && built.status == Status::Warn
        {
            built.message = Some(not_taken_out(built.failures));
        }
    }
}

impl Audit {
    pub(super) fn new(
        execution: &Arc<Execution>,
        node: &Arc<Node>,
        tests: Vec<(usize, Arc<Node>)>,
        scope: Scope,
        ledger: Option<Arc<Ledger>>,
        checks: Arc<Checks>,
        is_tested: bool,
    ) -> Self {
        let (mut takers, tests): (Vec<_>, Vec<_>) =
            tests.into_iter().partition(|(_, test)| test.quarantines());
        in_order(&mut takers);
        Self {
            execution: execution.clone(),
            node: node.clone(),
            tests,
            takers,
            holds: Vec::new(),
            scope,
            ledger,
            checks,
            since: execution.project.base.system.instant(),
            measures: true,
            settles: false,
            is_tested,
            state: Mutex::default(),
        }
    }

    /// Puts rows into quarantine that incidents hold.
    pub(super) fn holding(mut self, holds: Vec<Hold>) -> Self {
        self.holds = holds;
        self
    }

    /// Says whether what was built is measured now; a batch is not, as the node is measured when all are there.
    pub(super) fn measuring(mut self, measures: bool) -> Self {
        self.measures = measures;
        self
    }

    /// Settles what is in quarantine, though no test takes rows out.
    pub(super) fn settling(mut self, settles: bool) -> Self {
        self.settles = settles;
        self
    }

    /// Returns what the tests gave, and why the node was refused, if it was.
    pub(super) fn end(&self) -> Looked {
        let mut state = self.state();
        Looked {
            ended: std::mem::take(&mut state.ended),
            refusal: state.refusal.take(),
            counts: state.counts.take(),
        }
    }

    /// Drops what was committed under another name and has not been renamed. What is left the next run drops.
    pub(super) fn give_up(&self, session: &Session) {
        let Some(staged) = self.state().staged.take() else {
            return;
        };
        let rolled_back = session.connection().rollback();
        if rolled_back.is_ok() {
            let sql = format!("drop table if exists {}", staged.render());
            let _ = self.beside(&sql, false);
        }
    }

    /// Sends a statement by a connection of its own: one that was stopped sends nothing more.
    fn beside(&self, sql: &str, fetch: bool) -> Result<(), AdapterError> {
        let mut connection = self.execution.adapter.connect("audit")?;
        connection.execute(sql, fetch, None).map(|_| ())
    }

    /// Takes rows out into the quarantine, and has the other tests look at what is left.
    pub(super) fn look(&self, session: &Arc<Session>) -> Looked {
        let mut ended = Vec::new();
        let mut counts = None;
        if !self.takers.is_empty() || !self.holds.is_empty() {
            match self.take_out(&mut ended, session) {
                Ok(counted) => counts = counted,
                Err(failure) => {
                    // The tests have not seen all, and no row of what they saw is put aside.
                    return Looked {
                        ended: Vec::new(),
                        refusal: Some(failure),
                        counts,
                    };
                }
            }
        }
        let measured = match self.measure(counts.as_ref(), session) {
            Ok(measured) => measured,
            Err(failure) => {
                return Looked {
                    ended: Vec::new(),
                    refusal: Some(failure),
                    counts,
                };
            }
        };
        if !ended.iter().any(Audited::refuses) {
            ended.extend(self.run_all(session));
        }
        let mut refused = ended.iter().any(Audited::refuses);
        let signals = match refused {
            true => Vec::new(),
            false => self.signals(measured.as_ref(), &ended),
        };
        refused |= !signals.is_empty();
        if let Some(measured) = &measured {
            let info = node_info(&self.node, String::new());
            let signals = refused.then_some(signals.as_slice());
            self.checks.tell(info, measured, signals);
        }
        let refusal = refused.then(|| self.refuse(&mut ended, &signals, session));
        Looked {
            ended,
            refusal,
            counts,
        }
    }

    /// Measures what was built.
    fn measure(
        &self,
        counts: Option<&Counts>,
        session: &Arc<Session>,
    ) -> Result<Option<Measured>, Failure> {
        if !self.measures {
            return Ok(None);
        }
        let measured = self.checks.measure(&self.node, counts, session)?;
        let now = self.execution.project.base.system.instant();
        Ok(measured.map(|it| Measured {
            seconds: now.saturating_sub(self.since).as_secs_f64(),
            ..it
        }))
    }

    /// Lists what is out of control, and stops the publication.
    fn signals(&self, measured: Option<&Measured>, ended: &[Audited]) -> Vec<String> {
        let figures = measured.map(Measured::figures).unwrap_or_default();
        let mut signals = self.checks.signals(&self.node.unique_id, &figures);
        for test in ended {
            let failures = match &test.built {
                Ok(built) => built.failures,
                Err(_) => None,
            };
            if let Some(failures) = failures {
                let figures = of_test(failures, measured);
                signals.extend(self.checks.signals(&test.node.unique_id, &figures));
            }
        }
        signals
    }

    /// Moves the rows that fail tests; none comes out if a test refuses the node.
    fn take_out(
        &self,
        ended: &mut Vec<Audited>,
        session: &Arc<Session>,
    ) -> Result<Option<Counts>, Failure> {
        let own = || session.take_up(&self.node.unique_id, Some(Resource::Node(&self.node)));
        own()?;
        let run_id = match &self.ledger {
            Some(ledger) => ledger.run_id().to_owned(),
            None => self.execution.project.base.invocation_id.to_string(),
        };
        let mut quarantine = Quarantine::open(&self.execution, &self.node, session, run_id)?;
        let mut taking = quarantine.begin(self.scope)?;
        for hold in &self.holds {
            quarantine.look_at_held(hold, &mut taking)?;
        }
        for (place, (step, test)) in self.takers.iter().enumerate() {
            let taking = &mut taking;
            let looked = self.run(*step, test, session, |node, _| {
                quarantine.look(place, node, taking)?;
                Ok(taken_out(0))
            });
            let broken = looked.built.is_err();
            if broken {
                // Those before it have only begun to look: they are skipped, as those after it are.
                ended.clear();
            }
            ended.push(looked);
            if broken {
                return Ok(None);
            }
        }
        own()?;
        let (taken, taking) = quarantine.take_out(taking)?;
        for Taken {
            place,
            rows,
            passed,
        } in taken
        {
            if let Some(test) = ended.get_mut(place) {
                test.built = Ok(match passed {
                    Some((limit, all)) => too_many(rows, all, &limit.to_string()),
                    None => taken_out(rows),
                });
            }
        }
        if ended.iter().any(Audited::refuses) {
            return Ok(None);
        }
        quarantine.end(taking, self.scope).map(Some)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs tests one after the other; one that the database refuses ends the transaction, and is the
    /// last.
    fn run_all(&self, session: &Arc<Session>) -> Vec<Audited> {
        let mut ended = Vec::new();
        for (step, test) in &self.tests {
            let audited = self.run(*step, test, session, |node, called| {
                self.execution.data_test(node, session, called)
            });
            let broken = audited.built.is_err();
            ended.push(audited);
            if broken {
                break;
            }
        }
        ended
    }

    fn run(
        &self,
        step: usize,
        test: &Arc<Node>,
        session: &Arc<Session>,
        examine: impl FnOnce(&Arc<Node>, &mut Vec<String>) -> Result<Built, Failure>,
    ) -> Audited {
        let base = &self.execution.project.base;
        let system = &*base.system;
        let start = system.instant();
        let info = node_info(test, phases::timestamp(system));
        let told = Arc::new(info.clone());
        let (mut node, mut timing, mut called) = (test.clone(), Vec::new(), Vec::new());
        let run = || {
            session.take_up(&test.unique_id, Some(Resource::Node(test)))?;
            phases::begin("compile", &mut timing, system);
            base.sink.emit(Event::NodeCompiling(told.clone()));
            let compiler = &self.execution.compiler;
            let compiled = compiler.compile(test, session, Names::default());
            phases::end(&mut timing, system);
            node = compiled?;
            base.sink.emit(Event::NodeExecuting(told.clone()));
            phases::begin("execute", &mut timing, system);
            let built = examine(&node, &mut called);
            phases::end(&mut timing, system);
            built
        };
        let built = run();
        let elapsed = system.instant().saturating_sub(start).as_secs_f64();
        Audited {
            step,
            node,
            info,
            timing,
            elapsed,
            built,
            called,
        }
    }

    /// Keeps what is to be looked at, gives the transaction up, and says why.
    fn refuse(&self, ended: &mut [Audited], signals: &[String], session: &Arc<Session>) -> Failure {
        let quoting = session.project.quoting;
        let own = node_relation(&self.node, quoting);
        let rejected = rejected(&own);
        let bad: Vec<&Audited> = ended.iter().filter(|it| it.refuses()).collect();
        let stopped = bad.iter().find(|it| it.is_stopped(&self.execution.stop));
        if let Some(stopped) = stopped.map(|it| it.node.name.clone()) {
            // If that fails, too, the transaction ends with its connection.
            let _ = session.connection().rollback();
            take_back(ended, "");
            return Failure::Stopped(format!(
                "Not published: the run was stopped while the test `{stopped}` ran. {}",
                self.as_before(&own)
            ));
        }
        let stored = bad
            .iter()
            .filter(|it| it.built.is_ok() && it.node.relation_name.is_some());
        let stored: Vec<Relation> = stored.map(|it| node_relation(&it.node, quoting)).collect();
        let senseless = |it: &&Audited| matches!(it.built, Err(Failure::Quarantine { .. }));
        let kept = match bad.iter().any(senseless) {
            true => session.connection().rollback().map(|()| false),
            false => self.keep(&own, &rejected, &stored, session).map(|()| true),
        };
        let names: Vec<_> = bad.iter().map(|it| it.node.name.as_str()).collect();
        let reason = match signals {
            [] => format!(
                "{} of {} data tests failed ({})",
                bad.len(),
                self.tests.len() + self.takers.len(),
                names.join(", ")
            ),
            signals => signals.join("; "),
        };
        let message = format!("Not published: {reason}. {}", self.as_before(&own));
        let help = match &kept {
            Ok(true) => format!("what was refused is in {}", rejected.render()),
            Ok(false) => "nothing was written".to_owned(),
            Err(_) if bad.iter().any(|it| it.built.is_err()) => {
                "a test that the database refuses ends the transaction, so nothing of it is kept: \
                 mend the test"
                    .to_owned()
            }
            Err(error) => format!("what was refused could not be kept: {error}"),
        };
        let tests = bad.iter().map(|it| it.node.location).collect();
        let is_kept = matches!(kept, Ok(true));
        let kept = if is_kept {
            rejected.render()
        } else {
            String::new()
        };
        take_back(ended, &kept);
        Failure::Refused {
            message,
            help,
            tests,
        }
    }

    /// Says what everybody reads once the transaction is given up.
    fn as_before(&self, own: &Relation) -> String {
        let name = own.render();
        match self.beside(&format!("select * from {name} limit 0"), true) {
            Ok(()) => format!("{name} is as it was."),
            Err(_) => format!("There is no {name} yet."),
        }
    }

    fn keep(
        &self,
        own: &Relation,
        rejected: &Relation,
        stored: &[Relation],
        session: &Arc<Session>,
    ) -> Result<(), AdapterError> {
        let mut connection = session.connection();
        // The transaction holds these names: until it is over, other ones stand for them.
        let aside: Vec<Relation> = stored.iter().map(rejected_beside).collect();
        let mut keep = || {
            connection.copy_out(own, rejected)?;
            for (from, to) in stored.iter().zip(&aside) {
                connection.copy_out(from, to)?;
            }
            Ok(())
        };
        let kept: Result<(), AdapterError> = keep();
        connection.rollback()?;
        kept?;
        for (name, from) in stored.iter().zip(&aside) {
            connection.copy_out(from, name)?;
            connection.execute(&format!("drop table {}", from.render()), false, None)?;
        }
        Ok(())
    }

    /// What was refused before is of no more use, and what is published is listed.
    pub(super) fn publish(
        &self,
        counts: Option<&Counts>,
        session: &Arc<Session>,
    ) -> Result<(), Failure> {
        if self.is_tested {
            drop_rejected(&self.node, session)?;
        }
        if self.settles {
            quarantine::settle(&self.node, session)?;
        }
        let Some(ledger) = &self.ledger else {
            return Ok(());
        };
        if let Some(counts) = counts {
            record_counts(counts, ledger, &self.node, session)?;
        }
        ledger.record(&self.node, session)
    }
}

impl Gate for Audit {
    fn pass(&self, session: &Arc<Session>) -> Result<bool, Error> {
        if std::mem::replace(&mut self.state().passing, true) {
            return Ok(false);
        }
        let Looked {
            mut ended,
            refusal: refused,
            counts,
        } = self.look(session);
        let publish = || self.publish(counts.as_ref(), session).err();
        let refusal = match refused {
            Some(refusal) => Some(refusal),
            None => publish().inspect(|_| take_back(&mut ended, "")),
        };
        let taken_up = session.take_up(&self.node.unique_id, Some(Resource::Node(&self.node)));
        let refusal = refusal.or(taken_up.err().map(Failure::from));
        let mut state = self.state();
        state.passing = false;
        state.ended.extend(ended);
        state.counts = counts;
        if refusal.is_none() {
            return Ok(true);
        }
        state.refusal = refusal;
        Err(raise("DbtRuntimeError", "not published"))
    }

    fn stage(&self, session: &Session, relation: &Relation) -> Result<bool, AdapterError> {
        if self.tests.is_empty() && self.takers.is_empty() && self.holds.is_empty() {
            return Ok(false);
        }
        let mut connection = session.connection();
        let sql = format!("select count(*) from {}", relation.render());
        let (_, count) = connection.execute(&sql, true, None)?;
        let count = count.rows.first().and_then(|row| row.first());
        if !matches!(count, Some(Cell::Integer(rows)) if *rows >= MANY) {
            return Ok(false);
        }
        connection.commit()?;
        self.state().staged = Some(relation.clone());
        connection.begin()?;
        Ok(true)
    }
}

/// Returns the figures of a test that found so many failures.
#[allow(clippy::cast_precision_loss, reason = "charts are about magnitudes")]
fn of_test(failures: i64, measured: Option<&Measured>) -> Vec<Figure> {
    let failures = Figure {
        metric: "failures",
        part: None,
        value: failures as f64,
        size: None,
    };
    let share = measured.map(|it| Figure {
        metric: "failure_share",
        size: Some(it.rows as f64),
        ..failures.clone()
    });
    [Some(failures), share].into_iter().flatten().collect()
}

/// Drops what was refused of a node before: it is published by now.
pub(super) fn drop_rejected(node: &Node, session: &Session) -> Result<(), AdapterError> {
    let rejected = rejected(&node_relation(node, session.project.quoting));
    let sql = format!("drop table if exists {}", rejected.render());
    session.connection().execute(&sql, false, None).map(|_| ())
}

/// Names the table of what is refused of a relation.
fn rejected(relation: &Relation) -> Relation {
    let schema = relation.schema.as_deref().unwrap_or_default();
    Relation {
        schema: Some(format!("{schema}{REJECTED}")),
        ..relation.clone()
    }
}

/// Names a table beside a relation.
fn rejected_beside(relation: &Relation) -> Relation {
    let name = relation.identifier.as_deref().unwrap_or_default();
    Relation {
        identifier: Some(format!("{name}{REJECTED}")),
        ..relation.clone()
    }
}
