//! `spc`: control charts of what was measured in runs, and phases of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

use super::quarantine::who;
use super::selection::{selected, selected_by};
use super::{Exit, Product, Ready, Surroundings, execution};
use crate::alerts::{Kind, Observation, Observed, Severity};
use crate::control::{Chart, Metric, OnSignal, Phase, SeriesOf, Source, Subject, Watch};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::events::Event;
use crate::execute::{Execution, Failure, Measurements};
use crate::invocation::Invocation;
use crate::nodes::{Resource, UniqueId};

/// What there is to say of charts.
#[derive(Debug)]
pub enum Charted {
    /// They are shown.
    Shown(Vec<Chart>),
    /// A phase of one begins, or is there already; the chart is that of the new phase.
    Began(Box<Chart>, bool),
}

/// Shows charts, or begins a phase of one.
pub(super) fn spc(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let desk = Desk {
        invocation,
        ready,
        around,
    };
    let done = match invocation.text("accept") {
        Some(chart) => desk.accept(chart, findings),
        None => desk.show(findings),
    };
    match done {
        Ok(Some(charted)) => {
            let is_error = match &charted {
                Charted::Shown(charts) => charts.iter().any(Chart::is_error),
                Charted::Began(..) => false,
            };
            let exit = if is_error { Exit::Failed } else { Exit::Done };
            (exit, Product::Charted(charted))
        }
        Ok(None) => {
            ready.facts.base.warnings.judge(findings);
            (super::exit_of(findings), Product::None)
        }
        Err(failure) => {
            findings.push(failure.into_finding());
            (Exit::CouldNotRun, Product::None)
        }
    }
}

/// After a run whose events are delivered: tells of signals at the points that it has added. Returns how the run ends, and
/// how what is under control is.
pub(super) fn watch(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    (findings, exit): (&mut Vec<Diagnostic>, Exit),
) -> (Exit, Vec<Observed>) {
    if ready.control.watches.is_empty() || exit == Exit::CouldNotRun {
        return (exit, Vec::new());
    }
    let desk = Desk {
        invocation,
        ready,
        around,
    };
    let charts = match desk.charts_of_run() {
        Ok(charts) => charts,
        Err(failure) => {
            let message = failure.into_finding().message;
            let note = format!("Control charts are not drawn: {message}");
            around.sink.emit(Event::Note(note));
            return (exit, Vec::new());
        }
    };
    let signals = charts.iter().map(signal).collect();
    let mut found = Vec::new();
    for chart in &charts {
        let Some(told) = chart.told().filter(|_| !desk.is_guarded(chart)) else {
            continue;
        };
        let finding = match chart.on_signal {
            OnSignal::Note => {
                around.sink.emit(Event::Note(told));
                continue;
            }
            OnSignal::Warn => Diagnostic::warning(Code::OutOfControl, told),
            OnSignal::Error => Diagnostic::error(Code::OutOfControl, told),
        };
        let finding = finding.about(ready.resources.subject(&chart.of.node));
        let (name, metric) = (&chart.name, chart.metric.name);
        let of = match chart.metric.subject {
            Subject::Run => String::new(),
            _ => format!("{} ", desk.name(&chart.of.node)),
        };
        found.push(finding.help(format!(
            "`dsql spc {of}--metric {metric}` draws it; after a wanted change: `dsql spc accept {name}.{metric}`"
        )));
    }
    ready.facts.base.warnings.judge(&mut found);
    let exit = match exit {
        Exit::Done if found.iter().any(Diagnostic::is_error) => Exit::Failed,
        exit => exit,
    };
    findings.extend(found);
    (exit, signals)
}

/// Says how a chart is, to those who are told of it.
fn signal(chart: &Chart) -> Observed {
    let severity = match chart.on_signal {
        OnSignal::Error => Severity::Error,
        OnSignal::Note | OnSignal::Warn => Severity::Warn,
    };
    let is = match chart.told() {
        Some(told) => Observation::Bad(severity, told),
        None => Observation::Well,
    };
    Observed {
        kind: Kind::Control,
        node: chart.of.node.clone(),
        name: format!("{}.{}", chart.name, chart.metric.name),
        part: Some(chart.of.phased(chart.metric)),
        is,
        failures: None,
    }
}

/// Draws all charts of what is under control; none where there are no events.
pub(super) fn all_charts(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    execution: &Execution,
) -> Result<Vec<Chart>, Failure> {
    let desk = Desk {
        invocation,
        ready,
        around,
    };
    // What is wrong with a selection is told where charts are asked for.
    let watched = desk.watched(&ready.control.watches, None, true, &mut Vec::new());
    let Some((watched, measurements)) = watched.zip(Measurements::open(execution)?) else {
        return Ok(Vec::new());
    };
    desk.charts(&watched, &measurements)
}

