//! What was measured in runs, read out of their events, and the phases of control charts.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ledger::{SCHEMA, call_with, dict, table, text};
use super::{EVENTS, Execution, Failure};
use crate::adapters::{Cell, Relation, RelationCache};
use crate::control::{Measured, Metric, Phase, Series, SeriesOf, Source, Subject};
use crate::jinja::Value;
use crate::jinja::context::Session;
use crate::jinja::library;
use crate::jinja::python::List;
use crate::system::naive_sql_time;

/// The table of phases.
const PHASES: &str = "control_phase";

/// The place where measurements and phases are read, and phases begun.
pub struct Measurements {
    session: Arc<Session>,
    database: String,
}

impl Measurements {
    /// Opens the warehouse; none if it has no events.
    pub fn open(execution: &Execution) -> Result<Option<Self>, Failure> {
        let session = execution.session(&Arc::new(RelationCache::default()), "control")?;
        let database = execution.adapter.default_database().to_owned();
        let opened = Self { session, database };
        let events = vec![("events", opened.relation(EVENTS))];
        let has_events = call_with(&opened.session, "has_events", events)?.is_true();
        Ok(has_events.then_some(opened))
    }

    /// Reads all series of a metric; of metrics of nodes those of these nodes.
    pub fn series(
        &self,
        metric: &Metric,
        nodes: &[&str],
    ) -> Result<BTreeMap<SeriesOf, Series>, Failure> {
        let nodes: Vec<Value> = nodes.iter().map(|it| Value::from(*it)).collect();
        let mut arguments = vec![
            ("events", self.relation(EVENTS)),
            ("nodes", List::value(nodes)),
        ];
        let series = match metric.source {
            Source::Events(series) => series,
            Source::Checkpoints(value, size) => {
                arguments.push(("value", Value::from(value)));
                arguments.push(("size", size.map_or(Value::from(()), Value::from)));
                match metric.subject {
                    Subject::Column => "get_checkpoint_column_series",
                    Subject::Input => "get_checkpoint_input_series",
                    Subject::Node | Subject::Run => "get_checkpoint_series",
                }
            }
        };
        let found = table(&call_with(&self.session, series, arguments)?);
        let mut all: BTreeMap<SeriesOf, Series> = BTreeMap::new();
        for (of, measured) in found.rows.iter().filter_map(|it| measured(it)) {
            all.entry(of).or_default().points.push(measured);
        }
        let arguments = vec![
            ("phases", self.relation(PHASES)),
            ("metric", Value::from(metric.name)),
        ];
        let phases = table(&call_with(&self.session, "get_control_phases", arguments)?);
        for (node, phased, phase) in phases.rows.iter().filter_map(|it| phase(it)) {
            let own = all
                .iter_mut()
                .filter(|(of, _)| of.node == node && of.phased(metric) == phased);
            for (_, series) in own {
                series.phase = Some(phase.clone());
            }
        }
        Ok(all)
    }

    /// Begins a phase of a series.
    pub fn begin(&self, of: &SeriesOf, metric: &Metric, phase: &Phase) -> Result<(), Failure> {
        let phases = || ("phases", self.relation(PHASES));
        call_with(&self.session, "create_control_phases", vec![phases()])?;
        let began_at = naive_sql_time(phase.began_at);
        let reason = phase.reason.as_deref();
        let phase = dict([
            ("began_at", Value::from(began_at)),
            ("run_id", Value::from(phase.run_id.as_str())),
            ("decided_by", Value::from(phase.decided_by.as_str())),
            ("reason", reason.map_or(Value::from(()), Value::from)),
        ]);
        let arguments = vec![
            phases(),
            ("node", Value::from(of.node.as_str())),
            ("metric", Value::from(of.phased(metric))),
            ("phase", phase),
        ];
        call_with(&self.session, "record_control_phase", arguments)?;
        self.session.connection().commit()?;
        Ok(())
    }

    fn relation(&self, name: &str) -> Value {
        let relation = Relation::new(Some(&self.database), Some(SCHEMA), Some(name));
        library::relation(relation)
    }
}

fn measured(row: &[Cell]) -> Option<(SeriesOf, Measured)> {
    let [node, run, at, value, size, parts @ ..] = row else {
        return None;
    };
    let Cell::DateTime(at) = at else {
        return None;
    };
    let measured = Measured {
        run_id: text(run),
        at: *at,
        value: number(value).unwrap_or(f64::NAN),
        size: number(size),
    };
    let of = SeriesOf {
        node: text(node),
        part: parts.first().filter(|it| **it != Cell::Null).map(text),
    };
    Some((of, measured))
}

fn phase(row: &[Cell]) -> Option<(String, String, Phase)> {
    let [node, metric, began_at, run, by, reason] = row else {
        return None;
    };
    let Cell::DateTime(began_at) = began_at else {
        return None;
    };
    let phase = Phase {
        began_at: *began_at,
        run_id: text(run),
        decided_by: text(by),
        reason: Some(text(reason)).filter(|it| !it.is_empty()),
    };
    Some((text(node), text(metric), phase))
}

/// Reads a number.
pub(super) fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Integer(number) => Some(*number as f64),
        Cell::Decimal(number) => Some(number.to_f64()),
        _ => None,
    }
}

/// Reads a count; what is none is nothing.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count"
)]
pub(super) fn count(cell: &Cell) -> u64 {
    number(cell).map_or(0, |it| it as u64)
}
