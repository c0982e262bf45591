//! The whole product on one screen: an invocation goes in, an [`Outcome`] comes out.
//!
//! Every command reads the project (load, packages, parse, graph) and stops there if anything is
//! wrong. Commands that work on nodes select, plan and carry out; artifacts are written on every
//! way out. Nothing here prints or exits: the command line does.

mod alerts;
mod artifacts;
mod binding;
mod built;
mod changed;
mod chaos;
mod check;
mod checkpoints;
mod columns;
mod compile;
mod counts;
mod debug;
mod deprecated_macros;
mod deprecated_options;
mod deps;
mod described;
mod dialect;
mod docs;
mod event_log;
mod facts;
mod generate;
mod hidden;
mod impact;
mod incident;
mod inherit;
mod inline;
mod insights;
mod lineage;
mod list;
mod logs;
mod metadata;
mod observe;
mod owned;
mod openlineage;
mod product;
mod quarantine;
mod recheck;
mod replay;
mod report;
mod resources;
mod retry;
mod run_operation;
mod score;
mod seed_file;
mod selection;
mod show;
mod spc;
mod state;
mod unchanged;
mod versions;
mod watch;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;

pub use alerts::Alerted;
use built::Built;
pub use incident::{Incidental, Planned};
pub use inherit::Inheritance;
pub use insights::Insights;
pub use list::list;
use owned::Owned;
pub use product::{Asked, Impact, Listed, Product, Traced};
pub use quarantine::Quarantined;
pub use replay::{ReplayVerdict, Replayed};
use resources::Keep;
pub use score::Scored;
pub use spc::Charted;

use crate::adapters::{self, Adapter, Faults, Others};
use crate::alerts::Settings as AlertSettings;
use crate::check::Settings as CheckSettings;
use crate::checkpoint::Settings as CheckpointSettings;
use crate::control::Settings as ControlSettings;
use crate::diagnostics::{self, Code, Diagnostic};
use crate::event_log::Recorder;
use crate::events::{Event, Fate, LOG_TEST_RESULT, Sink};
use crate::execute::{self, Execution, Interrupts, RunOutcome, Unmeasured};
use crate::graph::selection::Selectors;
use crate::graph::{Graph, GraphOptions, Index, check_quarantine, check_settings, deprecated};
use crate::insights::Settings as InsightsSettings;
use crate::invocation::{Command, Consulted, Invocation, Rehearsal, Window};
use crate::jinja::Engine;
use crate::jinja::context::{Base, Project as Facts};
use crate::nodes::{ON_FAILURE, ON_FAILURES, ResourceType, Resources};
use crate::packages::{self, EVENT_MODELS};
use crate::parse::ParseInput;
use crate::plan::{Plan, PlanRequest, plan};
use crate::project::{self, Options, Project};
use crate::records::partial_parse::{Inputs, Listener};
use crate::score::Settings as ScoreSettings;
use crate::system::System;
use crate::text::Texts;
use crate::yaml::Node;
use retry::Retried;
use selection::selected;
use state::States;

/// How an invocation ends, in the sense of exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything went well (0).
    Done,
    /// Something failed (1).
    Failed,
    /// It could not run (2).
    CouldNotRun,
}

impl Exit {
    /// Gives way where artifacts could not be written, which ends dbt's commands like this.
    fn if_written(self, written: bool) -> Self {
        if written { self } else { Self::CouldNotRun }
    }
}

/// What an invocation leaves.
#[derive(Debug)]
pub struct Outcome {
    /// All texts, for showing findings.
    pub texts: Texts,
    /// What is wrong with the project, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// How it ended.
    pub exit: Exit,
    /// What is to be shown.
    pub product: Product,
}

/// What the caller gives besides the invocation.
#[derive(Clone)]
pub struct Surroundings {
    /// Files, environment, clock.
    pub system: Arc<dyn System>,
    /// Where events go.
    pub sink: Arc<dyn Sink>,
    /// Identity of the run.
    pub invocation_id: Arc<str>,
    /// Set to stop the run.
    pub stop: Arc<AtomicBool>,
    /// Stops running statements.
    pub interrupts: Interrupts,
}

