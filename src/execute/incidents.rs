//! Incidents in the warehouse: what was touched is counted and held, what is done is written down.
//!
//! In: what is to be held, and steps. Out: the tables `dsql.incident`, `dsql.incident_step` and `dsql.incident_hold`, and rows in
//! quarantine. See `holds.rs` for what becomes of holds in runs.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::audit::Audit;
use super::checkpoint::Checks;
use super::holds::{HOLDS, Hold, incident_table, test_name};
use super::ledger::{Ledger, call_with, dict, is_listed, table, text};
use super::measured::count;
use super::quarantine::{Scope, create_counts, quarantine_of, quoted};
use super::{Execution, Failure};
use crate::adapters::{Cell, Relation, RelationCache};
use crate::events::Status;
use crate::jinja::Value;
use crate::jinja::context::{Session, node_relation};
use crate::jinja::library;
use crate::jinja::python::List;
use crate::nodes::{Node, Resource};
use crate::system::sql_time;

const INCIDENTS: &str = "incident";
const STEPS: &str = "incident_step";
/// How many keys are shown of rows.
const KEYS: u64 = 10;

/// The place where incidents are written down.
pub struct Incidents<'e> {
    execution: &'e Arc<Execution>,
    session: Arc<Session>,
    database: String,
}

/// One incident.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Incident {
    /// Names it.
    pub id: String,
    /// When it was opened, UTC.
    pub opened_at: String,
    /// Who opened it.
    pub opened_by: String,
    /// The node where it begins.
    pub node: String,
    /// The column, if it is one.
    pub column: Option<String>,
    /// The rows, in SQL.
    pub condition: Option<String>,
    /// Since when data was bad.
    pub since: String,
    /// Why.
    pub reason: String,
    /// `open`, `contained`, `repaired`.
    pub state: String,
    /// When it was over.
    pub closed_at: Option<String>,
}

/// Something that was done in an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentStep {
    /// When, UTC.
    pub at: String,
    /// Who did it.
    pub by: String,
    /// `opened`, `reached`, `contained`, `released`, `replayed`, `notified`, `repaired`.
    pub step: String,
    /// The node, or whoever it is about.
    pub subject: String,
    /// For people.
    pub detail: String,
}

impl<'e> Incidents<'e> {
    /// Opens the warehouse.
    pub fn open(execution: &'e Arc<Execution>) -> Result<Self, Failure> {
        let session = execution.session(&Arc::new(RelationCache::default()), "incident")?;
        let database = execution.adapter.default_database().to_owned();
        Ok(Self {
            execution,
            session,
            database,
        })
    }

    /// Lists incidents, the newest first.
    pub fn listed(&self) -> Result<Vec<Incident>, Failure> {
        let arguments = vec![("table", self.table(INCIDENTS))];
        let found = table(&call_with(&self.session, "get_incidents", arguments)?);
        Ok(found.rows.iter().filter_map(|it| incident(it)).collect())
    }

    /// Lists what was done in an incident.
    pub fn steps(&self, incident: &str) -> Result<Vec<IncidentStep>, Failure> {
        let arguments = vec![
            ("table", self.table(STEPS)),
            ("incident_id", Value::from(incident)),
        ];
        let found = table(&call_with(&self.session, "get_incident_steps", arguments)?);
        let step = |row: &Vec<Cell>| match row.as_slice() {
            [at, by, step, subject, detail] => Some(IncidentStep {
                at: text(at),
                by: text(by),
                step: text(step),
                subject: text(subject),
                detail: text(detail),
            }),
            _ => None,
        };
        Ok(found.rows.iter().filter_map(step).collect())
    }

    /// Counts the rows of a relation for which a condition holds, with some of their keys; none if there is no such relation.
    pub fn rows(
        &self,
        relation: Relation,
        condition: &str,
        key: Option<&str>,
    ) -> Result<Option<(u64, Vec<String>)>, Failure> {
        let key = key.map(|it| quoted(it, &self.session));
        let arguments = vec![
            ("relation", library::relation(relation)),
            ("condition", Value::from(condition)),
            ("key", key.map_or(Value::from(()), Value::from)),
            ("most", Value::from(KEYS)),
        ];
        let found = table(&call_with(&self.session, "find_incident_rows", arguments)?);
        let Some(rows) = found.rows.first().and_then(|it| it.first()) else {
            return Ok(None);
        };
        let keys = found.rows.iter().filter_map(|it| it.get(1));
        let keys = keys.filter(|it| **it != Cell::Null).map(text);
        Ok(Some((count(rows), keys.collect())))
    }

