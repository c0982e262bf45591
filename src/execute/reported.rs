//! What runs have left in the warehouse, for a page to look at.
//!
//! In: events with their views, scores, checkpoints, quarantines. Out: parts of a report. Each is empty where there is no such table.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::NaiveDateTime;

use super::ledger::{SCHEMA, call_with, table, text};
use super::measured::{count, number};
use super::quarantine::quarantine_of;
use super::scored::SCORES;
use super::{EVENTS, Execution, Failure};
use crate::adapters::{Cell, Relation, RelationCache, Table};
use crate::jinja::Value;
use crate::jinja::context::{Session, node_relation};
use crate::jinja::library;
use crate::jinja::python::List;
use crate::nodes::Node;
use crate::report::{
    Flow, Incident, IncidentStep, NodeRun, Quarantined, Reason, Run, ScoreFacts, TrendPoint,
};

/// How many digits of a commit are shown.
const DIGITS: usize = 8;

/// The place where all of it is read.
pub struct Records {
    session: Arc<Session>,
    database: String,
    has_events: bool,
}

/// How a node ended the last time.
#[derive(Debug, Clone)]
pub struct LastResult {
    /// In dbt's words.
    pub status: String,
    /// The run.
    pub run_id: String,
    /// When.
    pub at: Option<NaiveDateTime>,
}

impl Records {
    /// Opens the warehouse.
    pub fn open(execution: &Execution) -> Result<Self, Failure> {
        let session = execution.session(&Arc::new(RelationCache::default()), "report")?;
        let database = execution.adapter.default_database().to_owned();
        let mut opened = Self {
            session,
            database,
            has_events: false,
        };
        let events = vec![opened.relation("events", EVENTS)];
        opened.has_events = call_with(&opened.session, "has_events", events)?.is_true();
        Ok(opened)
    }

    /// Tells whether there are events.
    pub fn has_events(&self) -> bool {
        self.has_events
    }

    /// Reads the last runs, the oldest first.
    pub fn runs(&self, most: u64) -> Result<Vec<Run>, Failure> {
        let found = self.read(
            "get_report_runs",
            vec![
                self.relation("events", EVENTS),
                self.relation("runs", "job_run"),
                ("most", Value::from(most)),
            ],
        )?;
        let runs = rows(&found).filter_map(|row| {
            let commit = row.text("git_commit");
            let commit = commit.get(..DIGITS).unwrap_or(&commit).to_owned();
            let is_dirty = *row.cell("is_dirty") == Cell::Boolean(true);
            Some(Run {
                run_id: row.text("run_id"),
                command: row.text("command"),
                started_at: time(row.cell("started_at"))?,
                outcome: row.some("outcome"),
                seconds: number(row.cell("seconds")),
                nodes: count(row.cell("nodes")),
                failed: count(row.cell("failed_nodes")),
                started_by: row.text("started_by"),
                commit: if is_dirty {
                    format!("{commit}, changed")
                } else {
                    commit
                },
            })
        });
        Ok(runs.collect())
    }

    /// Reads the nodes of a run, in the order in which they began.
    pub fn node_runs(&self, run: &Run) -> Result<Vec<NodeRun>, Failure> {
        let found = self.read(
            "get_report_node_runs",
            vec![
                self.relation("events", EVENTS),
                self.relation("node_runs", "process_run"),
                ("run_id", Value::from(run.run_id.as_str())),
            ],
        )?;
        let since = |at: NaiveDateTime| seconds(at - run.started_at);
        let ends: HashMap<String, NaiveDateTime> = rows(&found)
            .filter_map(|row| Some((row.text("node"), time(row.cell("ended_at"))?)))
            .collect();
        let nodes = rows(&found).map(|row| {
            let start = time(row.cell("started_at"));
            let needed = serde_json::from_str::<Vec<String>>(&row.text("waited_for"));
            let needed = needed.unwrap_or_default();
            let ready = needed.iter().filter_map(|it| ends.get(it).copied()).max();
            // What tests within a node's transaction wait for is not told.
            let is_inner = row.text("resource_type") == "test" && run.command != "test";
            let planned = || time(row.cell("planned_at")).filter(|_| !is_inner);
            let ready = ready.or_else(planned);
            NodeRun {
                node: row.text("node"),
                name: row.text("name"),
                kind: row.text("resource_type"),
                status: row
                    .some("status")
                    .unwrap_or_else(|| "unfinished".to_owned()),
                ready: ready.map(since),
                start: start.map(since),
                seconds: match start {
                    Some(_) => number(row.cell("seconds")).unwrap_or_default(),
                    None => 0.0,
                },
            }
        });
        Ok(nodes.collect())
    }

