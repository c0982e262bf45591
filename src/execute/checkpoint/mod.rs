//! Checkpoints: what a node has built is measured, and held against what was measured before.
//!
//! In: a node that is built, and what is wanted of it. Out: [`Measured`], as an event, and signals of charts that stop its
//! publication. One statement measures all. What may stop a publication is measured before the commit; everything else
//! when all nodes are built. What cannot be measured is no reason not to build: the node is built without.

mod rest;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::json;

pub use self::rest::Unmeasured;
use self::rest::Waiting;
use super::columns::table_columns;
use super::ledger::{call_with, dict, table};
use super::measured::{Measurements, count, number};
use super::quarantine::{Counts, quoted};
use super::{Execution, Failure};
use crate::adapters::{Cell, Relation};
use crate::checkpoint::{ColumnMeasured, Figure, InputMeasured, Measured};
use crate::control::{self, Chart, Series, SeriesOf, Watch};
use crate::events::{Event, NodeInfo};
use crate::jinja::Value;
use crate::jinja::context::{Session, node_relation, source_relation};
use crate::jinja::library;
use crate::jinja::python::List;
use crate::nodes::{CheckedColumns, Checkpoint, Node, Resource, ResourceType, UniqueId};
use crate::sql::SqlType;

/// Cells that come before those of columns.
const HEAD: usize = 3;
/// Cells of a column, beside the one that weighs it.
const OF_COLUMN: usize = 5;

/// Of which nodes a run measures what, and what stops their publication.
#[derive(Debug, Clone, Default)]
pub struct Checkpoints {
    /// What is measured.
    pub of: HashMap<UniqueId, Checkpoint>,
    /// Columns whose values nobody may see, in lower case.
    pub hidden: HashMap<UniqueId, BTreeSet<String>>,
    /// What must be in control before a node is published: metrics of its checkpoint, and of its data tests by their own ids.
    pub guards: HashMap<UniqueId, Vec<Watch>>,
    /// What people call what charts are about.
    pub names: HashMap<UniqueId, String>,
}

/// Checkpoints of a run in progress.
pub(super) struct Checks {
    execution: Arc<Execution>,
    /// Rows of what was measured.
    rows: Mutex<HashMap<UniqueId, u64>>,
    /// Nodes that could not be measured.
    given_up: Mutex<BTreeSet<UniqueId>>,
    /// Nodes that are built and not measured yet, those that others are made of first.
    waiting: Mutex<Vec<Waiting>>,
    /// What was measured before, by metric, once somebody needs it.
    history: Mutex<HashMap<&'static str, Arc<BTreeMap<SeriesOf, Series>>>>,
}

/// A column of a relation.
struct Column {
    name: String,
    sql_type: SqlType,
}

/// The cells of what was measured.
struct Parts<'a> {
    /// Rows measured, all rows where those are not all, the newest moment.
    head: &'a [Cell],
    /// How much there is of each column.
    weights: &'a [Cell],
    /// [`OF_COLUMN`] cells of each chosen column.
    columns: &'a [Cell],
    /// Rows of each input.
    inputs: &'a [Cell],
}

/// What a node is made of.
#[derive(Default)]
struct Inputs {
    /// What is counted already.
    counted: Vec<(UniqueId, u64)>,
    /// What is to be counted.
    uncounted: Vec<(UniqueId, Relation)>,
}

impl Checks {
    pub(super) fn new(execution: &Arc<Execution>) -> Self {
        Self {
            execution: execution.clone(),
            rows: Mutex::default(),
            given_up: Mutex::default(),
            waiting: Mutex::default(),
            history: Mutex::default(),
        }
    }

    /// Returns what is to be measured of a node; nothing where only a part of its rows is built.
    pub(super) fn wanted(&self, node: &Node) -> Option<&Checkpoint> {
        let is_part =
            self.execution.project.base.flags["EMPTY"] == true || self.execution.window.is_some();
        let wanted = self.execution.checkpoints.of.get(&node.unique_id);
        wanted.filter(|_| !is_part && !self.has_given_up(&node.unique_id))
    }

