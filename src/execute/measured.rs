//! What was measured in runs, read out of their events, and the phases of control charts.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ledger::{SCHEMA, call_with, dict, table, text};
use super::{EVENTS, Execution, Failure};
use crate::adapters::{Cell, Relation, RelationCache};
use crate::control::{Measured, Metric, Phase, Series};
use crate::jinja::Value;
use crate::jinja::context::Session;
use crate::jinja::library;
use crate::jinja::python::List;

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
    ) -> Result<BTreeMap<String, Series>, Failure> {
        let nodes: Vec<Value> = nodes.iter().map(|it| Value::from(*it)).collect();
        let arguments = vec![
            ("events", self.relation(EVENTS)),
            ("nodes", List::value(nodes)),
        ];
        let found = table(&call_with(&self.session, metric.series, arguments)?);
        let mut all: BTreeMap<String, Series> = BTreeMap::new();
        for (node, measured) in found.rows.iter().filter_map(|it| measured(it)) {
            all.entry(node).or_default().points.push(measured);
        }
        let arguments = vec![
            ("phases", self.relation(PHASES)),
            ("metric", Value::from(metric.name)),
        ];
        let phases = table(&call_with(&self.session, "get_control_phases", arguments)?);
        for (node, phase) in phases.rows.iter().filter_map(|it| phase(it)) {
            if let Some(series) = all.get_mut(&node) {
                series.phase = Some(phase);
            }
        }
        Ok(all)
    }

    /// Begins a phase of a node's metric.
    pub fn begin(&self, node: &str, metric: &Metric, phase: &Phase) -> Result<(), Failure> {
        let phases = || ("phases", self.relation(PHASES));
        call_with(&self.session, "create_control_phases", vec![phases()])?;
        let began_at = phase.began_at.format("%Y-%m-%d %H:%M:%S%.6f").to_string();
        let reason = phase.reason.as_deref();
        let phase = dict([
            ("began_at", Value::from(began_at)),
            ("run_id", Value::from(phase.run_id.as_str())),
            ("decided_by", Value::from(phase.decided_by.as_str())),
            ("reason", reason.map_or(Value::from(()), Value::from)),
        ]);
        let arguments = vec![
            phases(),
            ("node", Value::from(node)),
            ("metric", Value::from(metric.name)),
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

fn measured(row: &[Cell]) -> Option<(String, Measured)> {
    let [node, run, at, value, size] = row else {
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
    Some((text(node), measured))
}

fn phase(row: &[Cell]) -> Option<(String, Phase)> {
    let [node, began_at, run, by, reason] = row else {
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
    Some((text(node), phase))
}

fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Integer(number) => Some(*number as f64),
        Cell::Decimal(number) => Some(number.to_f64()),
        _ => None,
    }
}