/// A project that is read and whose references are resolved.
pub struct Ready {
    /// The project, its packages and profile.
    pub project: Arc<Project>,
    /// Facts that templates see.
    pub facts: Arc<Facts>,
    /// Templates and macros.
    pub engine: Engine,
    /// All resources.
    pub resources: Arc<Resources>,
    /// The DAG.
    pub graph: Graph,
    /// The database, not opened yet.
    pub adapter: Arc<dyn Adapter>,
    /// Hears what templates say.
    listener: Arc<Listener>,
    /// The texts of the project's files.
    pub texts: Texts,
    /// What was found while it was read and linked.
    found: Vec<Diagnostic>,
    /// `selectors.yml`, where there is one.
    selectors: Option<Node>,
    /// What `dsql.yml` says of checks.
    check_settings: CheckSettings,
    /// What it measures of nodes.
    checkpoints: CheckpointSettings,
    /// What it puts under control.
    control: ControlSettings,
    /// Who is told of what.
    alerts: Option<AlertSettings>,
    /// What runs have said that are over.
    heard: OnceLock<Vec<alerts::Heard>>,
    /// Where OpenLineage's events go.
    openlineage: Option<openlineage::Settings>,
    /// How it scores data.
    score: ScoreSettings,
    /// What there may be of something.
    insights: InsightsSettings,
    /// What earlier runs left.
    states: States,
    /// What `retry` does again.
    retried: Option<Retried>,
    /// Present where the next run can take something up.
    keep: Option<Arc<Keep>>,
    /// What a run has built, where somebody asks afterwards.
    built: OnceLock<Built>,
    /// What it has not measured yet.
    unmeasured: Mutex<Vec<Unmeasured>>,
}

/// A project whose settings and files are read, and nothing is made of them.
struct Opened {
    project: Arc<Project>,
    adapter: Arc<dyn Adapter>,
    facts: Arc<Facts>,
    listener: Arc<Listener>,
    packages_override_materializations: bool,
    stop: Arc<AtomicBool>,
    graph_options: GraphOptions,
    selectors: Option<Node>,
    check_settings: CheckSettings,
    checkpoints: CheckpointSettings,
    control: ControlSettings,
    alerts: Option<AlertSettings>,
    openlineage: Option<openlineage::Settings>,
    score: ScoreSettings,
    /// What there may be of something.
    insights: InsightsSettings,
    /// Everything that comes of it depends on these.
    inputs: Arc<Inputs>,
}

impl Opened {
    fn parse_input(&self) -> ParseInput<'_> {
        ParseInput {
            loaded: &self.project,
            project: self.facts.clone(),
            packages_override_materializations: self.packages_override_materializations,
            stop: self.stop.clone(),
        }
    }
}

/// A project whose settings are read, and nothing else of it.
struct Settings {
    project: Project,
    adapter: Arc<dyn Adapter>,
    base: Arc<Base>,
    listener: Arc<Listener>,
}

/// Carries an invocation out. `invocation` takes up the flags of the project.
pub fn run(invocation: &mut Invocation, around: &Surroundings) -> Outcome {
    let recorder = Arc::new(Recorder::new(around.sink.clone(), around.system.clone()));
    let owned = Arc::new(Owned::new(recorder.clone()));
    let around = &Surroundings {
        sink: owned.clone(),
        ..around.clone()
    };
    let outcome = recorded(invocation, around, (&recorder, &owned));
    if outcome.exit != Exit::Done {
        let said = (outcome.diagnostics.as_slice(), &outcome.texts);
        event_log::stop(&recorder, said);
    }
    outcome
}

