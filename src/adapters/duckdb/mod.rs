//! DuckDB: one database, several connections.
//!
//! In: [`Credentials`], SQL. Out: rows, columns, DuckDB's own error texts and the bytes they
//! point at. SQL is split by DuckDB's parser and sent as it is. Files: `open.rs` makes the
//! database what the profile says, `connection.rs` runs statements and follows transactions,
//! `values.rs` reads rows, `native/` is the C interface.

mod advice;
mod attachment;
mod calendar;
mod column;
mod connection;
mod copies;
mod credentials;
mod csv_error;
mod empty;
mod external;
mod filesystem;
mod keys;
mod methods;
mod native;
mod open;
mod position;
mod python;
mod reads;
mod secret;
mod source;
mod target;
mod type_name;
mod values;
mod variant;

pub use attachment::Attachment;
pub use column::TYPE_NAMES;
pub use copies::{database_files, rehearse};
pub use credentials::{Credentials, Extension, Retries};
pub use secret::Secret;
pub use target::template_target;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use self::connection::DuckDbConnection;
use self::keys::Keys;
use self::native::{Database, EngineError, Session};
use super::agate::{Seed, Value};
use super::{
    Adapter, AdapterError, Argument, Capabilities, CellType, Connection, Faults, FullName, Method,
    Others, PythonJob, Reads, Refused, Relation, RelationState, Response, SourceError, TypeNames,
};
use crate::diagnostics::Diagnostic;
use crate::nodes::Source;
use crate::sql::Grammar;
use crate::text::FileId;

/// Returns the version of DuckDB, such as `v1.5.6`.
pub fn version() -> String {
    native::library_version()
}

/// A DuckDB database.
#[derive(Debug)]
pub struct DuckDb {
    credentials: Credentials,
    open: Mutex<Open>,
    keywords: Arc<OnceLock<HashSet<String>>>,
    keys: Keys,
    functions: OnceLock<reads::Functions>,
    others: Option<Others>,
    commits: Arc<Mutex<()>>,
    faults: OnceLock<Arc<Faults>>,
}

/// The database while it is open; held here too if it is to stay open without connections.
#[derive(Debug, Default)]
struct Open {
    database: Weak<Database>,
    held: Option<Arc<Database>>,
}

impl DuckDb {
    /// Makes the adapter; the database is opened for the first connection.
    pub fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            open: Mutex::default(),
            keywords: Arc::default(),
            keys: Keys::default(),
            commits: Arc::default(),
            functions: OnceLock::new(),
            others: None,
            faults: OnceLock::new(),
        }
    }

    /// Returns what the profile says.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    fn database(&self) -> Result<Arc<Database>, AdapterError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(database) = open.database.upgrade() {
            return Ok(database);
        }
        let database = open::open(&self.credentials, self.others.as_ref())?;
        open.database = Arc::downgrade(&database);
        if self.credentials.keep_open || self.credentials.is_in_memory() {
            open.held = Some(Arc::clone(&database));
        }
        Ok(database)
    }
}