    /// Tells whether a node may be published before it is measured: nothing that is measured of it stops that.
    pub(super) fn can_wait(&self, node: &Node) -> bool {
        let guards = &self.execution.checkpoints.guards;
        !guards.contains_key(&node.unique_id)
    }

    /// Takes note of a node that is built and to be measured when all are.
    pub(super) fn put_off(&self, node: &Arc<Node>, took: Duration) {
        if self.wanted(node).is_some() {
            let node = node.clone();
            locked(&self.waiting).push(Waiting { node, took });
        }
    }

    /// Tells whether a node could not be measured.
    pub(super) fn has_given_up(&self, id: &UniqueId) -> bool {
        locked(&self.given_up).contains(id)
    }

    /// Measures a node as a transaction sees it that is open or begins here. An error says that it is lost; what
    /// cannot be measured otherwise is told, and left out.
    pub(super) fn measure(
        &self,
        node: &Arc<Node>,
        counts: Option<&Counts>,
        session: &Arc<Session>,
    ) -> Result<Option<Measured>, Failure> {
        let Some(wanted) = self.wanted(node) else {
            return Ok(None);
        };
        let taken_up = session.take_up(&node.unique_id, Some(Resource::Node(node)));
        let measured = taken_up.map_err(Failure::from);
        let measured = measured.and_then(|()| self.measured(node, wanted, session));
        let failure = match measured {
            Ok(mut measured) => {
                if let Some(counts) = counts {
                    [measured.rows_quarantined, measured.rows_filtered] = counts.put_aside();
                }
                locked(&self.rows).insert(node.unique_id.clone(), measured.rows);
                return Ok(Some(measured));
            }
            Err(failure) => failure,
        };
        let is_open = session.connection().execute("select 1", true, None).is_ok();
        if failure.is_cancelled() || !is_open {
            locked(&self.given_up).insert(node.unique_id.clone());
            return Err(failure);
        }
        self.give_up(&node.unique_id, failure);
        Ok(None)
    }

    /// Says that a node, or a source, cannot be measured.
    fn give_up(&self, id: &UniqueId, failure: Failure) {
        let name = self.execution.resources.search_name(id);
        let message = failure.into_finding().message;
        self.note(format!("`{name}` is not measured: {message}"));
        locked(&self.given_up).insert(id.clone());
    }

    /// Says that a node is built again, without being measured.
    pub(super) fn tell_given_up(&self, node: &Node, failure: Failure) {
        let message = failure.into_finding().message;
        self.note(format!(
            "`{}` cannot be measured, and is built without: {message}",
            node.name
        ));
    }

    /// Tells what was measured.
    pub(super) fn tell(&self, info: NodeInfo, measured: &Measured, signals: Option<&[String]>) {
        let mut facts = measured.facts();
        if let Some(signals) = signals.filter(|it| !it.is_empty()) {
            facts.insert("signals".to_owned(), json!(signals));
        }
        self.execution.project.base.sink.emit(Event::Checkpoint {
            node: Arc::new(info),
            seconds: measured.seconds,
            is_accepted: signals.is_none(),
            facts,
        });
    }

    /// Lists what is out of control in figures, and stops the publication of a node.
    pub(super) fn signals(&self, id: &UniqueId, figures: &[Figure]) -> Vec<String> {
        let Some(guards) = self.execution.checkpoints.guards.get(id) else {
            return Vec::new();
        };
        let mut signals = Vec::new();
        for watch in guards {
            let own = figures.iter().filter(|it| it.metric == watch.metric.name);
            for figure in own.filter(|it| watch.is_about(it.part.as_deref())) {
                match self.chart(id, watch, figure) {
                    Ok(chart) => signals.extend(chart.told().filter(|_| chart.is_error())),
                    Err(failure) => {
                        let message = failure.into_finding().message;
                        self.note(format!("Control charts are not drawn: {message}"));
                        return signals;
                    }
                }
            }
        }
        signals
    }

