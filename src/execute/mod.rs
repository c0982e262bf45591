//! Carries a plan out.
//!
//! In: a [`Plan`], the resources and a database. Out: [`RunOutcome`]: one result per node that
//! people see, and the nodes as compiled. Decides nothing that the plan does not say: which node
//! comes when follows from the plan, what a node does from its materialization's macro. Each
//! worker has one connection; what a node left open is rolled back when it ends, however it ends.
//! Read `scheduler.rs` for the order and `node.rs` for one node's work.

mod advice;
mod alert_store;
mod audit;
mod catalog;
mod checkpoint;
mod clone;
mod columns;
mod data_test;
mod difference;
mod event_delivery;
mod failure;
mod freshness;
mod holds;
mod hooks;
mod incidents;
mod info;
mod ledger;
mod batch_ledger;
mod materialization;
mod measured;
mod metadata;
mod microbatch;
mod node;
mod phases;
mod prepare;
mod quarantine;
mod replay;
mod reported;
mod response;
mod rollback;
mod scheduler;
mod scored;
mod scripts;
pub mod table_diff;
mod together;
mod turn;
mod unchanged;
mod unit_test;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::adapters::{Adapter, AdapterError, Interrupt, RelationCache};
use crate::artifacts::{BatchResults, NodeResult};
use crate::compile::Compiler;
use crate::events::{Event, Status};
use crate::invocation::Window;
use crate::jinja::Engine;
use crate::jinja::context::{Names, Operation, Project, Session};
use crate::nodes::{Node, Resources, UniqueId};
use crate::plan::{Action, Plan, Step};

/// What carrying out needs.
pub struct Execution {
    /// All resources, references resolved.
    pub resources: Arc<Resources>,
    /// Templates and macros.
    pub engine: Engine,
    /// Facts of the invocation.
    pub project: Arc<Project>,
    /// The database.
    pub adapter: Arc<dyn Adapter>,
    /// Compiles nodes.
    pub compiler: Compiler,
    /// Resolves references of templates that run.
    pub operation: Arc<dyn Operation>,
    /// Number of workers.
    pub threads: usize,
    /// The run's own key: once it has ended, it is not done again.
    pub run_key: Option<String>,
    /// Whether all nodes are built in one transaction.
    pub atomic: bool,
    /// Whether the first failure ends the run.
    pub fail_fast: bool,
    /// Whether a test's warning counts as failure.
    pub tests_must_not_warn: bool,
    /// Whether relations of all schemas are listed before the run.
    pub populate_cache: bool,
    /// Set from outside to stop the run.
    pub stop: Arc<AtomicBool>,
    /// Running connections, for stopping them.
    pub interrupts: Interrupts,
    /// What is known of earlier successes, where unchanged nodes are left out.
    pub last_built: Option<Facts>,
    /// Batches of an earlier run: of these models, those that failed are due.
    pub earlier_batches: HashMap<UniqueId, BatchResults>,
    /// The span of time to which batches are held.
    pub window: Option<Window>,
    /// What is measured of nodes.
    pub checkpoints: Arc<Checkpoints>,
    /// Up to when batches are due.
    pub due_until: DateTime<Utc>,
}

/// Handles on all open connections.
#[derive(Clone, Default)]
pub struct Interrupts(Arc<Mutex<Vec<Arc<dyn Interrupt>>>>);

impl Interrupts {
    /// Stops what all connections do.
    pub fn interrupt_all(&self) {
        for handle in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            handle.interrupt();
        }
    }

    fn add(&self, handle: Arc<dyn Interrupt>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(handle);
    }
}