    /// Counts the rows that an incident has held of a node, and that are published again as they were.
    pub fn come_again(&self, node: &Node, incident: &str) -> Result<u64, Failure> {
        let own = node_relation(node, self.session.project.quoting);
        let name = test_name(incident);
        let condition =
            format!("dsql_state = 'resolved' and ', ' || dsql_tests || ',' like '%, {name},%'");
        let found = self.rows(quarantine_of(&own), &condition, None)?;
        Ok(found.map_or(0, |it| it.0))
    }

    /// Writes a condition that holds for rows whose key is among those of other rows, `within`: a relation with a condition.
    pub fn by_key(&self, key: &str, of: &str, within: &str) -> String {
        let (key, of) = (quoted(key, &self.session), quoted(of, &self.session));
        format!("{key} in (select {of} from {within})")
    }

    /// Writes which rows an incident has put into the quarantine of a node.
    pub fn in_quarantine(&self, node: &Node, incident: &str) -> String {
        let relation = node_relation(node, self.session.project.quoting);
        let quarantine = quarantine_of(&relation).render();
        format!(
            "{quarantine} where dsql_tests like '%incident_{incident}%' and dsql_state = 'quarantined'"
        )
    }

    /// Opens an incident.
    pub fn record(&self, incident: &Incident) -> Result<(), Failure> {
        let tables = dict([INCIDENTS, STEPS, HOLDS].map(|it| (it, self.table(it))));
        call_with(&self.session, "create_incidents", vec![("tables", tables)])?;
        let row = [
            Some(incident.id.as_str()),
            Some(&incident.opened_at),
            Some(&incident.opened_by),
            Some(&incident.node),
            incident.column.as_deref(),
            incident.condition.as_deref(),
            Some(&incident.since),
            Some(&incident.reason),
            Some(&incident.state),
            None,
        ];
        self.add(INCIDENTS, vec![texts(row)])?;
        Ok(self.session.connection().commit()?)
    }

    /// Writes steps down.
    pub fn record_steps(&self, incident: &str, steps: &[IncidentStep]) -> Result<(), Failure> {
        if steps.is_empty() {
            return Ok(());
        }
        let run = self.execution.project.base.invocation_id.to_string();
        let rows = steps.iter().map(|it| {
            let values = [
                incident,
                &it.at,
                &it.by,
                &run,
                &it.step,
                &it.subject,
                &it.detail,
            ];
            texts(values.map(Some))
        });
        self.add(STEPS, rows.collect())?;
        Ok(self.session.connection().commit()?)
    }

    /// Holds the rows of a node, and moves those that there are into quarantine. Returns how many.
    pub fn contain(
        &self,
        node: &Arc<Node>,
        hold: &Hold,
        at: DateTime<Utc>,
    ) -> Result<u64, Failure> {
        let ledger = match is_listed(node) {
            true => {
                let nodes = std::slice::from_ref(node);
                Some(Arc::new(Ledger::begin(
                    self.execution,
                    nodes,
                    &self.session,
                )?))
            }
            false => None,
        };
        let counts = self.take_out(node, hold, ledger.clone());
        let status = match &counts {
            Ok(_) => Status::Success,
            Err(_) => Status::Error,
        };
        if counts.is_ok() {
            self.record_hold(node, hold, at)?;
            self.session.connection().commit()?;
        } else {
            let _ = self.session.connection().rollback();
        }
        self.session.take_up("incident", None)?;
        if let Some(ledger) = ledger {
            let id = node.unique_id.clone();
            let result = crate::artifacts::NodeResult::untouched(id, status, super::node::thread());
            ledger.close(&[result], false, &self.session)?;
        }
        counts
    }