    fn chart(&self, id: &UniqueId, watch: &Watch, figure: &Figure) -> Result<Chart, Failure> {
        let of = SeriesOf {
            node: id.to_string(),
            part: figure.part.clone(),
        };
        let history = self.history(watch)?;
        let mut series = history.get(&of).cloned().unwrap_or_default();
        series.points.push(control::Measured {
            run_id: self.execution.project.base.invocation_id.to_string(),
            at: self.now().naive_utc(),
            value: figure.value,
            size: figure.size,
        });
        Ok(Chart::of(&of, &self.name(&of), watch, series))
    }

    /// Says what people call what a chart is about.
    fn name(&self, of: &SeriesOf) -> String {
        let names = &self.execution.checkpoints.names;
        let name = |id: &str| names.get(id).cloned().unwrap_or(id.to_owned());
        of.named(name)
    }

    /// Reads what was measured of all guarded nodes before, each metric once in a run, by a connection of its own: what goes
    /// wrong there does not end the transaction of a node.
    fn history(&self, watch: &Watch) -> Result<Arc<BTreeMap<SeriesOf, Series>>, Failure> {
        let mut history = locked(&self.history);
        if let Some(known) = history.get(watch.metric.name) {
            return Ok(known.clone());
        }
        let guards = self.execution.checkpoints.guards.iter();
        let guarded = guards.filter(|(_, watches)| {
            let mut metrics = watches.iter().map(|it| it.metric);
            metrics.any(|it| it == watch.metric)
        });
        let nodes: Vec<&str> = guarded.map(|(id, _)| &**id).collect();
        let found = match Measurements::open(&self.execution)? {
            Some(measurements) => measurements.series(watch.metric, &nodes)?,
            None => BTreeMap::new(),
        };
        let found = Arc::new(found);
        history.insert(watch.metric.name, found.clone());
        Ok(found)
    }

    fn measured(
        &self,
        node: &Arc<Node>,
        wanted: &Checkpoint,
        session: &Arc<Session>,
    ) -> Result<Measured, Failure> {
        let relation = node_relation(node, session.project.quoting);
        let has_own_rows = has_own_rows(node);
        let all = match has_own_rows || wanted.columns != CheckedColumns::None {
            true => columns_of(&relation, session)?,
            false => Vec::new(),
        };
        self.tell_unknown(node, wanted, &all);
        let chosen: Vec<&Column> = all.iter().filter(|it| wanted.measures(&it.name)).collect();
        let Inputs { counted, uncounted } = self.inputs(node);
        let weighed: &[Column] = if has_own_rows { &all } else { &[] };
        let hidden = self.execution.checkpoints.hidden.get(&node.unique_id);
        let argument = |it: &Column| it.argument(hidden, session);
        let list = |values: Vec<Value>| List::value(values);
        let relations = uncounted.iter().map(|(_, it)| it.clone());
        let lag = wanted.lag.as_deref().map(|it| quoted(it, session));
        let arguments = vec![
            ("relation", library::relation(relation)),
            (
                "columns",
                list(chosen.iter().map(|it| argument(it)).collect()),
            ),
            ("weighed", list(weighed.iter().map(argument).collect())),
            ("lag", optional(lag)),
            ("sample", optional(wanted.sample)),
            ("inputs", list(relations.map(library::relation).collect())),
        ];
        let found = table(&call_with(session, "measure_relation", arguments)?);
        let row = found.rows.first().map(Vec::as_slice).unwrap_or_default();
        let parts = Parts::of(row, weighed.len(), chosen.len());
        let (rows_measured, whole) = (parts.head.first(), parts.head.get(1));
        let rows_measured = rows_measured.map(count).unwrap_or_default();
        let whole = whole.filter(|it| **it != Cell::Null).map(count);
        let bytes = bytes_of(parts.weights, &all);
        let columns = parts.columns.chunks(OF_COLUMN).zip(&chosen);
        let columns = columns
            .filter_map(|(cells, column)| measured_column(&column.name, cells, rows_measured));
        let rows = parts.inputs.iter().map(count);
        let ids = uncounted.into_iter().map(|(id, _)| id);
        let inputs = ids.zip(rows).chain(counted).collect();
        let newest = parts.head.get(2).and_then(seconds_of);
        let now = self.now().timestamp_micros();
        #[allow(clippy::cast_precision_loss, reason = "a span of time")]
        let lag_seconds = newest.map(|it| now as f64 / 1e6 - it);
        Ok(Measured {
            rows: whole.unwrap_or(rows_measured),
            rows_measured,
            bytes: bytes.filter(|_| has_own_rows),
            lag_seconds,
            columns: columns.collect(),
            inputs: measured_inputs(inputs),
            ..Measured::default()
        })
    }

