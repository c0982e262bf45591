//! What incidents hold while they are open: rows of a node, which go into quarantine with each build, or a version, which
//! is not built again.
//!
//! In: the table `dsql.incident_hold`. Out: holds by node.

use std::collections::HashMap;
use std::sync::Arc;

use super::ledger::{SCHEMA, call_with, table, text};
use super::measured::number;
use super::{Execution, Failure};
use crate::adapters::{Cell, Relation};
use crate::jinja::Value;
use crate::jinja::context::Session;
use crate::jinja::library;
use crate::nodes::UniqueId;

/// The table of holds.
pub(super) const HOLDS: &str = "incident_hold";

/// What an incident holds of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct Hold {
    /// The incident.
    pub incident: String,
    /// The rows, as a condition in SQL; none if a version is held.
    pub condition: Option<String>,
    /// The version.
    pub version: Option<i64>,
    /// Why.
    pub reason: String,
}

/// Names what holds rows for an incident, where the names of tests stand.
pub(super) fn test_name(incident: &str) -> String {
    format!("incident_{incident}")
}

impl Hold {
    /// Says what keeps a node as it is; none if it is built.
    pub(super) fn pins(&self) -> Option<String> {
        let version = self.version?;
        Some(format!(
            "kept at version {version} by incident {}: {}",
            self.incident, self.reason
        ))
    }
}

/// What incidents hold, by node.
pub(super) type Holds = HashMap<UniqueId, Vec<Hold>>;

/// Names one of the tables of incidents.
pub(super) fn incident_table(database: &str, name: &str) -> Value {
    library::relation(Relation::new(Some(database), Some(SCHEMA), Some(name)))
}

/// Tells whether there is a table of holds: one statement, which is all that runs without incidents pay.
pub(super) fn are_there(execution: &Execution, session: &Session) -> Result<bool, Failure> {
    let database = execution.adapter.default_database();
    let table = Relation::new(Some(database), Some(SCHEMA), Some(HOLDS)).render();
    let sql = format!("select * from {table} limit 0");
    let mut connection = session.connection();
    let is_there = connection.execute(&sql, true, None).is_ok();
    if !is_there {
        connection.rollback()?;
    }
    Ok(is_there)
}

/// Reads what is held.
pub(super) fn read(execution: &Execution, session: &Arc<Session>) -> Result<Holds, Failure> {
    let database = execution.adapter.default_database();
    let arguments = vec![("table", incident_table(database, HOLDS))];
    let found = table(&call_with(session, "get_incident_holds", arguments)?);
    let mut holds = Holds::new();
    for row in &found.rows {
        if let [incident, node, condition, version, reason] = row.as_slice() {
            #[allow(clippy::cast_possible_truncation, reason = "a small number")]
            let version = number(version).map(|it| it as i64);
            let hold = Hold {
                incident: text(incident),
                condition: Some(condition).filter(|it| **it != Cell::Null).map(text),
                version,
                reason: text(reason),
            };
            let own = holds.entry(UniqueId::from(text(node))).or_default();
            own.push(hold);
        }
    }
    Ok(holds)
}
