//! Databases: the only place with connections.
//!
//! In: SQL text and [`Relation`] values. Out: [`Response`], [`Table`] or an [`AdapterError`] that
//! keeps the database's own words. SQL is sent as it is: nothing here splits or reads it. One
//! folder per engine; what differs between engines is a [`Capabilities`] value or a trait method.

mod address;
pub mod agate;
mod cache;
mod column;
mod constraint;
mod dialect;
pub mod duckdb;
mod engines;
mod faults;
mod index;
mod others;
mod profile;
pub mod python;
mod reads;
mod relation;
mod table;

pub use address::passwords;
pub use cache::{NameTaken, RelationCache};
pub use column::{Column, NotText, TypeError, TypeNames, missing_columns};
pub use constraint::{ConstraintError, render_columns, render_model};
pub use engines::{
    ENGINES, adapter, adapter_type, built_in_target, connection_info, database_files,
    dialect_target, dialects, embedded, quoting, rehearse, settle_paths, target_keys, type_names,
};
pub use faults::Faults;
pub use index::{Index, IndexError};
pub use others::Others;
pub use profile::ProfileError;
pub use python::PythonJob;
pub use reads::{FullName, Reads, RelationState};
pub use relation::{ApproximateMatch, EventTimeFilter, Quoting, Relation, RelationKind};
pub use table::{Cell, CellType, Table, TableColumn};

use std::sync::{Arc, MutexGuard};

use self::agate::Seed;
use crate::diagnostics::Diagnostic;
use crate::nodes::Source;
use crate::sql::Grammar;
use crate::text::FileId;

/// What an engine can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// Whether schema changes can be rolled back.
    pub transactional_ddl: bool,
    /// Whether a table can be replaced in one statement.
    pub create_or_replace_table: bool,
    /// Character that quotes identifiers.
    pub quote: char,
    /// Longest identifier, in bytes.
    pub max_identifier: Option<usize>,
    /// Whether there is a database to ask: not where statements are only written down.
    pub connects: bool,
    /// Whether the strategy `insert_overwrite` replaces the whole table where no partitions are named.
    pub overwrites_tables: bool,
    /// Types of constraints that hold for every row.
    pub enforced_constraints: &'static [&'static str],
}

/// What the database answered beside rows (dbt's `AdapterResponse`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// `OK`, `INSERT 5` …
    pub message: String,
    /// Kind of statement.
    pub code: Option<String>,
    /// Rows touched, where the engine tells.
    pub rows_affected: Option<i64>,
}

/// What went wrong at the database.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AdapterError {
    /// The database could not be opened.
    #[error("cannot open {database}: {message}")]
    Connect {
        /// What was to be opened; never a password.
        database: String,
        /// The engine's words.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// A statement failed.
    #[error("{message}")]
    Statement {
        /// The engine's words, complete.
        message: String,
        /// Byte offset in the SQL that the engine points at.
        offset: Option<usize>,
        /// What to do about it, where SQL is not to blame.
        help: Option<String>,
    },
    /// A model in Python failed, or cannot run.
    #[error("{message}")]
    Python {
        /// What happened: of the code's own failures with Python's trace.
        message: String,
        /// Byte offset in the code of the line that it happened in.
        offset: Option<usize>,
        /// What to do about it.
        help: Option<String>,
    },
    /// The statement was interrupted on request.
    #[error("the statement was cancelled")]
    Cancelled,
    /// A method of the engine cannot do what a template asks.
    #[error("adapter.{method} {message}")]
    Method {
        /// Its name.
        method: String,
        /// A clause that goes on after the name.
        message: String,
    },
}

impl AdapterError {
    /// Returns what to do about it, if that is known.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Connect { help, .. }
            | Self::Statement { help, .. }
            | Self::Python { help, .. } => help.as_deref(),
            _ => None,
        }
    }
}

/// Where a source is cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// It names what the source does not have.
    #[error("the location names `{0}`, which the source does not have")]
    Field(String),
    /// It is written in a way that is not known.
    #[error("`{0}` is no `formatter`")]
    Formatter(String),
    /// A plugin loads it.
    #[error("the plugin `{0}` is Python, which dsql does not load")]
    Plugin(String),
    /// Braces do not pair.
    #[error("the location has a brace without its partner")]
    Brace,
    /// A percent sign begins no name.
    #[error("the location has a `%` that begins no `%(name)s`")]
    Percent,
    /// A dollar sign begins no name.
    #[error("the location has a `$` that begins no name")]
    Dollar,
}

