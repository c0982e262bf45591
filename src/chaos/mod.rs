//! What becomes of the target's rows when runs are disturbed: killed, failing, slow, late, twice.
//!
//! In: a project that is read, and the files of its databases. Out: a [`Report`]. Runs are processes of
//! their own on copies of the databases, with faults that [`crate::adapters::Faults`] brings; after
//! each, the run is done again, and every relation is compared with what an undisturbed run leaves.
//! Read `lab.rs` for the copies and `disturbances.rs` for what is done to them.

mod bad_rows;
mod content;
mod deliveries;
mod disturbances;
mod inputs;
mod lab;
mod outgoing;
mod report;
mod steadiness;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub use content::Difference;
pub use report::{Report, Trial, Unsteady};

use crate::adapters::{AdapterError, Quoting, Relation};
use crate::graph::Graph;
use crate::invocation::SCENARIOS;
use crate::jinja::context::node_relation;
use crate::nodes::{Dict, Node, Resources, UniqueId};
use crate::system::{System, SystemError};
use content::Contents;
use lab::{Blow, Ended, Lab, State};

/// What is asked for.
pub struct Request<'a> {
    /// Files, processes, clock.
    pub system: &'a dyn System,
    /// dsql itself.
    pub program: PathBuf,
    /// Options of each run.
    pub arguments: Vec<String>,
    /// Options of each run that choose its nodes.
    pub selection: Vec<String>,
    /// The folder that runs start in.
    pub folder: PathBuf,
    /// The folder for copies and artifacts; what is in it is removed.
    pub scratch: PathBuf,
    /// `type` of the target.
    pub engine: &'a str,
    /// The target.
    pub credentials: &'a Dict,
    /// Files of its databases, as the target names them.
    pub databases: Vec<String>,
    /// How names are written.
    pub quoting: Quoting,
    /// All resources.
    pub resources: &'a Resources,
    /// The DAG.
    pub graph: &'a Graph,
    /// The nodes with relations that runs build, in an order in which each comes after what it needs.
    pub nodes: Vec<Arc<Node>>,
    /// The data tests that runs run.
    pub tests: Vec<Arc<Node>>,
    /// Names of scenarios; none are all.
    pub scenarios: Vec<String>,
    /// How many instants are picked to kill a run, and how many statements to fail.
    pub kills: usize,
    /// At how many boundaries of statements a run is killed; none is all of them.
    pub boundaries: Option<usize>,
    /// What picks them.
    pub seed: u64,
    /// Told what is about to be done.
    pub progress: &'a dyn Fn(String),
    /// Set to stop.
    pub stop: &'a AtomicBool,
}

impl Request<'_> {
    fn relation(&self, node: &Node) -> Relation {
        node_relation(node, self.quoting)
    }

    /// Tells whether somebody wants it to end.
    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    fn wants(&self, scenario: &str) -> bool {
        self.scenarios.is_empty() || self.scenarios.iter().any(|it| it == scenario)
    }
}

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Files could not be copied, or a run could not be started.
    #[error("{0}")]
    System(#[from] SystemError),
    /// A copy could not be opened or asked.
    #[error("{0}")]
    Database(#[from] AdapterError),
    /// Something else.
    #[error("{0}")]
    Broken(String),
    /// The undisturbed run fails: what it says.
    #[error("the run fails without being disturbed")]
    Unsound(String),
    /// It was stopped.
    #[error("stopped")]
    Stopped,
}

/// What runs are compared with.
struct Baseline {
    /// The databases without what is built.
    before: State,
    /// After one run.
    once: State,
    /// What is in them.
    contents: [Contents; 3],
    /// Statements of the first run and of the second.
    statements: [Vec<(Duration, String)>; 2],
    /// How long the first run takes.
    elapsed: Duration,
    /// Nodes that two undisturbed runs leave different, and what comes after them.
    unsteady: BTreeSet<UniqueId>,
}

/// Disturbs runs and compares.
pub fn chaos(request: &Request<'_>) -> Result<Report, Trouble> {
    let tried = try_all(request);
    // Copies are of no more use, however it ended.
    request.system.remove_all(&request.scratch)?;
    tried
}

fn try_all(request: &Request<'_>) -> Result<Report, Trouble> {
    let lab = Lab::new(request)?;
    let mut report = Report::new(request.seed);
    let baseline = baseline(&lab, &mut report)?;
    for scenario in SCENARIOS.iter().filter(|it| request.wants(it)) {
        let tried = match *scenario {
            "deliveries" => deliveries::deliveries(&lab, &baseline, &mut report),
            "bad-rows" => bad_rows::bad_rows(&lab, &baseline, &mut report),
            scenario => disturbances::disturb(scenario, &lab, &baseline, &mut report),
        };
        if tried.is_err() && request.is_stopped() {
            report.stopped = true;
            break;
        }
        tried?;
    }
    Ok(report)
}

/// Runs undisturbed: from nothing, again from nothing, and on top of that.
fn baseline(lab: &Lab<'_>, report: &mut Report) -> Result<Baseline, Trouble> {
    let blow = Blow {
        single: true,
        noted: true,
        ..Blow::default()
    };
    (lab.request.progress)("Undisturbed runs".to_owned());
    lab.change(&lab.look()?.drops(lab.request))?;
    let before = lab.save("before")?;
    let start = lab.look()?;
    let first = sound(lab.run(&["build"], &blow)?)?;
    let once = lab.save("once")?;
    let after = lab.look()?;
    lab.restore(&before)?;
    sound(lab.run(&["build"], &Blow::default())?)?;
    let again = lab.look()?;
    lab.restore(&once)?;
    let second = sound(lab.run(&["build"], &blow)?)?;
    let twice = lab.look()?;
    let unsteady = steadiness::find(lab, &after, &again, report)?;
    Ok(Baseline {
        before,
        once,
        contents: [start, after, twice],
        statements: [first.statements, second.statements],
        elapsed: first.elapsed,
        unsteady,
    })
}

fn sound(ended: Ended) -> Result<Ended, Trouble> {
    match ended.well() {
        true => Ok(ended),
        false => Err(Trouble::Unsound(ended.output)),
    }
}

/// Stops where somebody wants it.
fn go_on(lab: &Lab<'_>) -> Result<(), Trouble> {
    match lab.request.is_stopped() {
        true => Err(Trouble::Stopped),
        false => Ok(()),
    }
}

/// Takes a trial into the report, and says from time to time how many there are. One that was stopped
/// itself says nothing: Ctrl-C reaches its runs, too.
fn note(lab: &Lab<'_>, report: &mut Report, trial: Trial) -> Result<(), Trouble> {
    go_on(lab)?;
    let scenario = trial.scenario.clone();
    report.trials.push(trial);
    if lab.is_time_to_tell() {
        let lines = report.lines();
        if let Some(line) = lines.iter().find(|it| it.scenario == scenario) {
            let (trials, differing) = (line.trials, line.differing);
            let told = format!("{scenario}: {trials} tried so far, {differing} differ");
            (lab.request.progress)(told);
        }
    }
    Ok(())
}