    /// Says which columns are named and not there.
    fn tell_unknown(&self, node: &Node, wanted: &Checkpoint, all: &[Column]) {
        let CheckedColumns::Named(names) = &wanted.columns else {
            return;
        };
        // What is said of many nodes is meant for those that have the column.
        if node.checkpoint().is_none() {
            return;
        }
        for name in names {
            if !all.iter().any(|it| it.name.eq_ignore_ascii_case(name)) {
                self.note(format!(
                    "`{}` has no column `{name}`, which its checkpoint names",
                    node.name
                ));
            }
        }
    }

    /// Lists what a node is made of, with the rows that are known. Instead of what is written into the query that reads it
    /// stands what that is made of.
    fn inputs(&self, node: &Node) -> Inputs {
        self.inputs_of(self.execution.resources.relations_read(node))
    }

    fn inputs_of(&self, ids: impl IntoIterator<Item = UniqueId>) -> Inputs {
        let mut inputs = Inputs::default();
        for id in ids {
            let known = locked(&self.rows).get(&id).copied();
            match known {
                Some(rows) => inputs.counted.push((id, rows)),
                None if self.has_given_up(&id) => {}
                None => {
                    let relation = self.relation_of(&id).map(|it| (id, it));
                    inputs.uncounted.extend(relation);
                }
            }
        }
        inputs
    }

    /// Finds the relation that a node reads; none of what has no rows.
    fn relation_of(&self, id: &UniqueId) -> Option<Relation> {
        let resources = &self.execution.resources;
        let quoting = self.execution.project.quoting;
        if let Some(input) = resources.nodes.get(id) {
            let deferred = self.execution.operation.deferred(input);
            let deferred = deferred.filter(|_| !self.is_selected(id));
            let own = || node_relation(input, quoting);
            return holds_rows(input).then(|| deferred.unwrap_or_else(own));
        }
        let source = resources.sources.get(id)?;
        let mut relation = source_relation(source, quoting);
        let written = self.execution.adapter.source_sql(source);
        relation.rendered = written.ok().flatten();
        Some(relation)
    }

    fn is_selected(&self, id: &str) -> bool {
        let selected = self.execution.project.selected.read();
        let selected = selected.unwrap_or_else(PoisonError::into_inner);
        selected.iter().any(|it| it == id)
    }

    fn now(&self) -> DateTime<Utc> {
        self.execution.project.base.system.now()
    }

    fn note(&self, text: String) {
        self.execution.project.base.sink.emit(Event::Note(text));
    }
}

impl<'a> Parts<'a> {
    fn of(row: &'a [Cell], weighed: usize, chosen: usize) -> Self {
        let cut = |cells: &'a [Cell], at: usize| cells.split_at(at.min(cells.len()));
        let (head, rest) = cut(row, HEAD);
        let (weights, rest) = cut(rest, weighed);
        let (columns, inputs) = cut(rest, chosen * OF_COLUMN);
        Self {
            head,
            weights,
            columns,
            inputs,
        }
    }
}

impl Column {
    fn of((name, sql_type): (String, Option<String>)) -> Self {
        let sql_type = sql_type.map(|it| SqlType::read(&it)).unwrap_or_default();
        Self { name, sql_type }
    }