struct Desk<'a> {
    invocation: &'a Invocation,
    ready: &'a Ready,
    around: &'a Surroundings,
}

impl Desk<'_> {
    /// Draws the charts to which this run has added a point.
    fn charts_of_run(&self) -> Result<Vec<Chart>, Failure> {
        let ran = self.ready.facts.selected.read();
        let ran = ran.unwrap_or_else(PoisonError::into_inner);
        let ran = ran.iter().map(|it| UniqueId::from(it.as_str())).collect();
        // What is wrong with a selection is told where charts are asked for.
        let mut untold = Vec::new();
        let watched = self.watched(&self.ready.control.watches, Some(&ran), true, &mut untold);
        let execution = execution(self.invocation, self.ready, self.around);
        let Some(watched) = watched else {
            return Ok(Vec::new());
        };
        let Some(measurements) = Measurements::open(&execution)? else {
            return Ok(Vec::new());
        };
        let mut charts = self.charts(&watched, &measurements)?;
        charts.retain(|it| {
            let last = it.series.points.last();
            last.is_some_and(|it| *it.run_id == *self.around.invocation_id)
        });
        Ok(charts)
    }

    /// Tells whether a node is not published while a chart is out of control: then that is told as its failure.
    fn is_guarded(&self, chart: &Chart) -> bool {
        let node = |id: &str| match self.ready.resources.get(id) {
            Some(Resource::Node(node)) => Some(node),
            _ => None,
        };
        let own = node(&chart.of.node);
        let is_guarded = match chart.metric.source {
            Source::Checkpoints(..) => own.is_some_and(|it| !it.is_microbatch()),
            Source::Events(_) => {
                let test = own.and_then(|it| it.as_generic_test());
                let tested = test.and_then(|it| node(it.attached_node.as_deref()?));
                chart.metric.is_known_before_commit()
                    && tested.is_some_and(|it| it.config.str("publish") == Some("audited"))
            }
        };
        is_guarded && chart.on_signal == OnSignal::Error
    }

    /// Draws the charts that are asked for.
    fn show(&self, findings: &mut Vec<Diagnostic>) -> Result<Option<Charted>, Failure> {
        let metric = match self.invocation.text("metric").map(metric) {
            Some(Ok(metric)) => Some(metric),
            Some(Err(finding)) => {
                findings.push(*finding);
                return Ok(None);
            }
            None => None,
        };
        let watches = self.watches(metric);
        if watches.is_empty() {
            let finding = Diagnostic::warning(Code::NothingToDo, "nothing is under control");
            let help = "name metrics below `control` in dsql.yml, or one here: `--metric seconds`";
            findings.push(finding.help(help));
            return Ok(None);
        }
        let asks = ["select", "exclude"]
            .iter()
            .any(|it| !self.invocation.list(it).is_empty());
        let only = match asks || self.invocation.text("selector").is_some() {
            true => match selected(self.invocation, self.ready, findings) {
                Some(found) => Some(found.into_iter().map(|it| self.id(it)).collect()),
                None => return Ok(None),
            },
            false => None,
        };
        let Some(watched) = self.watched(&watches, only.as_ref(), only.is_none(), findings) else {
            return Ok(None);
        };
        let Some(measurements) = self.measurements(findings)? else {
            return Ok(None);
        };
        let charts = self.charts(&watched, &measurements)?;
        if charts.is_empty() {
            let names: BTreeSet<&str> = watches.iter().map(|it| it.metric.name).collect();
            let names: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
            let message = format!(
                "no run has measured {} of what is selected",
                names.join(", ")
            );
            findings.push(Diagnostic::warning(Code::NothingToDo, message));
            return Ok(None);
        }
        Ok(Some(Charted::Shown(charts)))
    }

    /// Lists what is under control, of one metric or all; a metric that is asked for by name always is.
    fn watches(&self, metric: Option<&'static Metric>) -> Vec<Watch> {
        let all = self.ready.control.watches.iter();
        let all = all.filter(|it| metric.is_none_or(|metric| it.metric == metric));
        let watches: Vec<Watch> = all.cloned().collect();
        match metric {
            Some(metric) if watches.is_empty() => vec![Watch::usual(metric)],
            _ => watches,
        }
    }

    /// Finds the watch of each node, by metric; of commands it is that of all. None if a selection cannot be carried out.
    fn watched<'w>(
        &self,
        watches: &'w [Watch],
        only: Option<&BTreeSet<UniqueId>>,
        with_runs: bool,
        findings: &mut Vec<Diagnostic>,
    ) -> Option<Vec<Watched<'w>>> {
        let mut all: Vec<Watched> = Vec::new();
        for watch in watches {
            let place = match all.iter().position(|it| it.metric == watch.metric) {
                Some(place) => place,
                None => {
                    all.push(Watched::of(watch.metric));
                    all.len() - 1
                }
            };
            let entry = all.get_mut(place)?;
            if watch.metric.subject == Subject::Run {
                entry.runs = with_runs.then_some(watch);
                continue;
            }
            let ids: Vec<UniqueId> = match &watch.spec {
                Some(spec) => {
                    let found = selected_by(spec, self.invocation, self.ready, findings)?;
                    found.into_iter().map(|it| self.id(it)).collect()
                }
                None => self
                    .ready
                    .resources
                    .linked()
                    .map(|it| it.unique_id().clone())
                    .collect(),
            };
            let ids = ids.into_iter();
            let ids = ids.filter(|id| only.is_none_or(|only| only.contains(id)));
            entry.nodes.extend(ids.map(|id| (id, watch)));
        }
        Some(all)
    }

    fn charts(
        &self,
        watched: &[Watched],
        measurements: &Measurements,
    ) -> Result<Vec<Chart>, Failure> {
        let mut charts = Vec::new();
        for it in watched {
            let ids: Vec<&str> = it.nodes.keys().map(|id| &**id).collect();
            for (of, series) in measurements.series(it.metric, &ids)? {
                let watch = it.runs.or_else(|| it.nodes.get(of.node.as_str()).copied());
                let watch = watch.filter(|it| it.is_about(of.part.as_deref()));
                if let Some(watch) = watch {
                    let name = of.named(|id| self.name(id));
                    charts.push(Chart::of(&of, &name, watch, series));
                }
            }
        }
        charts.sort_by(|one, other| {
            (&one.name, one.metric.name).cmp(&(&other.name, other.metric.name))
        });
        Ok(charts)
    }

    /// Begins a phase.
    fn accept(
        &self,
        named: &str,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Option<Charted>, Failure> {
        let (mut of, metric) = match self.meant(named) {
            Ok(found) => found,
            Err(finding) => {
                findings.push(*finding);
                return Ok(None);
            }
        };
        let Some(measurements) = self.measurements(findings)? else {
            return Ok(None);
        };
        let watches = self.watches(Some(metric));
        let Some(watched) = self.watched(&watches, None, true, findings) else {
            return Ok(None);
        };
        let usual = Watch::usual(metric);
        let watch = watched
            .first()
            .and_then(|it| it.runs.or_else(|| it.nodes.get(of.node.as_str()).copied()));
        let watch = watch.unwrap_or(&usual);
        let mut all = measurements.series(metric, &[&of.node])?;
        // Columns are meant however they are written.
        let part = |of: &SeriesOf| of.part.as_deref().map(str::to_lowercase);
        let meant = all
            .keys()
            .find(|it| it.node == of.node && part(it) == part(&of));
        if let Some(meant) = meant {
            of = meant.clone();
        }
        let name = of.named(|id| self.name(id));
        let series = all.remove(&of).unwrap_or_default();
        let chart = Chart::of(&of, &name, watch, series);
        let change = match self.invocation.text("run") {
            Some(run) => chart
                .series
                .points
                .iter()
                .find(|it| it.run_id.starts_with(run)),
            None => chart.change(),
        };
        let phase = change.map(|it| Phase {
            began_at: it.at,
            run_id: it.run_id.clone(),
            decided_by: who(self.invocation, self.around),
            reason: self.invocation.text("reason").map(str::to_owned),
        });
        let begun = chart.series.phase.as_ref().filter(|begun| match &phase {
            Some(phase) => begun.began_at == phase.began_at,
            None => self.invocation.text("run").is_none(),
        });
        let is_new = begun.is_none();
        let mut series = chart.series.clone();
        if is_new {
            let Some(phase) = phase else {
                let run = self.invocation.text("run");
                let run = run.map_or("no run".to_owned(), |it| format!("no run `{it}`"));
                let message = format!("{run} has measured `{}` of `{name}`", metric.name);
                let finding = Diagnostic::error(Code::InvalidFlag, message);
                findings.push(finding.help("a phase begins with a measurement"));
                return Ok(None);
            };
            measurements.begin(&of, metric, &phase)?;
            series.phase = Some(phase);
        }
        let chart = Chart::of(&of, &name, watch, series);
        Ok(Some(Charted::Began(Box::new(chart), is_new)))
    }

    /// Reads `orders.seconds`, `orders.amount.mean`: a node by its name or its unique id, or a command, the column or the input
    /// that is meant, and a metric.
    fn meant(&self, named: &str) -> Result<(SeriesOf, &'static Metric), Box<Diagnostic>> {
        let wrong = |message: String, help: String| {
            Box::new(Diagnostic::error(Code::InvalidFlag, message).help(help))
        };
        let Some((node, name)) = named.rsplit_once('.') else {
            return Err(wrong(
                format!("`{named}` names no chart"),
                "write the node and the metric: `dsql spc accept orders.seconds`".to_owned(),
            ));
        };
        let metric = metric(name)?;
        let whole = |node: &str| SeriesOf {
            node: node.to_owned(),
            part: None,
        };
        match metric.subject {
            Subject::Run => return Ok((whole(node), metric)),
            Subject::Node => {}
            Subject::Column | Subject::Input => return Ok((self.part(node, metric)?, metric)),
        }
        let linked = || self.ready.resources.linked().map(Resource::unique_id);
        let found = linked().filter(|id| &***id == node || self.name(id) == node);
        let found: Vec<&UniqueId> = found.collect();
        match found.as_slice() {
            [id] => Ok((whole(id), metric)),
            [] => {
                let names: Vec<String> = linked().map(|id| self.name(id)).collect();
                let help = match did_you_mean(node, names.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`dsql ls` lists the nodes".to_owned(),
                };
                Err(wrong(format!("there is no node `{node}`"), help))
            }
            several => {
                let ids: Vec<String> = several.iter().map(|it| format!("`{it}`")).collect();
                let help = format!("name one of {}", ids.join(", "));
                Err(wrong(format!("several nodes are called `{node}`"), help))
            }
        }
    }

    /// Reads `orders.amount`: a node, and a column or an input of it.
    fn part(&self, named: &str, metric: &Metric) -> Result<SeriesOf, Box<Diagnostic>> {
        let linked = || self.ready.resources.linked().map(Resource::unique_id);
        let id = |named: &str| {
            let found = linked().find(|id| &***id == named || self.name(id) == named);
            found.map(ToString::to_string)
        };
        let splits = named.match_indices('.').map(|(at, _)| named.split_at(at));
        let mut meant = splits.filter_map(|(node, part)| {
            let part = part.trim_start_matches('.');
            let part = match metric.subject {
                Subject::Input => id(part)?,
                _ => part.to_owned(),
            };
            Some(SeriesOf {
                node: id(node)?,
                part: Some(part),
            })
        });
        meant.next().ok_or_else(|| {
            let (what, such) = match metric.subject {
                Subject::Input => ("input", "stg_orders"),
                _ => ("column", "amount"),
            };
            let name = metric.name;
            let message = format!("`{named}` names no {what} of a node");
            let help = format!("write both: `dsql spc accept orders.{such}.{name}`");
            Box::new(Diagnostic::error(Code::InvalidFlag, message).help(help))
        })
    }

    /// Opens the warehouse, or says how it gets events.
    fn measurements(
        &self,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Option<Measurements>, Failure> {
        let execution = execution(self.invocation, self.ready, self.around);
        let opened = Measurements::open(&execution)?;
        if opened.is_none() {
            findings.push(super::logs::no_events(self.ready.check_settings.events));
        }
        Ok(opened)
    }

    fn id(&self, index: crate::graph::Index) -> UniqueId {
        self.ready.graph.id(index).clone()
    }

    fn name(&self, id: &str) -> String {
        self.ready.resources.search_name(id)
    }
}

/// A metric, and which watch each node has.
struct Watched<'w> {
    metric: &'static Metric,
    nodes: BTreeMap<UniqueId, &'w Watch>,
    runs: Option<&'w Watch>,
}

impl Watched<'_> {
    fn of(metric: &'static Metric) -> Self {
        Self {
            metric,
            nodes: BTreeMap::new(),
            runs: None,
        }
    }
}

/// Finds a metric by its name.
fn metric(name: &str) -> Result<&'static Metric, Box<Diagnostic>> {
    Metric::named(name).ok_or_else(|| {
        let help = match did_you_mean(name, Metric::names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let names: Vec<String> = Metric::names().map(|it| format!("`{it}`")).collect();
                format!("there are {}", names.join(", "))
            }
        };
        let message = format!("there is no metric `{name}`");
        Box::new(Diagnostic::error(Code::InvalidFlag, message).help(help))
    })
}