fn recorded(
    invocation: &mut Invocation,
    around: &Surroundings,
    (recorder, owned): (&Recorder, &Owned),
) -> Outcome {
    let mut texts = Texts::default();
    let mut findings = Vec::new();
    around.sink.emit(Event::Started {
        program: invocation.program.as_str(),
        command: invocation.command.as_str(),
        invocation_id: around.invocation_id.clone(),
    });
    if invocation.command == Command::Deps {
        return deps::deps(invocation, around);
    }
    let direct = invocation.text("inline_direct").is_some();
    if matches!(invocation.command, Command::Debug | Command::Logs) || direct {
        return unread(invocation, around);
    }
    let mut retried = None;
    if invocation.command == Command::Retry {
        retried = retry::recall(invocation, around, &mut texts, &mut findings);
        if retried.is_none() {
            return stopped(texts, findings);
        }
        findings.clear();
    }
    let opened = open(invocation, around, &mut texts, &mut findings);
    let noted = |it| event_log::Beginning::of(recorder, invocation, it, around);
    let beginning = opened.as_ref().and_then(noted);
    if let Some(opened) = &opened
        && let Some(found) = unchanged::unchanged(invocation, opened, around, &mut texts, &findings)
    {
        report(&texts, &found, around);
        artifacts::manifest_written(&opened.project, around);
        return Outcome {
            texts,
            diagnostics: found,
            exit: Exit::Done,
            product: Product::None,
        };
    }
    if let Some(opened) = &opened
        && let Some((diagnostics, exit)) =
            recheck::rechecked(invocation, opened, around, &mut texts, &findings)
    {
        return Outcome {
            texts,
            diagnostics,
            exit,
            product: Product::None,
        };
    }
    let ready = std::thread::scope(|scope| {
        // Git answers while the project is read.
        if let Some(it) = beginning {
            scope.spawn(|| it.begin(recorder, around));
        }
        opened.map(|opened| link(invocation, opened, around, &mut texts, &mut findings))
    });
    if around.stop.load(Ordering::SeqCst) {
        // What was cut short says nothing about the project.
        return Outcome {
            texts,
            diagnostics: Vec::new(),
            exit: Exit::CouldNotRun,
            product: Product::None,
        };
    }
    diagnostics::sort(&mut findings);
    let failed = findings.iter().any(Diagnostic::is_error);
    let mut ready = match ready {
        Some(ready) if !failed => ready,
        unready => {
            if let Some(ready) = unready {
                alerts::tell_stopped(invocation, &ready, &findings, around);
            }
            return stopped(texts, findings);
        }
    };
    ready.retried = retried;
    owned.know(&ready.resources);
    // Models of events are there for this command alone.
    let keeps = invocation.command != Command::Insights;
    let keep = ready.keep.clone().filter(|_| keeps);
    let keeping = keep.map(|keep| std::thread::spawn(move || keep.save()));
    report(&texts, &findings, around);
    let compiles = invocation.command != Command::DocsGenerate || invocation.on("compile");
    if invocation.command != Command::Parse && compiles {
        let counts = counts::found(&ready.resources);
        around.sink.emit(Event::Found(counts));
    }
    let invocation = &*invocation;
    let run = |findings: &mut Vec<Diagnostic>| {
        let done = command(invocation, &ready, around, &mut texts, findings);
        diagnostics::sort(findings);
        done
    };
    let (mut exit, product, has_events) =
        observe::observed(recorder, invocation, &ready, &mut findings, around, run);
    let mut signals = Vec::new();
    if has_events {
        (exit, signals) = spc::watch(invocation, &ready, around, (&mut findings, exit));
        exit = score::after(invocation, &ready, around, (&mut findings, exit));
        diagnostics::sort(&mut findings);
    }
    signals.extend(incident::observed(&product));
    alerts::tell(invocation, &ready, signals, around);
    ready.release();
    // If it has failed, the next run goes without.
    let _ = keeping.map(JoinHandle::join);
    Outcome {
        texts,
        diagnostics: findings,
        exit,
        product,
    }
}

fn stopped(texts: Texts, mut findings: Vec<Diagnostic>) -> Outcome {
    diagnostics::sort(&mut findings);
    Outcome {
        texts,
        diagnostics: findings,
        exit: Exit::CouldNotRun,
        product: Product::None,
    }
}

fn report(texts: &Texts, findings: &[Diagnostic], around: &Surroundings) {
    around.sink.emit(Event::Texts(texts.clone()));
    for finding in findings {
        around.sink.emit(Event::Finding(Arc::new(finding.clone())));
    }
}