    /// Describes the column for macros.
    fn argument(&self, hidden: Option<&BTreeSet<String>>, session: &Session) -> Value {
        let is_hidden = hidden.is_some_and(|it| it.contains(&self.name.to_lowercase()));
        let is_boolean = self.sql_type == SqlType::Boolean;
        let counts = is_boolean || self.sql_type.is_number();
        let is_moment = matches!(
            self.sql_type,
            SqlType::Date | SqlType::Time | SqlType::Timestamp | SqlType::TimestampTz
        );
        dict([
            ("name", Value::from(quoted(&self.name, session))),
            ("counts", Value::from(counts && !is_hidden)),
            ("is_boolean", Value::from(is_boolean)),
            ("shows", Value::from((counts || is_moment) && !is_hidden)),
            ("is_text", Value::from(self.sql_type == SqlType::Varchar)),
            ("is_blob", Value::from(self.sql_type == SqlType::Blob)),
            ("has_width", Value::from(width(&self.sql_type).is_some())),
        ])
    }

    /// Returns the bytes of the column's values, if they are known; of values that are all as wide their number was counted.
    fn bytes(&self, weight: &Cell) -> Option<u64> {
        let is_known = *weight != Cell::Null;
        is_known.then(|| count(weight) * width(&self.sql_type).unwrap_or(1))
    }
}

/// How many bytes a value has, where all have as many.
fn width(sql_type: &SqlType) -> Option<u64> {
    Some(match sql_type {
        SqlType::Boolean => 1,
        SqlType::Integer { bits, .. } => u64::from(*bits) / 8,
        SqlType::Float | SqlType::Date => 4,
        SqlType::Double | SqlType::Time | SqlType::Timestamp | SqlType::TimestampTz => 8,
        SqlType::Decimal(digits, _) => match digits {
            0..=4 => 2,
            5..=9 => 4,
            10..=18 => 8,
            _ => 16,
        },
        SqlType::Interval => 16,
        _ => return None,
    })
}

/// Reads the columns of a relation.
fn columns_of(relation: &Relation, session: &Session) -> Result<Vec<Column>, Failure> {
    let columns = table_columns(relation, session)?;
    Ok(columns.into_iter().map(Column::of).collect())
}

/// Returns the bytes of all columns, if those of all are known.
fn bytes_of(weights: &[Cell], columns: &[Column]) -> Option<u64> {
    let weights = weights.iter().zip(columns);
    weights.map(|(cell, column)| column.bytes(cell)).sum()
}

/// Sorts what a node is made of.
fn measured_inputs(inputs: Vec<(UniqueId, u64)>) -> Vec<InputMeasured> {
    let inputs = inputs.into_iter();
    let inputs = inputs.map(|(node, rows)| InputMeasured { node, rows });
    let mut inputs: Vec<InputMeasured> = inputs.collect();
    inputs.sort_by(|one, other| one.node.cmp(&other.node));
    inputs
}

/// Tells whether a node keeps the rows that it gives.
fn has_own_rows(node: &Node) -> bool {
    !matches!(node.config.materialized(), "view" | "external")
}

fn holds_rows(node: &Node) -> bool {
    node.relation_name.is_some() && node.resource_type != ResourceType::Function
}

fn measured_column(name: &str, cells: &[Cell], rows: u64) -> Option<ColumnMeasured> {
    let [values, distinct, min, max, mean] = cells else {
        return None;
    };
    Some(ColumnMeasured {
        name: name.to_owned(),
        nulls: rows.saturating_sub(count(values)),
        distinct: count(distinct),
        min: min.to_json(),
        max: max.to_json(),
        mean: number(mean),
    })
}

/// Reads a moment: seconds since 1970, or a time.
fn seconds_of(cell: &Cell) -> Option<f64> {
    #[allow(clippy::cast_precision_loss, reason = "a point in time")]
    let seconds = |at: NaiveDateTime| at.and_utc().timestamp_micros() as f64 / 1e6;
    match cell {
        Cell::DateTime(at) => Some(seconds(*at)),
        Cell::DateTimeTz(at) => Some(seconds(at.naive_utc())),
        Cell::Date(day) => Some(seconds(day.and_time(chrono::NaiveTime::MIN))),
        other => number(other),
    }
}

fn optional(value: Option<impl Into<Value>>) -> Value {
    value.map_or(Value::from(()), Into::into)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
