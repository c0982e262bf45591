//! Rows in quarantine, read: their states, or all that is known of them.

use std::sync::Arc;

use super::super::ledger::{SCHEMA, call_with, table, text};
use super::quarantine_of;
use crate::adapters::{Relation, Table};
use crate::execute::prepare::list_relations;
use crate::execute::{Execution, Failure};
use crate::jinja::Value;
use crate::jinja::context::{Session, node_relation};
use crate::jinja::library;
use crate::jinja::python::List;
use crate::nodes::{Node, UniqueId};

/// The states in which rows are listed; a correction stands with what it corrects.
pub const STATES: [&str; 4] = ["quarantined", "discarded", "released", "resolved"];

/// Rows of a node in quarantine.
#[derive(Debug, Clone)]
pub struct KeptRows {
    /// The node.
    pub node: UniqueId,
    /// Its name.
    pub name: String,
    /// The table that has them.
    pub relation_name: String,
    /// Number of rows in each state.
    pub counts: Vec<(String, u64)>,
    /// The rows, with the columns of the table.
    pub rows: Arc<Table>,
    /// Row, decision, correction, by whom, why and when.
    pub decisions: Arc<Table>,
}

/// A row and its state.
#[derive(Debug, Clone)]
pub struct RowState {
    /// The row's name.
    pub row_id: String,
    /// Its state.
    pub state: String,
    /// Since when.
    pub since: String,
}

impl Execution {
    /// Finds the nodes that have a quarantine.
    pub fn with_quarantine(
        &self,
        nodes: Vec<Arc<Node>>,
        session: &Arc<Session>,
    ) -> Result<Vec<Arc<Node>>, Failure> {
        let mut found = Vec::new();
        for node in nodes {
            let table = quarantine_of(&node_relation(&node, session.project.quoting));
            let schema = Relation {
                identifier: None,
                ..table.clone()
            };
            let [database, schema_name, name] = table.parts();
            let there = session.cache.relations(database, schema_name, || {
                list_relations(session, schema.clone())
            })?;
            let is_it = |it: &Relation| {
                let own = it.identifier.as_deref().unwrap_or_default();
                name.is_some_and(|name| name.eq_ignore_ascii_case(own))
            };
            if there.iter().any(is_it) {
                found.push(node);
            }
        }
        Ok(found)
    }

    /// Lists rows of a node whose names begin with one of these, or all, and that fail one of these tests,
    /// or any.
    pub fn quarantined_states(
        &self,
        node: &Node,
        (names, tests): (&[String], &[String]),
        session: &Arc<Session>,
    ) -> Result<Vec<RowState>, Failure> {
        let table = quarantine_of(&node_relation(node, session.project.quoting));
        let arguments = vec![
            ("quarantine", library::relation(table)),
            ("names", texts(names.iter().map(String::as_str))),
            ("tests", texts(tests.iter().map(String::as_str))),
            ("states", texts(STATES)),
            ("whole", Value::from(false)),
        ];
        let found = self::table(&call_with(session, "get_quarantined_rows", arguments)?);
        let state = |row: &Vec<_>| match row.as_slice() {
            [id, state, since] => Some(RowState {
                row_id: text(id),
                state: text(state),
                since: text(since),
            }),
            _ => None,
        };
        Ok(found.rows.iter().filter_map(state).collect())
    }

    /// Reads rows of a node in quarantine, chosen alike.
    pub fn quarantined_rows(
        &self,
        node: &Node,
        (names, tests): (&[String], &[String]),
        states: &[&str],
        limit: Option<u64>,
        session: &Arc<Session>,
    ) -> Result<KeptRows, Failure> {
        let relation = quarantine_of(&node_relation(node, session.project.quoting));
        let quarantine = || ("quarantine", library::relation(relation.clone()));
        let arguments = vec![
            quarantine(),
            ("names", texts(names.iter().map(String::as_str))),
            ("tests", texts(tests.iter().map(String::as_str))),
            ("states", texts(states.iter().copied())),
            ("limit", limit.map_or(Value::from(()), Value::from)),
        ];
        let rows = table(&call_with(session, "get_quarantined_rows", arguments)?);
        let counted = table(&call_with(
            session,
            "count_quarantined_rows",
            vec![quarantine()],
        )?);
        let count = |row: &Vec<_>| match row.as_slice() {
            [state, count] => Some((text(state), text(count).parse().unwrap_or(0))),
            _ => None,
        };
        let list = decisions(node);
        let [database, schema, _] = list.parts();
        let there = session.cache.relations(database, schema, || {
            list_relations(session, list.without_identifier())
        })?;
        let is_it = |it: &Relation| it.identifier.as_deref() == list.identifier.as_deref();
        let decisions = match there.iter().any(is_it) {
            true => {
                let arguments = vec![
                    ("table", library::relation(list)),
                    ("node", Value::from(&*node.unique_id)),
                ];
                table(&call_with(session, "get_quarantine_decisions", arguments)?)
            }
            false => Arc::default(),
        };
        Ok(KeptRows {
            node: node.unique_id.clone(),
            name: node.search_name(),
            relation_name: relation.render(),
            counts: counted.rows.iter().filter_map(count).collect(),
            rows,
            decisions,
        })
    }
}

/// Names the list of decisions in the database of a node.
pub(super) fn decisions(node: &Node) -> Relation {
    Relation::new(
        node.database.as_deref(),
        Some(SCHEMA),
        Some("quarantine_decisions"),
    )
}

/// Makes a list of texts for a macro.
pub(super) fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Value {
    List::value(texts.into_iter().map(Value::from).collect::<Vec<_>>())
}
