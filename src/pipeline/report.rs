//! `report`: a page about what runs have left.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::checkpoints::{are_wanted, hidden};
use super::score::about;
use super::spc::all_charts;
use super::{Exit, Product, Ready, Surroundings, artifacts, execution, logs};
use crate::control::{Chart, Subject};
use crate::diagnostics::Diagnostic;
use crate::events::{Event, Secrets};
use crate::execute::{Execution, Failure, LastResult, Records};
use crate::graph::quarantined;
use crate::invocation::Invocation;
use crate::nodes::{Node, Resource, ResourceType, UniqueId};
use crate::report::{Asked, ChartFacts, Dag, GraphNode, Report, State, page};

/// The file, unless another one is named.
const FILE: &str = "report.html";
/// How many runs are shown, and how many scores make a trend.
const RUNS: u64 = 40;
const TREND: u64 = 60;
/// How many incidents are shown.
const INCIDENTS: u64 = 20;
/// Metrics that are values of a column.
const VALUES: [&str; 3] = ["max", "mean", "min"];

/// Writes the page.
pub(super) fn report(
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
    let report = match desk.report(findings) {
        Ok(report) => report,
        Err(failure) => {
            findings.push(failure.into_finding());
            return (Exit::CouldNotRun, Product::None);
        }
    };
    let path = desk.path();
    let text = page(&scrubbed(report, around));
    match around.system.write(&path, text.as_bytes()) {
        Ok(()) => {
            around.sink.emit(Event::Written {
                kind: "Report",
                path: path.clone(),
            });
            (super::exit_of(findings), Product::Reported(path))
        }
        Err(error) => {
            findings.push(artifacts::not_written(&error));
            (Exit::CouldNotRun, Product::None)
        }
    }
}

/// Replaces values that nobody may see, wherever they stand.
fn scrubbed(report: Report, around: &Surroundings) -> Report {
    let secrets = Secrets::of(&*around.system);
    let Ok(mut json) = serde_json::to_value(&report) else {
        return report;
    };
    secrets.scrub_json(&mut json);
    serde_json::from_value(json).unwrap_or_default()
}

struct Desk<'a> {
    invocation: &'a Invocation,
    ready: &'a Ready,
    around: &'a Surroundings,
}