/// What a run leaves.
#[derive(Debug)]
pub struct RunOutcome {
    /// Results in the order in which nodes ended, hooks included.
    pub results: Vec<NodeResult>,
    /// Nodes as compiled, by unique id.
    pub compiled: HashMap<UniqueId, Arc<Node>>,
    /// Time from the first hook to the last.
    pub elapsed: Duration,
    /// Whether the run was stopped from outside.
    pub cancelled: bool,
    /// What is known of successes from here on, where somebody asks.
    pub last_built: Option<Facts>,
    /// How the run with the same key ended: nothing has been done.
    pub first: Option<FirstRun>,
    /// Nodes that are to be measured yet.
    pub unmeasured: Option<Unmeasured>,
}

impl RunOutcome {
    /// The outcome of a run that could not begin.
    pub fn nothing() -> Self {
        Self {
            results: Vec::new(),
            compiled: HashMap::new(),
            elapsed: Duration::ZERO,
            cancelled: false,
            last_built: None,
            first: None,
            unmeasured: None,
        }
    }

    /// Tells whether everything went well, in the sense of exit code 0.
    pub fn success(&self) -> bool {
        let bad = |status: Status| status.is_failure() || status == Status::Skipped;
        !self.cancelled && !self.results.iter().any(|result| bad(result.status))
    }
}

impl Execution {
    /// Opens a session with a connection of its own.
    pub fn session(&self, cache: &Arc<RelationCache>, name: &str) -> Result<Arc<Session>, Failure> {
        let session = self.open(cache, name)?;
        session.take_up(name, None)?;
        Ok(session)
    }

    /// Opens a session that has nothing to work on.
    fn open(&self, cache: &Arc<RelationCache>, name: &str) -> Result<Arc<Session>, AdapterError> {
        let connection = self.adapter.connect(name)?;
        self.interrupts.add(connection.interrupt_handle());
        Ok(Arc::new(Session {
            engine: self.engine.clone(),
            project: self.project.clone(),
            adapter: self.adapter.clone(),
            cache: cache.clone(),
            operation: self.operation.clone(),
            connection: Arc::new(Mutex::new(connection)),
            usage: Mutex::default(),
            gate: Mutex::default(),
            asked: Arc::default(),
        }))
    }
}

/// Carries a plan out. `Err` is a database that cannot be opened or prepared at all.
pub fn execute(execution: &Arc<Execution>, plan: &Plan) -> Result<RunOutcome, failure::Failure> {
    let clock = execution.project.base.system.clone();
    let start = clock.instant();
    let cache = Arc::new(RelationCache::default());
    let master = execution.session(&cache, "master")?;
    let total = plan.visible();
    execution.project.base.sink.emit(Event::Concurrency {
        threads: execution.threads,
        target: target_name(execution),
        nodes: total,
    });
    let ledger = match ledger::open(execution, plan, &master)? {
        Opened::Nothing => None,
        Opened::Run(ledger) => Some(ledger),
        Opened::Ended(first) => {
            return Ok(RunOutcome {
                first: Some(first),
                ..RunOutcome::nothing()
            });
        }
    };
    prepare::prepare(execution, plan, &master)?;
    let builds = |step: &Step| matches!(step.action, Action::Materialize(_));
    let holds = match plan.steps.iter().any(builds) && holds::are_there(execution, &master)? {
        true => holds::read(execution, &master)?,
        false => holds::Holds::new(),
    };
    if ledger.is_some() {
        let nodes = quarantine::putting_aside(execution, plan, &holds);
        quarantine::create_counts(nodes, &master)?;
    }
    let mut results = Vec::new();
    let mut hooked = HashMap::new();
    let started = hooks::run(
        execution,
        &plan.on_run_start,
        "on-run-start",
        &master,
        Names::default(),
        &mut hooked,
    );
    let hooks_failed = started.iter().any(|result| result.status.is_failure());
    results.extend(started);
    let together = match execution.atomic {
        true => Some(together::session(execution, &cache)?),
        false => None,
    };
    let run = node::Run::new(execution, plan, &cache, together.clone(), ledger.clone());
    let run = run.holding(holds);
    let checks = run.checks.clone();
    let needs: Vec<Vec<usize>> = plan.steps.iter().map(|step| step.needs.clone()).collect();
    if hooks_failed && skips_after_failed_start(execution) {
        run.skip_all();
    } else {
        scheduler::schedule(
            &run,
            &needs,
            if execution.atomic {
                1
            } else {
                execution.threads
            },
            execution.fail_fast || execution.atomic,
            &execution.stop,
        );
    }
    if let Some(session) = &together {
        run.end_together(session);
    }
    let (ended, mut compiled, last_built) = run.into_results();
    results.extend(ended);
    // As in dbt, nothing begins any more once the run is stopped.
    let cancelled = execution.stop.load(Ordering::SeqCst);
    // What hooks see is worked out for them alone.
    if !cancelled && !plan.on_run_end.is_empty() {
        let names = hooks::end_names(execution, &results, |id| {
            compiled.get(id).or_else(|| hooked.get(id))
        });
        let (kind, end) = ("on-run-end", &plan.on_run_end);
        let mut ended = HashMap::new();
        results.extend(hooks::run(execution, end, kind, &master, names, &mut ended));
        hooked.extend(ended);
    }
    if let Some(ledger) = &ledger {
        ledger.close(&results, cancelled, &master)?;
    }
    compiled.extend(hooked);
    // Ephemeral models that a query needed are compiled, were they chosen or not.
    let ephemeral = &execution.compiler.ephemeral;
    let ephemeral = ephemeral.lock().unwrap_or_else(PoisonError::into_inner);
    for (id, node) in &*ephemeral {
        compiled.entry(id.clone()).or_insert_with(|| node.clone());
    }
    let unmeasured = checks.unmeasured(&results, &cache);
    Ok(RunOutcome {
        results,
        compiled,
        elapsed: clock.instant().saturating_sub(start),
        cancelled,
        last_built,
        first: None,
        unmeasured: unmeasured.filter(|_| !cancelled),
    })
}

