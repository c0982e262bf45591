//! Data tests of a node on what its transaction holds: it is committed if they pass.
//!
//! In: a node with `publish: audited`, built and not committed, and its tests. Out: their results, and
//! a commit, or a rollback: then everybody reads what was there before. The rows that were refused are
//! kept in a table of their own, and so are those that tests store.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::info::node_info;
use super::ledger::Ledger;
use super::node::Built;
use super::{Execution, Failure, phases};
use crate::adapters::{AdapterError, Relation};
use crate::artifacts::Timing;
use crate::events::{Event, NodeInfo, Status};
use crate::jinja::Error;
use crate::jinja::context::{Gate, Names, Session, node_relation};
use crate::jinja::library::errors::raise;
use crate::nodes::{Node, Resource};

/// What is added to the name of a schema: there are the rows that were refused.
const REJECTED: &str = "_rejected";

/// Stands before the commit of one node.
pub(super) struct Audit {
    execution: Arc<Execution>,
    node: Arc<Node>,
    /// The tests, with the steps that they are in the plan.
    tests: Vec<(usize, Arc<Node>)>,
    ledger: Option<Arc<Ledger>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What a test itself wants to commit goes with the node's transaction.
    passing: bool,
    ended: Vec<Audited>,
    refusal: Option<Failure>,
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
}

impl Audit {
    pub(super) fn new(
        execution: &Arc<Execution>,
        node: &Arc<Node>,
        tests: Vec<(usize, Arc<Node>)>,
        ledger: Option<Arc<Ledger>>,
    ) -> Self {
        Self {
            execution: execution.clone(),
            node: node.clone(),
            tests,
            ledger,
            state: Mutex::default(),
        }
    }

    /// Returns what the tests gave, and why the node was refused, if it was.
    pub(super) fn end(&self) -> (Vec<Audited>, Option<Failure>) {
        let mut state = self.state();
        (std::mem::take(&mut state.ended), state.refusal.take())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs tests one after the other; one that the database refuses ends the transaction, and is the
    /// last.
    fn run_all(&self, session: &Arc<Session>) -> Vec<Audited> {
        let mut ended = Vec::new();
        for (step, test) in &self.tests {
            let audited = self.run(*step, test, session);
            let broken = audited.built.is_err();
            ended.push(audited);
            if broken {
                break;
            }
        }
        ended
    }

    fn run(&self, step: usize, test: &Arc<Node>, session: &Arc<Session>) -> Audited {
        let base = &self.execution.project.base;
        let system = &*base.system;
        let start = system.instant();
        let info = node_info(test, phases::timestamp(system));
        let told = Arc::new(info.clone());
        let (mut node, mut timing, mut called) = (test.clone(), Vec::new(), Vec::new());
        let mut run = || {
            session.take_up(&test.unique_id, Some(Resource::Node(test)))?;
            phases::begin("compile", &mut timing, system);
            base.sink.emit(Event::NodeCompiling(told.clone()));
            let compiler = &self.execution.compiler;
            let compiled = compiler.compile(test, session, Names::default());
            phases::end(&mut timing, system);
            node = compiled?;
            base.sink.emit(Event::NodeExecuting(told.clone()));
            phases::begin("execute", &mut timing, system);
            let built = self.execution.data_test(&node, session, &mut called);
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
    fn refuse(&self, ended: &[Audited], session: &Arc<Session>) -> Failure {
        let quoting = session.project.quoting;
        let own = node_relation(&self.node, quoting);
        let rejected = rejected(&own);
        let bad: Vec<&Audited> = ended.iter().filter(|it| it.refuses()).collect();
        let stored = bad
            .iter()
            .filter(|it| it.built.is_ok() && it.node.relation_name.is_some());
        let stored: Vec<Relation> = stored.map(|it| node_relation(&it.node, quoting)).collect();
        let kept = self.keep(&own, &rejected, &stored, session);
        let names: Vec<_> = bad.iter().map(|it| it.node.name.as_str()).collect();
        let message = format!(
            "Not published: {} of {} data tests failed ({}). {} is as it was.",
            bad.len(),
            self.tests.len(),
            names.join(", "),
            own.render()
        );
        let help = match kept {
            Ok(()) => format!("what was refused is in {}", rejected.render()),
            Err(_) if bad.iter().any(|it| it.built.is_err()) => {
                "a test that the database refuses ends the transaction, so nothing of it is kept: \
                 mend the test"
                    .to_owned()
            }
            Err(error) => format!("what was refused could not be kept: {error}"),
        };
        Failure::Refused {
            message,
            help,
            tests: bad.iter().map(|it| it.node.location).collect(),
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
    fn publish(&self, session: &Arc<Session>) -> Result<(), Failure> {
        if !self.tests.is_empty() {
            let rejected = rejected(&node_relation(&self.node, session.project.quoting));
            let sql = format!("drop table if exists {}", rejected.render());
            session.connection().execute(&sql, false, None)?;
        }
        match &self.ledger {
            Some(ledger) => ledger.record(&self.node, session),
            None => Ok(()),
        }
    }
}

impl Gate for Audit {
    fn pass(&self, session: &Arc<Session>) -> Result<bool, Error> {
        if std::mem::replace(&mut self.state().passing, true) {
            return Ok(false);
        }
        let ended = self.run_all(session);
        let refusal = match ended.iter().any(Audited::refuses) {
            true => Some(self.refuse(&ended, session)),
            false => self.publish(session).err(),
        };
        let taken_up = session.take_up(&self.node.unique_id, Some(Resource::Node(&self.node)));
        let refusal = refusal.or(taken_up.err().map(Failure::from));
        let mut state = self.state();
        state.passing = false;
        state.ended.extend(ended);
        if refusal.is_none() {
            return Ok(true);
        }
        state.refusal = refusal;
        Err(raise("DbtRuntimeError", "not published"))
    }
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