impl Ready {
    /// Closes the database; everything else is many small things, freed while nobody waits.
    fn release(self) {
        self.adapter.close();
        let rest = (
            self.project,
            self.facts,
            self.engine,
            self.resources,
            self.graph,
        );
        rayon::spawn(move || drop(rest));
    }
}

/// `debug`, `logs` and `show --inline-direct` read the settings only: they are there for projects that do
/// not run, too.
fn unread(invocation: &mut Invocation, around: &Surroundings) -> Outcome {
    let mut texts = Texts::default();
    let mut findings = Vec::new();
    let settings = settings(invocation, around, &mut texts, &mut findings);
    let failed = findings.iter().any(Diagnostic::is_error);
    diagnostics::sort(&mut findings);
    let debugs = invocation.command == Command::Debug;
    let (exit, product) = match settings.filter(|_| !failed) {
        Some(it) if debugs => debug::debug(&it.project, it.adapter.as_ref()),
        Some(it) if invocation.command == Command::Logs => {
            let of = (&it.project, it.adapter.as_ref());
            logs::logs(invocation, of, around, &mut findings)
        }
        Some(it) => show::direct(invocation, it.adapter.as_ref(), &mut findings),
        None if debugs => (Exit::Failed, Product::None),
        None => (Exit::CouldNotRun, Product::None),
    };
    Outcome {
        texts,
        diagnostics: findings,
        exit,
        product,
    }
}