impl Adapter for DuckDb {
    fn name(&self) -> &'static str {
        "duckdb"
    }

    fn grammar(&self) -> Grammar {
        Grammar::DuckDb
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            transactional_ddl: true,
            create_or_replace_table: true,
            quote: '"',
            max_identifier: None,
            connects: true,
            overwrites_tables: false,
            enforced_constraints: &["check", "not_null", "unique", "primary_key", "foreign_key"],
        }
    }

    fn heed(&mut self, others: Others) {
        self.others = Some(others);
    }

    fn connect(&self, _name: &str) -> Result<Box<dyn Connection>, AdapterError> {
        let database = self.database()?;
        let session = database.connect().map_err(|error| AdapterError::Connect {
            database: self.credentials.path.clone(),
            message: error.0,
            help: None,
        })?;
        open::apply_settings(&session, &self.credentials)?;
        let retries = self.credentials.retries.clone();
        let keywords = Arc::clone(&self.keywords);
        let has_lake = !self.credentials.ducklakes.is_empty();
        let commits = has_lake.then(|| Arc::clone(&self.commits));
        let connection = DuckDbConnection::new(
            session,
            retries,
            keywords,
            commits,
            self.faults.get().cloned(),
        );
        Ok(Box::new(connection))
    }

    fn empty(&self, schemas: &[(&str, &str)]) -> Option<Result<Box<dyn Adapter>, AdapterError>> {
        let made = empty::empty(&self.credentials, schemas);
        Some(made.map(|it| Box::new(it) as Box<dyn Adapter>))
    }

    fn is_settled(&self, sql: &str) -> bool {
        empty::is_settled(sql)
    }

    fn refused(&self, error: &AdapterError) -> Option<Refused> {
        empty::refused(error)
    }

    fn has_function(
        &self,
        connection: &mut dyn Connection,
        name: &str,
    ) -> Result<bool, AdapterError> {
        empty::has_function(connection, name)
    }

    fn disturb(&self, faults: Faults) {
        self.faults.get_or_init(|| Arc::new(faults));
    }

    fn write_out(&self) {
        if !self.credentials.is_in_file() {
            return;
        }
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let database = open.database.upgrade();
        drop(open);
        // Where this fails, closing tries again.
        let _ = database.map(|it| open::run(&it.connect()?, "CHECKPOINT"));
    }

    fn close(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        // Closing writes the log into the file: not while the lock is held.
        let held = open.held.take();
        drop(open);
        drop(held);
    }

    fn default_database(&self) -> &str {
        &self.credentials.database
    }

    fn type_names(&self) -> &'static TypeNames {
        &column::TYPE_NAMES
    }

    fn convert_type(&self, cells: CellType, has_decimals: bool) -> &'static str {
        match cells {
            CellType::Integer => "integer",
            CellType::Number if has_decimals => "float8",
            CellType::Number => "integer",
            CellType::Boolean => "boolean",
            CellType::Date => "date",
            CellType::DateTime => "timestamp without time zone",
            CellType::Text => "text",
        }
    }

    /// DuckDB takes no name of a database there, not even of the one it is in.
    fn foreign_key_target<'t>(&self, to: &'t str) -> &'t str {
        match to.split_once('.') {
            Some((_, rest)) if rest.contains('.') => rest,
            _ => to,
        }
    }

    fn source_sql(&self, source: &Source) -> Result<Option<String>, SourceError> {
        source::location(source)
    }

    fn wait_for_turn(
        &self,
        connection: &mut dyn Connection,
        relation: &Relation,
        keys: &[&str],
    ) -> Result<Option<MutexGuard<'_, ()>>, AdapterError> {
        self.keys.wait(connection, relation, keys)
    }

    fn methods(&self) -> &'static [Method] {
        methods::ALL
    }

    fn call(
        &self,
        connection: Option<&mut dyn Connection>,
        method: &str,
        arguments: &mut [Argument],
    ) -> Result<serde_json::Value, AdapterError> {
        self.call_method(connection, method, arguments)
    }

    fn run_python(
        &self,
        connection: &mut dyn Connection,
        job: &PythonJob<'_>,
    ) -> Result<Response, AdapterError> {
        self.python(connection, job)
    }

    fn identity(&self, connection: &mut dyn Connection) -> Result<String, AdapterError> {
        let sql = "select version() || ' ' || current_setting('TimeZone')";
        let (_, table) = connection.execute(sql, true, None)?;
        let cell = table.rows.into_iter().flatten().next();
        Ok(cell.map(|it| it.to_string()).unwrap_or_default())
    }

    fn reads(
        &self,
        connection: &mut dyn Connection,
        sql: &str,
    ) -> Result<Result<Reads, String>, AdapterError> {
        let functions = match self.functions.get() {
            Some(functions) => functions,
            None => {
                let found = reads::Functions::of(connection)?;
                self.functions.get_or_init(|| found)
            }
        };
        reads::reads(connection, functions, sql)
    }

    fn content(
        &self,
        connection: &mut dyn Connection,
        query: &str,
    ) -> Result<(String, i64), AdapterError> {
        reads::content(connection, &format!("({query})"))
    }

    fn relation_state(
        &self,
        connection: &mut dyn Connection,
        name: &FullName,
    ) -> Result<Option<RelationState>, AdapterError> {
        reads::state(connection, name)
    }

    fn explain_load(&self, seed: &Seed, file: FileId, message: &str) -> Vec<Diagnostic> {
        csv_error::explain_load(seed, file, message)
    }
}

/// Doubles single quotes, as a text in SQL needs.
pub fn escape(text: &str) -> String {
    text.replace('\'', "''")
}

/// Asks DuckDB for the words that need quotes as names.
fn keywords(session: &Session) -> Result<HashSet<String>, EngineError> {
    let statements = session.extract("SELECT keyword_name FROM duckdb_keywords()")?;
    let mut words = HashSet::new();
    let mut rows = statements.prepare(0)?.run(true)?;
    while let Some(chunk) = rows.next()? {
        let vector = chunk.column(0);
        for row in 0..chunk.len() {
            let value = vector.as_ref().map(|it| values::read(it, row, "UTC"));
            if let Some(Ok(Value::Text(word))) = value {
                words.insert(word);
            }
        }
    }
    Ok(words)
}
