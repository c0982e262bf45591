//! Events of runs from their files into a table of the warehouse, each once.
//!
//! What the table does not have of a run is added in one transaction: whoever is killed before its end has added nothing,
//! and whoever delivers again adds nothing twice.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::ledger::{SCHEMA, call_with};
use super::{Execution, Failure};
use crate::adapters::{Relation, RelationCache};
use crate::event_log::{COLUMNS, values};
use crate::jinja::Value;
use crate::jinja::context::Session;
use crate::jinja::library;
use crate::jinja::python::List;

/// The name of the table.
pub const EVENTS: &str = "event";

/// Entries in one statement, where they are written into it.
const AT_ONCE: usize = 500;

/// Events of a run that are not delivered yet.
#[derive(Debug, Clone)]
pub struct Undelivered {
    /// The run.
    pub run_id: String,
    /// Its file, where there is one.
    pub file: Option<PathBuf>,
    /// Lines of entries that are not in the file.
    pub lines: String,
    /// Whether an entry may stand in the file twice.
    pub has_twice: bool,
    /// Whether nothing is added to the file any more.
    pub is_over: bool,
}

/// The table of events, and a session of its own.
pub struct EventStore {
    session: Arc<Session>,
}

impl fmt::Debug for EventStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EVENTS)
    }
}

impl EventStore {
    /// Makes the table of events and its views, those of checkpoints if there are any.
    pub fn open(execution: &Execution, has_checkpoints: bool) -> Result<Self, Failure> {
        let cache = Arc::new(RelationCache::default());
        let session = execution.session(&cache, "events")?;
        let store = Self { session };
        store.call("create_events", Vec::new())?;
        store.views("create_event_views")?;
        if has_checkpoints {
            store.views("create_checkpoint_views")?;
        }
        store.session.connection().commit()?;
        Ok(store)
    }

    /// Delivers events; calls `done` after each run whose events are delivered.
    pub fn deliver(
        &self,
        all: &[Undelivered],
        mut done: impl FnMut(&Undelivered),
    ) -> Result<(), Failure> {
        for it in all {
            if let Some(file) = &it.file {
                let path = ("path", Value::from(file.to_string_lossy().into_owned()));
                let has_twice = ("has_twice", Value::from(it.has_twice));
                self.of_run("deliver_events", it, vec![path, has_twice])?;
            }
            let entries: Vec<Value> = it.lines.lines().filter_map(entry).collect();
            for entries in entries.chunks(AT_ONCE) {
                let entries = List::value(entries.to_vec());
                self.of_run("deliver_entries", it, vec![("entries", entries)])?;
            }
            self.session.connection().commit()?;
            done(it);
        }
        Ok(())
    }

    fn events(&self) -> Value {
        let database = self.session.adapter.default_database();
        library::relation(Relation::new(Some(database), Some(SCHEMA), Some(EVENTS)))
    }

    fn views(&self, name: &str) -> Result<(), Failure> {
        let arguments = vec![("events", self.events())];
        call_with(&self.session, name, arguments).map(|_| ())
    }

    fn call(&self, name: &str, arguments: Vec<(&str, Value)>) -> Result<(), Failure> {
        let columns = COLUMNS.map(|(name, kind)| {
            let pair = [name, kind].map(Value::from);
            List::value(pair.to_vec())
        });
        let mut all = vec![
            ("events", self.events()),
            ("columns", List::value(columns.to_vec())),
        ];
        all.extend(arguments);
        call_with(&self.session, name, all).map(|_| ())
    }

    fn of_run(
        &self,
        name: &str,
        of: &Undelivered,
        mut arguments: Vec<(&str, Value)>,
    ) -> Result<(), Failure> {
        arguments.push(("run_id", Value::from(of.run_id.as_str())));
        self.call(name, arguments)
    }
}

/// Reads a line of an entry; none for what is none.
fn entry(line: &str) -> Option<Value> {
    let values = values(line)?.into_iter();
    let values = values.map(|it| it.map_or(Value::from(()), Value::from));
    Some(List::value(values.collect::<Vec<_>>()))
}