impl Desk<'_> {
    /// The file that is written; what is typed counts from the current folder.
    fn path(&self) -> PathBuf {
        match self.invocation.text("output_file") {
            Some(path) => self.around.system.current_dir().join(Path::new(path)),
            None => self.ready.project.target_path.join(FILE),
        }
    }

    /// Brings everything together. Of what is there not a part is left out: what cannot be read is told.
    fn report(&self, findings: &mut Vec<Diagnostic>) -> Result<Report, Failure> {
        let execution = execution(self.invocation, self.ready, self.around);
        let records = Records::open(&execution)?;
        let project = &self.ready.project;
        let mut report = Report {
            project: project.root().name.to_string(),
            target: project.profile.target_name.clone(),
            made_at: self.around.system.now().naive_utc(),
            asked: self.asked(),
            ..Report::default()
        };
        self.quarantines(&records, &mut report)?;
        report.incidents =
            records.incidents(INCIDENTS, |id| self.ready.resources.search_name(id))?;
        if !records.has_events() {
            report.dag = self.dag(&HashMap::new(), None);
            if report.asked.events {
                return Ok(report);
            }
            findings.push(logs::no_events(report.asked.events));
            self.ready.facts.base.warnings.judge(findings);
            return Ok(report);
        }
        report.runs = records.runs(RUNS)?;
        let last = report.runs.iter().rev().find(|it| it.nodes > 0);
        if let Some(last) = last.cloned() {
            report.node_runs = records.node_runs(&last)?;
            report.last_run = Some(last.run_id);
        }
        report.dag = self.dag(&records.states()?, report.last_run.as_deref());
        report.scores = records.scores()?;
        report.trends = records.trends(TREND)?;
        report.flows = records.flows()?;
        for flow in &mut report.flows {
            flow.node = self.ready.resources.search_name(&flow.node);
            flow.input = self.ready.resources.search_name(&flow.input);
        }
        report.take_charts(self.charts(&execution)?);
        Ok(report)
    }

    fn asked(&self) -> Asked {
        Asked {
            events: self.ready.check_settings.events,
            checkpoints: are_wanted(self.ready),
            score: self.ready.score.is_on,
            control: !self.ready.control.watches.is_empty(),
        }
    }

    /// Draws all charts, but for those of values that nobody may see.
    fn charts(&self, execution: &Execution) -> Result<Vec<ChartFacts>, Failure> {
        let charts = all_charts(self.invocation, self.ready, self.around, execution)?;
        let hidden = hidden(self.ready.resources.nodes.keys(), self.ready);
        let is_hidden = |chart: &Chart| {
            let columns = hidden.get(chart.of.node.as_str());
            let column = chart.of.part.as_ref().map(|it| it.to_lowercase());
            chart.metric.subject == Subject::Column
                && VALUES.contains(&chart.metric.name)
                && columns
                    .zip(column)
                    .is_some_and(|(all, own)| all.contains(&own))
        };
        let shown = charts.iter().filter(|it| !is_hidden(it));
        Ok(shown.map(ChartFacts::of).collect())
    }

    fn quarantines(&self, records: &Records, report: &mut Report) -> Result<(), Failure> {
        let resources = &self.ready.resources;
        let tests = resources.nodes.values().filter(|it| it.quarantines());
        let nodes: BTreeSet<&UniqueId> = tests
            .filter_map(|it| quarantined(it, resources))
            .map(|it| &it.unique_id)
            .collect();
        report.has_quarantine_tests = !nodes.is_empty();
        let nodes: Vec<&Arc<Node>> = nodes
            .into_iter()
            .filter_map(|id| resources.nodes.get(id))
            .collect();
        if !nodes.is_empty() {
            report.quarantines = records.quarantines(&nodes, Node::search_name)?;
        }
        Ok(())
    }

    /// Lists nodes with how they and their tests ended the last time.
    fn dag(&self, results: &HashMap<String, LastResult>, last_run: Option<&str>) -> Dag {
        let mut dag = Dag::default();
        let mut places: HashMap<&UniqueId, usize> = HashMap::new();
        for resource in self.ready.resources.linked() {
            let id = resource.unique_id();
            if is_drawn(resource) {
                places.insert(id, dag.nodes.len());
                dag.nodes
                    .push(self.node(resource, results.get(&**id), last_run));
            }
        }
        let tests = self.ready.resources.nodes.values();
        for test in tests.filter(|it| it.resource_type == ResourceType::Test) {
            let result = results.get(&*test.unique_id);
            let state = result.map_or(State::Unknown, |it| State::of(&it.status));
            for of in about(test, self.ready) {
                let node = places.get(&of).and_then(|it| dag.nodes.get_mut(*it));
                let Some(node) = node else { continue };
                node.tests += 1;
                if matches!(state, State::Failed | State::Warned) {
                    node.failed_tests += 1;
                    node.state = node.state.max(state);
                }
            }
        }
        let graph = &self.ready.graph;
        for (id, place) in &places {
            let Some(index) = graph.index(id) else {
                continue;
            };
            let parents = graph
                .parents(index)
                .filter_map(|it| places.get(graph.id(it)));
            dag.edges.extend(parents.map(|parent| (*parent, *place)));
        }
        dag.edges.sort_unstable();
        dag.edges.dedup();
        dag
    }

    fn node(
        &self,
        resource: Resource<'_>,
        result: Option<&LastResult>,
        last_run: Option<&str>,
    ) -> GraphNode {
        let owners = self.ready.resources.answerers(resource);
        let is_in_last = |it: &LastResult| last_run == Some(it.run_id.as_str());
        GraphNode {
            id: resource.unique_id().to_string(),
            name: resource.search_name(),
            kind: resource.resource_type().as_str().to_owned(),
            folders: folders(resource),
            state: result.map_or(State::Unknown, |it| State::of(&it.status)),
            is_recent: result.is_some_and(is_in_last),
            ended_at: result.and_then(|it| it.at),
            tests: 0,
            failed_tests: 0,
            owner: owners.first().map(|it| it.name.clone()),
        }
    }
}

fn is_drawn(resource: Resource<'_>) -> bool {
    let kind = resource.resource_type();
    kind.is_refable() || matches!(kind, ResourceType::Source | ResourceType::Exposure)
}

/// The package and the folders of a resource.
fn folders(resource: Resource<'_>) -> Vec<String> {
    let fqn = resource.fqn();
    let own = fqn.split_last().map(|it| it.1).unwrap_or_default();
    own.to_vec()
}
