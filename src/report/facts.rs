//! What a report is made of, as plain data.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::states::State;
use crate::control::{Chart, Outcome, figure};

/// Everything that a page shows. Times are UTC.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Report {
    /// The project.
    pub project: String,
    /// The target of the profile.
    pub target: String,
    /// When it was made.
    pub made_at: NaiveDateTime,
    /// What the project asks for.
    pub asked: Asked,
    /// The last runs, the oldest first.
    pub runs: Vec<Run>,
    /// The last run that worked on nodes.
    pub last_run: Option<String>,
    /// Its nodes, in the order in which they began.
    pub node_runs: Vec<NodeRun>,
    /// Nodes and what they read.
    pub dag: Dag,
    /// The last scores.
    pub scores: Vec<ScoreFacts>,
    /// Scores of the project and of dimensions in the last runs, the oldest first.
    pub trends: Vec<TrendPoint>,
    /// Control charts, those that say most first.
    pub charts: Vec<ChartFacts>,
    /// How many there are, and how many of them are out of control.
    pub chart_counts: (usize, usize),
    /// What checkpoints have counted.
    pub flows: Vec<Flow>,
    /// Quarantines.
    pub quarantines: Vec<Quarantined>,
    /// Whether tests put rows aside.
    pub has_quarantine_tests: bool,
    /// Incidents, the newest first.
    pub incidents: Vec<Incident>,
}

impl Report {
    /// Takes charts, those that say most first.
    pub fn take_charts(&mut self, mut charts: Vec<ChartFacts>) {
        let special = charts.iter().filter(|it| it.is_special()).count();
        self.chart_counts = (charts.len(), special);
        charts.sort_by_key(ChartFacts::rank);
        charts.truncate(CHARTS);
        self.charts = charts;
    }

    /// The last run that worked on nodes.
    pub fn last_run(&self) -> Option<&Run> {
        let id = self.last_run.as_deref()?;
        self.runs.iter().find(|it| it.run_id == id)
    }
}

/// What a project asks for in `dsql.yml`, or else.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Asked {
    /// `events`.
    pub events: bool,
    /// `checkpoints`.
    pub checkpoints: bool,
    /// `score`.
    pub score: bool,
    /// `control`.
    pub control: bool,
}

/// A run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub run_id: String,
    /// The command.
    pub command: String,
    /// When it began.
    pub started_at: NaiveDateTime,
    /// `success`, `error`, `cancelled`; none while it goes on, or if it died.
    pub outcome: Option<String>,
    /// How long it took.
    pub seconds: Option<f64>,
    /// How many nodes it had.
    pub nodes: u64,
    /// How many of them failed.
    pub failed: u64,
    /// Who started it.
    pub started_by: String,
    /// The first digits of the commit, with a mark if files were changed.
    pub commit: String,
}

/// A node in the last run. Times are seconds since its beginning.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NodeRun {
    /// Its unique id.
    pub node: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// How it ended.
    pub status: String,
    /// Since when it could have begun.
    pub ready: Option<f64>,
    /// When it began; none if it was skipped.
    pub start: Option<f64>,
    /// How long it worked.
    pub seconds: f64,
}

/// Nodes, and edges from what is read to what reads it, by places in the list.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Dag {
    /// Models, seeds, snapshots, sources and exposures.
    pub nodes: Vec<GraphNode>,
    /// What reads what.
    pub edges: Vec<(usize, usize)>,
}

/// A node of the graph.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GraphNode {
    /// Its unique id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Where it belongs, the whole first: package and folders.
    pub folders: Vec<String>,
    /// How it and its tests ended the last time.
    pub state: State,
    /// Whether that was in the last run.
    pub is_recent: bool,
    /// When that was.
    pub ended_at: Option<NaiveDateTime>,
    /// How many tests it has.
    pub tests: usize,
    /// How many of them failed or warned the last time.
    pub failed_tests: usize,
    /// Who answers for it.
    pub owner: Option<String>,
}

/// A score.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ScoreFacts {
    /// `project`, `dimension`, `layer`, `domain` or `node`.
    pub level: String,
    /// The key of what is scored.
    pub subject: String,
    /// What people call that.
    pub name: String,
    /// The dimension, of scores in one.
    pub dimension: Option<String>,
    /// From 0 to 1.
    pub score: f64,
    /// How many tests it is made of.
    pub tests: u64,
    /// How many of them failed.
    pub failed: u64,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Likelihood and impact, each from 1 to 5.
    pub risk: Option<(u8, u8)>,
}

/// A score at a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TrendPoint {
    /// `project` or `dimension`.
    pub level: String,
    /// Which one.
    pub name: String,
    /// When.
    pub at: NaiveDateTime,
    /// From 0 to 1.
    pub score: f64,
}

/// A control chart.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChartFacts {
    /// What it is about, and the metric.
    pub name: String,
    /// The kind of chart.
    pub kind: String,
    /// What is said of the last point, for programs.
    pub outcome: String,
    /// The same for people.
    pub verdict: String,
    /// Since when limits are learned, if a phase was begun, and by whom.
    pub phase: Option<(NaiveDateTime, String)>,
    /// How often it was measured.
    pub measured: usize,
    /// The last of that, the oldest first.
    pub points: Vec<ChartPoint>,
    /// Where rules fired at these points, the oldest first.
    pub signals: Vec<SignalFacts>,
}

