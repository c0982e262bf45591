//! Subjects of alerts and messages about them, as tables of the warehouse.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use super::ledger::{SCHEMA, call_with, table, text};
use super::{Execution, Failure};
use crate::adapters::{Cell, Relation, RelationCache};
use crate::alerts::{MESSAGE_COLUMNS, Message, SUBJECT_COLUMNS, State, Subject};
use crate::jinja::Value;
use crate::jinja::context::Session;
use crate::jinja::library;
use crate::jinja::python::List;

/// Rows in one statement.
const AT_ONCE: usize = 200;

/// A table of alerts.
struct Kept {
    name: &'static str,
    columns: &'static [(&'static str, &'static str)],
    /// The column that says whether a row is open.
    open: &'static str,
}

/// The name of the table of messages.
pub const ALERTS: &str = "alert";

const SUBJECTS: Kept = Kept {
    name: "alert_subject",
    columns: &SUBJECT_COLUMNS,
    open: "recovered_at",
};

const MESSAGES: Kept = Kept {
    name: ALERTS,
    columns: &MESSAGE_COLUMNS,
    open: "status",
};

/// The tables.
pub struct AlertStore {
    session: Arc<Session>,
    database: String,
    scope: String,
}

impl AlertStore {
    /// Opens the warehouse for a project and its target, and makes the tables where they are not there.
    pub fn open(execution: &Execution, scope: &str) -> Result<Self, Failure> {
        let session = execution.session(&Arc::new(RelationCache::default()), "alerts")?;
        let database = execution.adapter.default_database().to_owned();
        let scope = scope.to_owned();
        let store = Self {
            session,
            database,
            scope,
        };
        for kept in [SUBJECTS, MESSAGES] {
            store.call("create_alerts", &kept, Vec::new())?;
        }
        store.session.connection().commit()?;
        Ok(store)
    }

    /// Reads what is open.
    pub fn state(&self) -> Result<State, Failure> {
        let open = |kept: &Kept| vec![("open", Value::from(kept.open))];
        let subjects: Vec<Subject> = self.rows(&SUBJECTS, open(&SUBJECTS))?;
        let messages: Vec<Message> = self.rows(&MESSAGES, open(&MESSAGES))?;
        let subjects = subjects.into_iter().map(|it| (it.subject.clone(), it));
        let messages = messages.into_iter().map(|it| (it.alert_id.clone(), it));
        Ok(State {
            subjects: subjects.collect(),
            messages: messages.collect(),
            runs: Vec::new(),
        })
    }

    /// Reads the last messages.
    pub fn last(&self, most: usize) -> Result<Vec<Message>, Failure> {
        let by = ("by", Value::from("created_at"));
        self.rows(&MESSAGES, vec![by, ("most", Value::from(most))])
    }

    /// Writes subjects and messages, in one transaction.
    pub fn save(&self, subjects: &[Subject], messages: &[Message]) -> Result<(), Failure> {
        self.put(&SUBJECTS, subjects)?;
        self.put(&MESSAGES, messages)?;
        self.session.connection().commit()?;
        Ok(())
    }

    fn put<T: Serialize>(&self, kept: &Kept, all: &[T]) -> Result<(), Failure> {
        for some in all.chunks(AT_ONCE) {
            let rows = some.iter().map(|it| row(kept, it)).collect::<Vec<_>>();
            self.call("put_alerts", kept, vec![("rows", List::value(rows))])?;
        }
        Ok(())
    }

    fn rows<T: DeserializeOwned>(
        &self,
        kept: &Kept,
        mut arguments: Vec<(&str, Value)>,
    ) -> Result<Vec<T>, Failure> {
        arguments.push(("scope", Value::from(self.scope.as_str())));
        let found = table(&self.call("get_alerts", kept, arguments)?);
        let read = found.rows.iter().filter_map(|it| read(kept, it));
        Ok(read.collect())
    }

    fn call(
        &self,
        name: &str,
        kept: &Kept,
        arguments: Vec<(&str, Value)>,
    ) -> Result<Value, Failure> {
        let relation = Relation::new(Some(&self.database), Some(SCHEMA), Some(kept.name));
        let columns = kept.columns.iter().map(|(name, kind)| {
            let pair = [*name, *kind].map(Value::from);
            List::value(pair.to_vec())
        });
        let mut all = vec![
            ("alerts", library::relation(relation)),
            ("columns", List::value(columns.collect::<Vec<_>>())),
        ];
        all.extend(arguments);
        call_with(&self.session, name, all)
    }
}

/// Writes the values of all columns as text.
fn row<T: Serialize>(kept: &Kept, of: &T) -> Value {
    let json = serde_json::to_value(of).unwrap_or_default();
    let values = kept.columns.iter().map(|(name, _)| match &json[*name] {
        Json::Null => Value::from(()),
        Json::String(text) => Value::from(text.as_str()),
        other => Value::from(other.to_string()),
    });
    List::value(values.collect::<Vec<_>>())
}

/// Reads a row of texts; none for what another dsql has written.
fn read<T: DeserializeOwned>(kept: &Kept, row: &[Cell]) -> Option<T> {
    let mut json = Map::new();
    for ((name, kind), cell) in kept.columns.iter().zip(row) {
        let value = match cell {
            Cell::Null => Json::Null,
            cell if *kind == "bigint" => text(cell).parse::<i64>().ok()?.into(),
            cell => text(cell).into(),
        };
        json.insert((*name).to_owned(), value);
    }
    serde_json::from_value(Json::Object(json)).ok()
}