pub use alert_store::{ALERTS, AlertStore};
pub use audit::REJECTED;
pub use catalog::{CatalogRequest, Found, catalog};
pub use checkpoint::{Checkpoints, Unmeasured};
pub use difference::{
    CHANGES, ComparedColumn, ComparedRow, Comparison, Difference, Side, difference,
};
pub use event_delivery::{EVENTS, EventStore, Undelivered};
pub use failure::Failure;
pub use holds::Hold;
pub use incidents::{Incident, IncidentStep, Incidents};
use ledger::Opened;
pub use ledger::{
    FirstRun, SCHEMA as LEDGER_SCHEMA, VERSIONS, Version, Versions, code_checksum, versions,
};
pub use measured::Measurements;
pub use metadata::{MetadataMerge, MetadataRun, MetadataStore};
pub use microbatch::{STRATEGY_MACRO, builds_batches};
use quarantine::Scope;
pub use quarantine::{Correction, Decided, Decision, KeptRows, RowOutcome, RowState, STATES};
pub use replay::{REPLAYS, Replay, replay, replayed_as};
pub use reported::{LastResult, Records};
pub use rollback::{Restored, RolledBack, rollback};
pub use scored::{EntitiesOf, EntityScore, Scoring, TestResult};
pub use scripts::{Before, Script, Scripts, scripts};
pub use together::not_together;
pub use unchanged::{Fact, Facts};

fn target_name(execution: &Execution) -> String {
    execution
        .project
        .target
        .get("name")
        .and_then(|it| it.as_str())
        .unwrap_or_default()
        .to_owned()
}

/// dbt's flag `skip_nodes_if_on_run_start_fails`, off unless the project sets it.
fn skips_after_failed_start(execution: &Execution) -> bool {
    let flag = execution
        .project
        .base
        .flags
        .get("SKIP_NODES_IF_ON_RUN_START_FAILS");
    flag.and_then(serde_json::Value::as_bool).unwrap_or(false)
}