    /// Reads how nodes ended the last time.
    pub fn states(&self) -> Result<HashMap<String, LastResult>, Failure> {
        let events = vec![self.relation("events", EVENTS)];
        let found = self.read("get_report_states", events)?;
        let states = rows(&found).map(|row| {
            let result = LastResult {
                status: row.text("status"),
                run_id: row.text("run_id"),
                at: time(row.cell("happened_at")),
            };
            (row.text("node"), result)
        });
        Ok(states.collect())
    }

    /// Reads the last scores.
    pub fn scores(&self) -> Result<Vec<ScoreFacts>, Failure> {
        let found = self.read("get_report_scores", vec![self.relation("table", SCORES)])?;
        let scores = rows(&found).filter_map(|row| {
            let level = |name: &str| {
                u8::try_from(count(row.cell(name)))
                    .ok()
                    .filter(|it| *it > 0)
            };
            Some(ScoreFacts {
                level: row.text("level"),
                subject: row.text("subject"),
                name: row.text("name"),
                dimension: row.some("dimension"),
                score: number(row.cell("score"))?,
                tests: count(row.cell("tests")),
                failed: count(row.cell("failed_tests")),
                owner: row.some("owner"),
                risk: level("likelihood").zip(level("impact")),
            })
        });
        Ok(scores.collect())
    }

    /// Reads scores of the project and of dimensions in the last runs, the oldest first.
    pub fn trends(&self, most: u64) -> Result<Vec<TrendPoint>, Failure> {
        let arguments = vec![self.relation("table", SCORES), ("most", Value::from(most))];
        let found = self.read("get_report_trends", arguments)?;
        let points = rows(&found).filter_map(|row| {
            Some(TrendPoint {
                level: row.text("level"),
                name: row.text("name"),
                at: time(row.cell("scored_at"))?,
                score: number(row.cell("score"))?,
            })
        });
        Ok(points.collect())
    }

    /// Reads what the last checkpoint of each node has counted of its inputs, by unique ids.
    pub fn flows(&self) -> Result<Vec<Flow>, Failure> {
        let inputs = vec![self.relation("inputs", "checkpoint_input")];
        let found = self.read("get_report_flow", inputs)?;
        let flows = rows(&found).map(|row| Flow {
            node: row.text("node"),
            input: row.text("input"),
            rows_in: count(row.cell("rows_in")),
            rows: count(row.cell("rows")),
            quarantined: count(row.cell("rows_quarantined")),
            is_accepted: *row.cell("is_accepted") == Cell::Boolean(true),
        });
        Ok(flows.collect())
    }