impl SourceError {
    /// Returns what to do.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Field(_) => {
                "a location can name `name`, `identifier`, `schema`, `database`, `tags` and what \
                 stands under `meta`"
            }
            Self::Formatter(_) => "write `newstyle`, `oldstyle` or `template`",
            Self::Plugin(_) => {
                "name a file by `external_location`, or a database under `attach` of the profile"
            }
            Self::Brace => "write `{{` for a brace that is meant",
            Self::Percent => "write `%%` for a percent sign that is meant",
            Self::Dollar => "write `$$` for a dollar sign that is meant",
        }
    }
}

/// What a connection was asked to do, where nothing is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// A transaction is opened.
    Begin,
    /// It is committed.
    Commit,
    /// SQL is sent.
    Sql(String),
}

/// A column as a project describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldColumn {
    /// Its name.
    pub name: String,
    /// Its type, where the project says it.
    pub data_type: Option<String>,
    /// Whether the name counts as it is written.
    pub quoted: bool,
}

/// Stops a connection from another thread.
pub trait Interrupt: Send + Sync {
    /// Stops the running statement. Every later one is [`AdapterError::Cancelled`] at once, so
    /// that nothing slips in between two statements of a node; only `rollback` still works.
    fn interrupt(&self);
}

/// One connection; used by one thread at a time.
pub trait Connection: Send {
    /// Sends SQL, one or several statements, and reads the last one's rows if `fetch` says so.
    /// `limit` stops reading after that many rows. Without `fetch` rows are computed and dropped.
    fn execute(
        &mut self,
        sql: &str,
        fetch: bool,
        limit: Option<usize>,
    ) -> Result<(Response, Table), AdapterError>;
    /// Sends SQL whose last statement has parameters.
    fn execute_with(&mut self, sql: &str, bindings: &[Cell]) -> Result<Response, AdapterError>;
    /// Starts a transaction; does nothing inside one.
    fn begin(&mut self) -> Result<(), AdapterError>;
    /// Ends a transaction; does nothing outside one. Fails, and rolls back, where a statement
    /// that failed has aborted the transaction.
    fn commit(&mut self) -> Result<(), AdapterError>;
    /// Gives a transaction up; does nothing outside one.
    fn rollback(&mut self) -> Result<(), AdapterError>;
    /// Tells whether a transaction is open, also one that the SQL sent has begun or ended.
    fn in_transaction(&self) -> bool;
    /// Returns a handle that stops running statements.
    fn interrupt_handle(&self) -> Arc<dyn Interrupt>;
    /// Tells whether the connection's handle was asked to stop it.
    fn is_interrupted(&self) -> bool;
    /// Describes the columns of a query without running it (`get_column_schema_from_query`).
    fn describe_query(&mut self, sql: &str) -> Result<Vec<Column>, AdapterError>;
    /// Lists the columns of a table, with types as the engine writes them, without sending SQL; none where that cannot be
    /// done.
    fn table_columns(&mut self, _table: &Relation) -> Option<Vec<(String, Option<String>)>> {
        None
    }
    /// Takes what was sent since the last time, where it is only written down.
    fn take_statements(&mut self) -> Vec<Statement> {
        Vec::new()
    }
    /// Copies a relation, as this connection's transaction sees it, into a table that is committed
    /// on its own, whatever becomes of the transaction. Makes its schema; replaces a table.
    fn copy_out(&mut self, from: &Relation, to: &Relation) -> Result<(), AdapterError>;
}

/// What an engine refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The query itself.
    Query,
    /// A text that is no query, whatever relations and functions there are.
    Text,
    /// A call with arguments that no function of that name takes.
    Arguments,
    /// A function of this name, which it does not have.
    Function(String),
    /// A relation that it does not have.
    Relation,
}

/// A method of `adapter` that only one engine has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// Names of its parameters, of which none has a default.
    pub parameters: &'static [&'static str],
}

/// What a template gives to a method of an engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// A plain value.
    Value(serde_json::Value),
    /// A relation.
    Relation(Relation),
}