    fn take_out(
        &self,
        node: &Arc<Node>,
        hold: &Hold,
        ledger: Option<Arc<Ledger>>,
    ) -> Result<u64, Failure> {
        let session = &self.session;
        // Two transactions that make the same one do not go together.
        let quarantine = quarantine_of(&node_relation(node, session.project.quoting));
        let schema = library::relation(quarantine.without_identifier());
        call_with(session, "create_schema", vec![("relation", schema)])?;
        session.connection().commit()?;
        if ledger.is_some() {
            create_counts([&**node], session)?;
        }
        session.take_up(&node.unique_id, Some(Resource::Node(node)))?;
        session.connection().begin()?;
        let checks = Arc::new(Checks::new(self.execution));
        let audit = Audit::new(
            self.execution,
            node,
            Vec::new(),
            Scope::Some,
            ledger,
            checks,
            false,
        );
        let audit = audit.holding(vec![hold.clone()]);
        let looked = audit.look(session);
        if let Some(refusal) = looked.refusal {
            return Err(refusal);
        }
        session.take_up(&node.unique_id, Some(Resource::Node(node)))?;
        audit.publish(looked.counts.as_ref(), session)?;
        Ok(looked.counts.map_or(0, |it| it.put_aside()[0]))
    }

    /// Keeps a node at the version that it has.
    pub fn pin(&self, node: &Arc<Node>, hold: &Hold, at: DateTime<Utc>) -> Result<(), Failure> {
        self.record_hold(node, hold, at)?;
        Ok(self.session.connection().commit()?)
    }

    fn record_hold(&self, node: &Node, hold: &Hold, at: DateTime<Utc>) -> Result<(), Failure> {
        let version = hold.version.map_or(Value::from(()), Value::from);
        let condition = hold.condition.as_deref();
        let row = List::value(vec![
            Value::from(hold.incident.as_str()),
            Value::from(&*node.unique_id),
            condition.map_or(Value::from(()), Value::from),
            version,
            Value::from(hold.reason.as_str()),
            Value::from(sql_time(at)),
            Value::from(()),
        ]);
        self.add(HOLDS, vec![row])
    }

    /// Ends what an incident holds, or holds it again.
    pub fn release(&self, incident: &str, at: Option<DateTime<Utc>>) -> Result<(), Failure> {
        let arguments = vec![
            ("table", self.table(HOLDS)),
            ("incident_id", Value::from(incident)),
            (
                "released_at",
                at.map_or(Value::from(()), |it| Value::from(sql_time(it))),
            ),
        ];
        call_with(&self.session, "release_incident", arguments)?;
        Ok(self.session.connection().commit()?)
    }

    /// Sets the state of an incident.
    pub fn set_state(
        &self,
        incident: &str,
        state: &str,
        closed_at: Option<DateTime<Utc>>,
    ) -> Result<(), Failure> {
        let closed_at = closed_at.map_or(Value::from(()), |it| Value::from(sql_time(it)));
        let arguments = vec![
            ("table", self.table(INCIDENTS)),
            ("incident_id", Value::from(incident)),
            ("state", Value::from(state)),
            ("closed_at", closed_at),
        ];
        call_with(&self.session, "close_incident", arguments)?;
        Ok(self.session.connection().commit()?)
    }

    /// Lists the nodes that an incident holds.
    pub fn held(&self, incident: &str) -> Result<Vec<(String, Hold)>, Failure> {
        let holds = super::holds::read(self.execution, &self.session)?;
        let mut held: Vec<(String, Hold)> = holds
            .into_iter()
            .flat_map(|(id, holds)| holds.into_iter().map(move |it| (id.to_string(), it)))
            .filter(|(_, it)| it.incident == incident)
            .collect();
        held.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(held)
    }

    fn add(&self, name: &str, rows: Vec<Value>) -> Result<(), Failure> {
        let arguments = vec![("table", self.table(name)), ("rows", List::value(rows))];
        call_with(&self.session, "record_incident_rows", arguments).map(|_| ())
    }

    fn table(&self, name: &str) -> Value {
        incident_table(&self.database, name)
    }
}

fn texts<const N: usize>(values: [Option<&str>; N]) -> Value {
    let values = values.map(|it| it.map_or(Value::from(()), Value::from));
    List::value(values.to_vec())
}

fn incident(row: &[Cell]) -> Option<Incident> {
    let [
        id,
        opened_at,
        opened_by,
        node,
        column,
        condition,
        since,
        reason,
        state,
        closed_at,
    ] = row
    else {
        return None;
    };
    let some = |cell: &Cell| Some(text(cell)).filter(|it| !it.is_empty());
    Some(Incident {
        id: text(id),
        opened_at: text(opened_at),
        opened_by: text(opened_by),
        node: text(node),
        column: some(column),
        condition: some(condition),
        since: text(since),
        reason: text(reason),
        state: text(state),
        closed_at: some(closed_at),
    })
}