/// A point of a chart.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChartPoint {
    /// When it was measured.
    pub at: NaiveDateTime,
    /// The run, by its first digits.
    pub run: String,
    /// What is drawn; none if it cannot be read.
    pub value: Option<f64>,
    /// Lower limit, centre and upper limit, where it was judged.
    pub limits: Option<(f64, f64, f64)>,
    /// Whether a rule fired here.
    pub is_signal: bool,
}

/// A rule that fired.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignalFacts {
    /// At which point.
    pub at: usize,
    /// Its name.
    pub rule: String,
    /// What it means.
    pub meaning: String,
}

/// What a node has made of one of its inputs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Flow {
    /// What people call the node.
    pub node: String,
    /// What people call the input.
    pub input: String,
    /// Rows of the input.
    pub rows_in: u64,
    /// Rows of the node.
    pub rows: u64,
    /// Rows that went into quarantine.
    pub quarantined: u64,
    /// Whether it was published.
    pub is_accepted: bool,
}

impl Flow {
    /// Rows that are not in the node, nor in quarantine.
    pub fn lost(&self) -> u64 {
        self.rows_in.saturating_sub(self.rows + self.quarantined)
    }
}

/// The quarantine of a node.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Quarantined {
    /// What people call the node.
    pub name: String,
    /// Its rows by state.
    pub states: Vec<(String, u64)>,
    /// Why rows are there, the most frequent first.
    pub reasons: Vec<Reason>,
}

impl Quarantined {
    /// Counts rows in a state.
    pub fn count(&self, state: &str) -> u64 {
        let own = self.states.iter().filter(|it| it.0 == state);
        own.map(|it| it.1).sum()
    }
}

/// Why rows are in quarantine.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reason {
    /// The reason.
    pub text: String,
    /// How many rows.
    pub rows: u64,
    /// When the first of them came.
    pub first: Option<NaiveDateTime>,
    /// When the last of them came.
    pub last: Option<NaiveDateTime>,
}

/// An incident. What its rows are like is not told.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Incident {
    /// Its id.
    pub incident_id: String,
    /// The node, or a column of it.
    pub subject: String,
    /// When it was opened.
    pub opened_at: NaiveDateTime,
    /// By whom.
    pub opened_by: String,
    /// Why.
    pub reason: String,
    /// `open`, `contained` or `repaired`.
    pub state: String,
    /// When it was closed.
    pub closed_at: Option<NaiveDateTime>,
    /// What was done, in order.
    pub steps: Vec<IncidentStep>,
}

/// Something that was done in an incident.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IncidentStep {
    /// When.
    pub at: NaiveDateTime,
    /// By whom.
    pub done_by: String,
    /// What.
    pub step: String,
    /// With what.
    pub subject: String,
}

/// How many charts are kept.
const CHARTS: usize = 200;
/// How many digits of a run's id are kept at points.
const DIGITS: usize = 8;
/// How many points of a chart are drawn.
const POINTS: usize = 60;

impl ChartFacts {
    /// Takes what can be drawn of a chart.
    pub fn of(chart: &Chart) -> Self {
        let drawn = chart.control.as_ref().ok();
        let drawn = drawn.and_then(|it| it.chart.as_ref());
        let measured = chart.series.points.len();
        let before = measured.saturating_sub(POINTS);
        let points = chart.series.points.iter().enumerate().skip(before);
        let points = points.map(|(place, measured)| {
            let point = drawn.and_then(|it| it.point(place));
            let judged = point.and_then(|it| it.judged.as_ref());
            let value = match (judged, measured.size) {
                (Some(judged), _) => judged.plotted + judged.season,
                (None, Some(size)) => measured.value / size,
                (None, None) => measured.value,
            };
            let centre = drawn.map_or(0.0, |it| it.centre);
            ChartPoint {
                at: measured.at,
                run: measured.run_id.chars().take(DIGITS).collect(),
                value: Some(value).filter(|it| it.is_finite()),
                limits: judged.map(|it| {
                    let season = it.season;
                    (it.lower + season, centre + season, it.upper + season)
                }),
                is_signal: judged.is_some_and(|it| !it.rules.is_empty()),
            }
        });
        let signals = chart.signals().iter().filter_map(|it| {
            Some(SignalFacts {
                at: it.at.checked_sub(before)?,
                rule: it.rule.to_string(),
                meaning: it.rule.meaning().to_owned(),
            })
        });
        let phase = chart.series.phase.as_ref();
        Self {
            name: format!("{}.{}", chart.name, chart.metric.name),
            kind: chart.kind.to_owned(),
            outcome: chart.outcome().as_str().to_owned(),
            verdict: chart.verdict(),
            phase: phase.map(|it| (it.began_at, it.decided_by.clone())),
            measured,
            points: points.collect(),
            signals: signals.collect(),
        }
    }

    fn rank(&self) -> (u8, bool) {
        let rank = match self.outcome.as_str() {
            "special" => 0,
            "common" => 1,
            "too_little" => 2,
            _ => 3,
        };
        (rank, self.signals.is_empty())
    }

    /// Tells whether its last point does not fit.
    pub fn is_special(&self) -> bool {
        self.outcome == Outcome::Special.as_str()
    }

    /// Says what the limits are.
    pub fn limits(&self) -> Option<String> {
        let (lower, centre, upper) = self.points.iter().rev().find_map(|it| it.limits)?;
        let (lower, centre, upper) = (figure(lower), figure(centre), figure(upper));
        Some(format!("{lower} to {upper} around {centre}"))
    }
}