/// One engine, opened for one target.
pub trait Adapter: Send + Sync {
    /// Name as in profiles (`type:`) and macro prefixes.
    fn name(&self) -> &'static str;
    /// Prefixes of macros for the engine, the nearest first.
    fn macro_prefixes(&self) -> Vec<&'static str> {
        vec![self.name()]
    }
    /// How the engine writes names.
    fn quoting(&self) -> Quoting {
        Quoting::default()
    }
    /// What the engine can do.
    fn capabilities(&self) -> Capabilities;
    /// The grammar by which its statements are read.
    fn grammar(&self) -> Grammar;
    /// Takes what to do while another process has the database open.
    fn heed(&mut self, _others: Others) {}
    /// Opens a connection to the database; all connections see the same database.
    fn connect(&self, name: &str) -> Result<Box<dyn Connection>, AdapterError>;
    /// Makes the same engine with empty databases in memory, which have schemas, and without files and networks. None
    /// where there is no engine at hand.
    fn empty(&self, _schemas: &[(&str, &str)]) -> Option<Result<Box<dyn Adapter>, AdapterError>> {
        None
    }
    /// Tells whether the columns of a query are the same whatever the rows.
    fn is_settled(&self, _sql: &str) -> bool {
        false
    }
    /// Says what a failed statement would be refused for in any database. None where rows, files or networks have a part
    /// in it.
    fn refused(&self, _error: &AdapterError) -> Option<Refused> {
        None
    }
    /// Tells whether the database has a function.
    fn has_function(
        &self,
        _connection: &mut dyn Connection,
        _name: &str,
    ) -> Result<bool, AdapterError> {
        Ok(true)
    }
    /// Puts faults before the statements of connections that are opened from here on.
    fn disturb(&self, _faults: Faults) {}
    /// Writes what is committed into the database's file, as closing would, which has less to do then.
    fn write_out(&self) {}
    /// Lets go of the database, which closes with its last connection.
    fn close(&self);
    /// Name of the database that relations are in unless configured.
    fn default_database(&self) -> &str;
    /// Returns the engine's names of types.
    fn type_names(&self) -> &'static TypeNames;
    /// Returns the engine's type for a column of values (`convert_type`); of numbers it counts
    /// whether they need digits after the point.
    fn convert_type(&self, cells: CellType, has_decimals: bool) -> &'static str;
    /// Puts a name into quotes (`quote`).
    fn quote(&self, identifier: &str) -> String {
        let quote = self.capabilities().quote;
        format!("{quote}{identifier}{quote}")
    }
    /// Returns the name of a foreign key's target as the engine takes it.
    fn foreign_key_target<'t>(&self, to: &'t str) -> &'t str {
        to
    }
    /// Returns what stands for a source in SQL, where it is no relation of the database.
    fn source_sql(&self, source: &Source) -> Result<Option<String>, SourceError>;
    /// Waits until a model may be built, where the engine cannot build some side by side. `keys`
    /// are the kinds of keys in the model's contract, and `index` if it has indexes. What it returns is held until the end.
    fn wait_for_turn(
        &self,
        connection: &mut dyn Connection,
        relation: &Relation,
        keys: &[&str],
    ) -> Result<Option<MutexGuard<'_, ()>>, AdapterError>;
    /// Lists the methods of `adapter` that only this engine has.
    fn methods(&self) -> &'static [Method];
    /// Calls one of them; it may change its arguments as Python's methods do. Without a connection,
    /// as while parsing, what needs one answers with nothing.
    fn call(
        &self,
        connection: Option<&mut dyn Connection>,
        method: &str,
        arguments: &mut [Argument],
    ) -> Result<serde_json::Value, AdapterError>;
    /// Runs the code of a model in Python, which writes to the database in the connection's
    /// transaction.
    fn run_python(
        &self,
        connection: &mut dyn Connection,
        job: &PythonJob<'_>,
    ) -> Result<Response, AdapterError>;
    /// Names the engine's release, and settings that the rows of queries depend on.
    fn identity(&self, connection: &mut dyn Connection) -> Result<String, AdapterError>;
    /// Finds what a query reads. `Err` within says why that cannot be known.
    fn reads(
        &self,
        connection: &mut dyn Connection,
        sql: &str,
    ) -> Result<Result<Reads, String>, AdapterError>;
    /// Digests and counts the rows of a query: equal digests are equal names, types and rows, in any
    /// order.
    fn content(
        &self,
        connection: &mut dyn Connection,
        query: &str,
    ) -> Result<(String, i64), AdapterError>;
    /// Looks at a relation; none if there is none of that name.
    fn relation_state(
        &self,
        connection: &mut dyn Connection,
        name: &FullName,
    ) -> Result<Option<RelationState>, AdapterError>;
    /// Finds the places in a seed's file that made loading it fail with `message`.
    fn explain_load(&self, seed: &Seed, file: FileId, message: &str) -> Vec<Diagnostic>;
    /// Returns the columns of a relation where no database can be asked.
    fn known_columns(&self, _relation: &Relation) -> Option<Vec<Column>> {
        None
    }
    /// Returns the columns of a query by its text, where no database can be asked.
    fn query_columns(&self, _sql: &str) -> Option<Vec<Column>> {
        None
    }
    /// Takes in the columns of a relation, where no database can be asked.
    fn tell_columns(&self, _relation: &Relation, _columns: Vec<ToldColumn>) {}
}