    /// Counts rows in the quarantines of nodes that have one; `name` says what people call a node.
    pub fn quarantines(
        &self,
        nodes: &[&Arc<Node>],
        name: impl Fn(&Node) -> String,
    ) -> Result<Vec<Quarantined>, Failure> {
        let relation = |node: &&Arc<Node>| {
            let relation = node_relation(node, self.session.project.quoting);
            library::relation(quarantine_of(&relation))
        };
        let tables: Vec<Value> = nodes.iter().map(relation).collect();
        let arguments = vec![("quarantines", List::value(tables))];
        let found = self.read("get_report_quarantine", arguments)?;
        let mut own: BTreeMap<u64, Quarantined> = BTreeMap::new();
        for row in &found.rows {
            let [place, state, reason, rows, first, last] = row.as_slice() else {
                continue;
            };
            let (state, rows) = (text(state), count(rows));
            let of = own.entry(count(place)).or_default();
            if state == "quarantined" {
                of.reasons.push(Reason {
                    text: text(reason),
                    rows,
                    first: time(first),
                    last: time(last),
                });
            }
            of.states.push((state, rows));
        }
        let named = own.into_iter().filter_map(|(place, mut of)| {
            of.name = name(nodes.get(usize::try_from(place).ok()?)?);
            of.reasons
                .sort_by(|one, other| (other.rows, &one.text).cmp(&(one.rows, &other.text)));
            Some(of)
        });
        Ok(named.collect())
    }

    /// Reads the last incidents, by unique ids of nodes.
    pub fn incidents(
        &self,
        most: u64,
        name: impl Fn(&str) -> String,
    ) -> Result<Vec<Incident>, Failure> {
        let found = self.read(
            "get_report_incidents",
            vec![
                self.relation("incidents", "incident"),
                self.relation("steps", "incident_step"),
                ("most", Value::from(most)),
            ],
        )?;
        let mut incidents: Vec<Incident> = Vec::new();
        for row in rows(&found) {
            let id = row.text("incident_id");
            if incidents.last().is_none_or(|it| it.incident_id != id) {
                let Some(opened_at) = time(row.cell("opened_at")) else {
                    continue;
                };
                let column = row.some("column_name").map(|it| format!(".{it}"));
                incidents.push(Incident {
                    incident_id: id,
                    subject: name(&row.text("node")) + &column.unwrap_or_default(),
                    opened_at,
                    opened_by: row.text("opened_by"),
                    reason: row.text("reason"),
                    state: row.text("state"),
                    closed_at: time(row.cell("closed_at")),
                    steps: Vec::new(),
                });
            }
            if let (Some(own), Some(at)) = (incidents.last_mut(), time(row.cell("step_at"))) {
                own.steps.push(IncidentStep {
                    at,
                    done_by: row.text("done_by"),
                    step: row.text("step"),
                    subject: name(&row.text("subject")),
                });
            }
        }
        Ok(incidents)
    }

    fn read(&self, name: &str, arguments: Vec<(&str, Value)>) -> Result<Arc<Table>, Failure> {
        Ok(table(&call_with(&self.session, name, arguments)?))
    }

    fn relation(&self, argument: &'static str, name: &str) -> (&'static str, Value) {
        let relation = Relation::new(Some(&self.database), Some(SCHEMA), Some(name));
        (argument, library::relation(relation))
    }
}

/// A row whose cells are found by names: views have more columns where the engine reads JSON.
struct Row<'t> {
    table: &'t Table,
    cells: &'t [Cell],
}

fn rows(table: &Table) -> impl Iterator<Item = Row<'_>> {
    table.rows.iter().map(move |cells| Row { table, cells })
}

impl Row<'_> {
    fn cell(&self, name: &str) -> &Cell {
        let mut columns = self.table.columns.iter();
        let place = columns.position(|it| it.name.eq_ignore_ascii_case(name));
        let cell = place.and_then(|it| self.cells.get(it));
        cell.unwrap_or(&Cell::Null)
    }

    fn text(&self, name: &str) -> String {
        text(self.cell(name))
    }

    fn some(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|it| !it.is_empty())
    }
}

fn time(cell: &Cell) -> Option<NaiveDateTime> {
    match cell {
        Cell::DateTime(at) => Some(*at),
        _ => None,
    }
}

/// Writes a difference as seconds.
#[allow(clippy::cast_precision_loss, reason = "it is drawn")]
fn seconds(difference: chrono::TimeDelta) -> f64 {
    difference.num_milliseconds() as f64 / 1000.0
}