/// Reads everything that has no side effect: files, nodes, graph. None when nothing can come of it.
pub fn read(
    invocation: &mut Invocation,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Ready> {
    let opened = open(invocation, around, texts, findings)?;
    Some(link(invocation, opened, around, texts, findings))
}

/// Reads settings, packages and the texts of all files.
fn open(
    invocation: &mut Invocation,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Opened> {
    let Settings {
        mut project,
        adapter,
        base,
        listener,
    } = settings(invocation, around, texts, findings)?;
    findings.extend(packages::load(&*around.system, &mut project, texts));
    // Before the inputs are taken: the manifest depends on it.
    let mut read = |name: &str, findings: &mut Vec<Diagnostic>| {
        project::read_root_file(name, &*around.system, &project, texts, findings)
    };
    let selectors = read(project::SELECTORS_FILE, findings);
    if let Some(file) = &selectors {
        findings.extend(Selectors::read(file, selection::indirect(invocation)).1);
    }
    let dsql_file = read(project::DSQL_FILE, findings);
    findings.extend(project::misnamed_file(&*around.system, &project, texts));
    let (check_settings, found) = CheckSettings::read(dsql_file.as_ref());
    findings.extend(found);
    let (checkpoints, found) = CheckpointSettings::read(dsql_file.as_ref());
    findings.extend(found);
    let (control, found) = ControlSettings::read(dsql_file.as_ref());
    findings.extend(found);
    let has_events = check_settings.events;
    let (openlineage, found) = openlineage::Settings::read(dsql_file.as_ref(), has_events);
    findings.extend(found);
    let (score, found) = ScoreSettings::read(dsql_file.as_ref());
    findings.extend(found);
    let mut load =
        |path: &str, at| alerts::load_template((path, at), &project, &*around.system, texts);
    let (alerts, found) = AlertSettings::read(dsql_file.as_ref(), has_events, &mut load);
    findings.extend(found);
    findings.extend(alerts.iter().flat_map(AlertSettings::try_templates));
    let (insights, found) = InsightsSettings::read(dsql_file.as_ref());
    findings.extend(found);
    if check_settings.event_models || invocation.command == Command::Insights {
        findings.extend(packages::add_shipped(EVENT_MODELS, &mut project, texts));
    }
    let system = &*around.system;
    generate::read_tables(&mut project, &*adapter, system, texts, findings);
    let facts = Arc::new(facts::facts(base, &project, &adapter));
    let flag = "require_explicit_package_overrides_for_builtin_materializations";
    let packages_override_materializations = !invocation.on(flag);
    let input = ParseInput {
        loaded: &project,
        project: facts.clone(),
        packages_override_materializations,
        stop: around.stop.clone(),
    };
    let graph_options = facts::graph_options(invocation, &project);
    let inputs = Arc::new(Inputs::of(&input, &graph_options, texts));
    Some(Opened {
        project: Arc::new(project),
        adapter,
        facts,
        listener,
        packages_override_materializations,
        stop: around.stop.clone(),
        graph_options,
        selectors,
        check_settings,
        checkpoints,
        control,
        alerts,
        openlineage,
        score,
        insights,
        inputs,
    })
}

/// Makes nodes and graph of what was read.
fn link(
    invocation: &Invocation,
    opened: Opened,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Ready {
    let around = &Surroundings {
        sink: opened.listener.clone(),
        ..around.clone()
    };
    let before = findings.len();
    let mut linked = resources::resources(invocation, &opened, around, texts, findings);
    insights::inline_models(invocation.command, &mut linked.resources);
    if !findings.iter().any(Diagnostic::is_error) {
        let today = opened.facts.base.started_at;
        findings.extend(deprecated(&linked.resources, &linked.graph, today));
        findings.extend(check_settings(&linked.resources));
        findings.extend(opened.score.check(&linked.resources));
        let alerts = opened.alerts.iter();
        findings.extend(alerts.flat_map(|it| it.check(&linked.resources)));
        let (wrong, left) = check_quarantine(&linked.resources, &linked.graph);
        findings.extend(wrong);
        for id in left {
            let nodes = &mut Arc::make_mut(&mut linked.resources).nodes;
            if let Some(test) = nodes.get_mut(&id) {
                let set = Arc::make_mut(test).config.set_values_mut();
                set.insert(ON_FAILURE.to_owned(), ON_FAILURES[0].into());
            }
        }
        findings.extend(deprecated_options::find(invocation, &linked.resources));
        findings.extend(deprecated_macros::overridden(invocation, &linked));
    }
    let mut found = findings.get(before..).unwrap_or_default().to_vec();
    opened.facts.base.warnings.judge(&mut found);
    let states = States::load(invocation, &opened.project, around, texts, findings);
    opened.facts.base.warnings.judge(findings);
    Ready {
        project: opened.project,
        facts: opened.facts,
        engine: linked.engine,
        resources: linked.resources,
        graph: linked.graph,
        adapter: opened.adapter,
        listener: opened.listener,
        texts: texts.clone(),
        found,
        selectors: opened.selectors,
        check_settings: opened.check_settings,
        checkpoints: opened.checkpoints,
        control: opened.control,
        alerts: opened.alerts,
        heard: OnceLock::new(),
        openlineage: opened.openlineage,
        score: opened.score,
        insights: opened.insights,
        states,
        retried: None,
        keep: linked.keep.map(Arc::new),
        built: OnceLock::new(),
        unmeasured: Mutex::default(),
    }
}

/// What reading `dbt_project.yml` depends on.
struct Basis {
    options: Options,
    base: Arc<Base>,
    listener: Arc<Listener>,
    /// Whether the options of the command line can be read.
    readable: bool,
}

/// Reads the flags of the command line, the environment and the project.
fn basis(
    invocation: &mut Invocation,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Basis {
    let system = &*around.system;
    let mappings: &[&str] = match invocation.command {
        Command::RunOperation => &["vars", "args"],
        _ => &["vars"],
    };
    for mapping in mappings {
        findings.extend(facts::mapping(invocation, mapping, texts));
    }
    let readable = !findings.iter().any(Diagnostic::is_error);
    let (flags, found) = project::project_flags(system, &Options::from(&*invocation), texts);
    findings.extend(found);
    for (name, value) in flags {
        invocation.suggest(&name, value);
    }
    findings.extend(deprecated_options::asked(invocation, system));
    let warnings = facts::warnings(invocation, texts, findings);
    facts::check_threads(invocation, findings);
    dialect::check(invocation, findings);
    let listener = Arc::new(Listener::new(around.sink.clone()));
    let consulted = Arc::new(Consulted::default());
    let base = Arc::new(Base::new(
        invocation,
        around.invocation_id.clone(),
        around.system.clone(),
        listener.clone(),
        warnings,
        consulted.clone(),
    ));
    let options = Options {
        base: Some(base.clone()),
        sink: Some(around.sink.clone()),
        consulted,
        ..Options::from(&*invocation)
    };
    Basis {
        options,
        base,
        listener,
        readable,
    }
}

/// Reads flags, `dbt_project.yml` and profile.
fn settings(
    invocation: &mut Invocation,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Settings> {
    let system = &*around.system;
    let Basis {
        options,
        base,
        listener,
        readable,
    } = basis(invocation, around, texts, findings);
    let (project, found) = project::load(system, &options, texts);
    findings.extend(found);
    let project = project.filter(|_| readable)?;
    around.sink.emit(Event::Configured {
        log_path: project.log_path.clone(),
        flags: invocation.args(),
        secrets: project::secrets(system),
    });
    let asked = project.root().project.profile.as_ref();
    if let Some(note) = project.profile.note(asked.and_then(|it| it.as_str())) {
        around.sink.emit(Event::Note(note));
    }
    let adapter = adapter(&project, invocation, around, findings)?;
    if let Ok(Some(rehearsal)) = Rehearsal::of(system) {
        adapter.disturb(Faults::new(rehearsal, around.system.clone()));
    }
    Some(Settings {
        project,
        adapter,
        base,
        listener,
    })
}

fn adapter(
    project: &Project,
    invocation: &Invocation,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> Option<Arc<dyn Adapter>> {
    match adapters::adapter(&project.profile.kind, &project.profile.credentials) {
        Ok(mut adapter) => {
            let seconds = invocation.number("wait").unwrap_or_default();
            let sink = around.sink.clone();
            adapter.heed(Others {
                wait: Duration::from_secs(u64::try_from(seconds).unwrap_or_default()),
                system: around.system.clone(),
                stop: around.stop.clone(),
                tell: Arc::new(move |text| sink.emit(Event::Note(text))),
            });
            Some(Arc::from(adapter))
        }
        Err(problems) => {
            findings.extend(
                problems
                    .into_iter()
                    .map(|problem| facts::profile_finding(project, &problem)),
            );
            None
        }
    }
}

fn command(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let runs = !matches!(
        invocation.command,
        Command::Parse
            | Command::List
            | Command::RunOperation
            | Command::Check
            | Command::DocsInherit
            | Command::Impact
            | Command::Incident
            | Command::Insights
            | Command::Lineage
            | Command::Versions
            | Command::Diff
            | Command::Replay
            | Command::Report
            | Command::Rollback
            | Command::Score
            | Command::Spc
            | Command::Alerts
    );
    if runs && let Some(finding) = state::check_deferral(invocation, ready) {
        findings.push(finding);
        return (Exit::CouldNotRun, Product::None);
    }
    if invocation.command == Command::RunOperation
        && ready.retried.as_ref().is_some_and(Retried::is_empty)
    {
        return (Exit::Done, Product::None);
    }
    let alone = invocation.text("inline").is_some();
    let runs_nothing = match invocation.command {
        Command::Parse | Command::List | Command::Show | Command::RunOperation => true,
        Command::Compile => alone,
        _ => false,
    };
    if runs_nothing && !artifacts::parsed(invocation, ready, around, findings) {
        return (Exit::CouldNotRun, Product::None);
    }
    match invocation.command {
        Command::Parse => (exit_of(findings), Product::None),
        Command::List => list::list(invocation, ready, findings),
        Command::Chaos => chaos::chaos(invocation, ready, around, findings),
        Command::Compile if invocation.text("dialect").is_some() && !alone => {
            dialect::scripts(invocation, ready, around, findings)
        }
        Command::Compile => compile::compile(invocation, ready, around, texts, findings),
        Command::DocsGenerate => docs::generate(invocation, ready, around, findings),
        Command::Show => show::show(invocation, ready, around, texts, findings),
        Command::Check => check::check(invocation, ready, around, texts, findings),
        Command::Lineage => lineage::lineage_of(invocation, ready, around, findings),
        Command::DocsInherit => inherit::inherit(invocation, ready, around, findings),
        Command::Incident => incident::incident(invocation, ready, around, findings),
        Command::Impact => impact::impact(invocation, ready, around, findings),
        Command::Versions => versions::versions(invocation, ready, around, findings),
        Command::Diff => versions::diff(invocation, ready, around, findings),
        Command::Rollback => versions::rollback(invocation, ready, around, findings),
        Command::Quarantine => quarantine::quarantine(invocation, ready, around, findings),
        Command::Replay => replay::replay(invocation, ready, around, findings),
        Command::Report => report::report(invocation, ready, around, findings),
        Command::Score => score::score(invocation, ready, around, findings),
        Command::Alerts => alerts::alerts(invocation, ready, around, findings),
        Command::Spc => spc::spc(invocation, ready, around, findings),
        Command::Insights => insights::insights(invocation, ready, around, texts, findings),
        Command::RunOperation => run_operation::run_operation(invocation, ready, around, findings),
        Command::Build if check::comes_first(invocation, ready) => {
            match check::stops(invocation, ready, around, texts, findings) {
                Some(exit) => (exit, Product::None),
                None => build(invocation, ready, around, findings),
            }
        }
        _ => build(invocation, ready, around, findings),
    }
}

fn exit_of(findings: &[Diagnostic]) -> Exit {
    match findings.iter().any(Diagnostic::is_error) {
        true => Exit::CouldNotRun,
        false => Exit::Done,
    }
}

/// Plans and carries out: `build`, `run`, `test`, `seed`, `snapshot`, `source freshness`.
fn build(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let Some(plan) = planned(invocation, ready, false, findings) else {
        artifacts::parsed(invocation, ready, around, findings);
        return (Exit::CouldNotRun, Product::None);
    };
    if invocation.on("dry_run") {
        return (Exit::Done, Product::Planned(plan));
    }
    if plan.steps.is_empty() {
        let exit = nothing_to_do(ready, findings);
        let nothing = RunOutcome::nothing();
        let written = artifacts::run(invocation, ready, &nothing, around, findings);
        return (exit.if_written(written), Product::None);
    }
    if invocation.on("atomic") {
        findings.extend(execute::not_together(&plan, &ready.resources));
        if findings.iter().any(Diagnostic::is_error) {
            return (Exit::CouldNotRun, Product::None);
        }
    }
    let mut execution = execution(invocation, ready, around);
    if invocation.on("changed") {
        execution.last_built = Some(changed::recall(ready, around));
    }
    let mut found = Vec::new();
    execution.checkpoints = Arc::new(checkpoints::checkpoints(invocation, ready, &mut found));
    ready.facts.base.warnings.judge(&mut found);
    findings.extend(found);
    let execution = Arc::new(execution);
    event_log::prepare(&execution, ready, around);
    let ran = execute::execute(&execution, &plan);
    match ran {
        Ok(RunOutcome {
            first: Some(first), ..
        }) => {
            around.sink.emit(Event::Note(first.to_string()));
            if let Some(lacks) = &first.lacks {
                let message = format!("the run `{}` was another one: {lacks}", first.key);
                let finding = Diagnostic::warning(Code::NothingToDo, message);
                findings.push(finding.help("give this one a key of its own"));
                ready.facts.base.warnings.judge(findings);
            }
            let exit = if first.well { Exit::Done } else { Exit::Failed };
            (exit, Product::None)
        }
        Ok(mut outcome) => {
            observe::remember(outcome.unmeasured.take(), ready);
            changed::keep(&outcome, ready, around, findings);
            built::remember(&outcome, ready);
            around.sink.emit(Event::Finished {
                counts: counts::ran(&plan, &ready.resources),
                elapsed: outcome.elapsed.as_secs_f64(),
            });
            let exit = match outcome.success() {
                true => Exit::Done,
                false if outcome.cancelled => Exit::CouldNotRun,
                false => Exit::Failed,
            };
            let asked = described::asked(invocation, ready);
            let says_more = asked != (false, false) && invocation.command == Command::Build;
            let nodes =
                says_more.then(|| columns::columns(ready, &execution, &outcome.compiled, around));
            let of = (&outcome, nodes.as_ref());
            let written = artifacts::run_with(invocation, ready, of, around, findings);
            let product = match invocation.on("show") {
                true => show::seeds(&outcome, ready),
                false => Product::None,
            };
            (exit.if_written(written), product)
        }
        Err(failure) => {
            findings.push(failure.into_finding());
            let nothing = RunOutcome::nothing();
            artifacts::run(invocation, ready, &nothing, around, findings);
            (Exit::CouldNotRun, Product::None)
        }
    }
}

/// Says that there is no node to work on.
fn nothing_to_do(ready: &Ready, findings: &mut Vec<Diagnostic>) -> Exit {
    let nothing = "Nothing to do. Try checking your model configs and model specification args";
    findings.push(Diagnostic::warning(Code::NothingToDo, nothing));
    ready.facts.base.warnings.judge(findings);
    exit_of(findings)
}

/// Selects and plans. None when the selection cannot be read.
fn planned(
    invocation: &Invocation,
    ready: &Ready,
    compile_only: bool,
    findings: &mut Vec<Diagnostic>,
) -> Option<Plan> {
    let chosen = match &ready.retried {
        Some(retried) => {
            let all = ResourceType::ALL.to_vec();
            (retried.selected(&ready.graph, findings)?, all)
        }
        None => (
            selected(invocation, ready, findings)?,
            facts::resource_types(invocation),
        ),
    };
    Some(planned_of(invocation, ready, compile_only, chosen))
}

/// Plans for what is selected, of these kinds.
fn planned_of(
    invocation: &Invocation,
    ready: &Ready,
    compile_only: bool,
    (selected, resource_types): (Vec<Index>, Vec<ResourceType>),
) -> Plan {
    let command = invocation.command;
    let clones = command == Command::Clone;
    let freshness = command == Command::SourceFreshness;
    let hooks = !freshness || invocation.on("source_freshness_run_project_hooks");
    let request = PlanRequest {
        selected: selected.into_iter().collect(),
        resource_types,
        tests_gate: command == Command::Build,
        compile_only,
        clones,
        freshness,
        changed: invocation.on("changed"),
        full_refresh: invocation.on("full_refresh"),
        include_empty: compile_only,
        hooks: hooks && !(compile_only || clones),
        database: ready.adapter.default_database().to_owned(),
        root_package: ready.project.root().name.to_string(),
    };
    let plan = plan(&ready.resources, &ready.graph, &request);
    let ids = plan
        .steps
        .iter()
        .map(|step| step.node.to_string())
        .collect();
    *ready
        .facts
        .selected
        .write()
        .unwrap_or_else(std::sync::PoisonError::into_inner) = ids;
    plan
}

/// Brings together what carrying out needs.
fn execution(invocation: &Invocation, ready: &Ready, around: &Surroundings) -> Execution {
    let threads = match invocation.on("single_threaded") {
        true => 1,
        false => ready.project.profile.threads,
    };
    let retried = ready.retried.as_ref();
    Execution {
        resources: ready.resources.clone(),
        engine: ready.engine.clone(),
        project: ready.facts.clone(),
        adapter: ready.adapter.clone(),
        compiler: facts::compiler(invocation, ready, around),
        operation: facts::resolver(invocation, ready, around),
        threads,
        run_key: invocation.text("run_key").map(str::to_owned),
        atomic: invocation.on("atomic"),
        fail_fast: invocation.on("fail_fast"),
        tests_must_not_warn: ready.facts.base.warnings.fate(LOG_TEST_RESULT) == Fate::Error,
        populate_cache: invocation.on("populate_cache"),
        stop: around.stop.clone(),
        interrupts: around.interrupts.clone(),
        last_built: None,
        checkpoints: Arc::default(),
        earlier_batches: retried.map(|it| it.batches.clone()).unwrap_or_default(),
        window: facts::sample(invocation, ready)
            .or_else(|| Window::event_time(invocation).ok().flatten()),
        due_until: retried
            .and_then(|it| it.started_at)
            .unwrap_or(ready.facts.base.started_at),
    }
}
