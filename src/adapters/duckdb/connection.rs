//! One connection: statements, transactions, rows.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::advice;
use super::column::flatten;
use super::credentials::Retries;
use super::native::{
    Appender, DataType, EngineError, Interrupter, NUL_BYTE, Rows, Session, StatementKind,
    Statements,
};
use super::open::{retrying, run};
use super::position::marked_offset;
use super::type_name::{needs_keywords, quoted, type_name};
use super::values;
use crate::adapters::agate::{Value, query_table};
use crate::adapters::{
    AdapterError, Cell, Column, Connection, Faults, Interrupt, Relation, Response, Table,
};

/// A connection to a DuckDB database.
#[derive(Debug)]
pub(super) struct DuckDbConnection {
    session: Session,
    transaction: Transaction,
    retries: Retries,
    keywords: Arc<OnceLock<HashSet<String>>>,
    /// Held while something is committed, if DuckLake keeps a database: side by side, its commits
    /// give up after some attempts.
    commits: Option<Arc<Mutex<()>>>,
    /// What disturbs it.
    faults: Option<Arc<Faults>>,
}

/// What is known of the connection's transaction.
#[derive(Debug, Default)]
struct Transaction {
    is_open: bool,
    /// A statement failed since it began, so DuckDB may have given it up.
    may_be_aborted: bool,
}

impl DuckDbConnection {
    pub(super) fn new(
        session: Session,
        retries: Retries,
        keywords: Arc<OnceLock<HashSet<String>>>,
        commits: Option<Arc<Mutex<()>>>,
        faults: Option<Arc<Faults>>,
    ) -> Self {
        Self {
            session,
            transaction: Transaction::default(),
            retries,
            keywords,
            commits,
            faults,
        }
    }

    fn send(
        &mut self,
        sql: &str,
        bindings: &[Cell],
        fetch: bool,
        limit: Option<usize>,
    ) -> Result<Table, AdapterError> {
        let Self {
            session,
            transaction,
            retries,
            keywords,
            commits,
            faults,
        } = self;
        // What is sent outside of a transaction commits itself; queries are fetched.
        let commits = commits
            .as_deref()
            .filter(|_| !fetch && !transaction.is_open);
        let _turn = commits.map(|it| it.lock().unwrap_or_else(PoisonError::into_inner));
        if session.interrupter().is_requested() {
            return Err(AdapterError::Cancelled);
        }
        let mut failed_in = 0;
        let sent = retrying(retries, retries.query_attempts, || {
            let statements = session.extract(sql)?;
            let last = statements.len().saturating_sub(1);
            let mut table = Table::default();
            for index in 0..statements.len() {
                failed_in = index;
                let bindings = if index == last { bindings } else { &[] };
                disturbed(faults.as_deref(), sql)
                    .inspect_err(|_| transaction.failed(session, StatementKind::Other))?;
                let rows = start(session, &statements, index, bindings, transaction)?;
                let read = if fetch && index == last {
                    fetch_rows(session, rows, limit, keywords).map(|it| table = it)
                } else {
                    rows.drain()
                };
                read.inspect_err(|_| transaction.failed(session, StatementKind::Other))?;
            }
            Ok(table)
        });
        sent.map_err(|error| statement_error(session, sql, failed_in, error))
    }

    /// Runs one of `BEGIN`, `COMMIT`, `ROLLBACK`.
    fn control(&mut self, sql: &str, heed_interrupt: bool) -> Result<(), AdapterError> {
        let (session, transaction) = (&self.session, &mut self.transaction);
        if heed_interrupt && session.interrupter().is_requested() {
            return Err(AdapterError::Cancelled);
        }
        let statements = disturbed(self.faults.as_deref(), sql).and_then(|()| session.extract(sql));
        let run = statements.and_then(|it| it.prepare(0)?.run(heed_interrupt)?.drain());
        match run {
            Ok(()) => {
                transaction.done(session, StatementKind::Transaction);
                Ok(())
            }
            Err(error) => {
                transaction.failed(session, StatementKind::Transaction);
                Err(statement_error(session, sql, 0, error))
            }
        }
    }
}

impl Connection for DuckDbConnection {
    fn execute(
        &mut self,
        sql: &str,
        fetch: bool,
        limit: Option<usize>,
    ) -> Result<(Response, Table), AdapterError> {
        let table = self.send(sql, &[], fetch, limit)?;
        Ok((response(), table))
    }

    fn execute_with(&mut self, sql: &str, bindings: &[Cell]) -> Result<Response, AdapterError> {
        self.send(sql, bindings, false, None)?;
        Ok(response())
    }

    fn begin(&mut self) -> Result<(), AdapterError> {
        if self.transaction.is_open {
            return Ok(());
        }
        self.control("BEGIN", true)
    }

    fn commit(&mut self) -> Result<(), AdapterError> {
        if !self.transaction.is_open {
            return Ok(());
        }
        if self.session.interrupter().is_requested() {
            return Err(AdapterError::Cancelled);
        }
        if self.transaction.may_be_aborted {
            // DuckDB takes `COMMIT` of an aborted transaction, and rolls back without a word.
            if let Err(error) = run(&self.session, "SELECT 1") {
                self.rollback()?;
                return Err(statement_error(&self.session, "COMMIT", 0, error));
            }
        }
        let commits = self.commits.clone();
        let turn = commits.as_deref();
        let _turn = turn.map(|it| it.lock().unwrap_or_else(PoisonError::into_inner));
        self.control("COMMIT", true)
    }

    fn rollback(&mut self) -> Result<(), AdapterError> {
        let mut result = Ok(());
        // An interrupt meant for the statement before can hit the rollback: try again.
        for _ in 0..3 {
            if !self.transaction.is_open {
                return Ok(());
            }
            result = self.control("ROLLBACK", false);
            if !matches!(result, Err(AdapterError::Cancelled)) {
                break;
            }
        }
        result
    }

    fn in_transaction(&self) -> bool {
        self.transaction.is_open
    }

    fn interrupt_handle(&self) -> Arc<dyn Interrupt> {
        Arc::clone(self.session.interrupter()) as Arc<dyn Interrupt>
    }

    fn is_interrupted(&self) -> bool {
        self.session.interrupter().is_requested()
    }

    fn describe_query(&mut self, sql: &str) -> Result<Vec<Column>, AdapterError> {
        let session = &self.session;
        let columns = session.extract(sql).and_then(|statements| {
            if statements.len() != 1 {
                let message = "Parser Error: one query is needed to describe its columns";
                return Err(EngineError(message.to_owned()));
            }
            Ok(statements.prepare(0)?.columns())
        });
        let columns = columns.map_err(|error| statement_error(session, sql, 0, error))?;
        let types: Vec<_> = columns.iter().map(|(_, data_type)| data_type).collect();
        let keywords = keywords_for(session, &types, &self.keywords);
        let columns = columns.iter();
        Ok(columns
            .flat_map(|(name, data_type)| flatten(name, data_type, keywords))
            .collect())
    }

    fn table_columns(&mut self, table: &Relation) -> Option<Vec<(String, Option<String>)>> {
        let [Some(database), Some(schema), Some(name)] = table.parts() else {
            return None;
        };
        let columns = self.session.table_columns([database, schema, name])?;
        Some(with_type_names(&self.session, &columns, &self.keywords))
    }

    fn copy_out(&mut self, from: &Relation, to: &Relation) -> Result<(), AdapterError> {
        let sql = format!("SELECT * FROM {}", from.render());
        let copied = copy_out(&self.session, &sql, to, &self.keywords);
        copied.map_err(|error| statement_error(&self.session, &sql, 0, error))
    }
}

/// Copies the rows of a query into a table by a connection of its own.
fn copy_out(
    session: &Session,
    sql: &str,
    to: &Relation,
    keywords: &OnceLock<HashSet<String>>,
) -> Result<(), EngineError> {
    let mut rows = session.extract(sql)?.prepare(0)?.run(true)?;
    let columns = rows.columns();
    let types: Vec<_> = columns.iter().map(|(_, data_type)| data_type).collect();
    let keywords = keywords_for(session, &types, keywords);
    let columns = columns
        .iter()
        .map(|(name, data_type)| format!("{} {}", quoted(name), type_name(data_type, keywords)));
    let columns = columns.collect::<Vec<_>>().join(", ");
    let (table, schema) = (to.render(), to.without_identifier().render());
    let beside = session.sibling()?;
    run(&beside, "BEGIN")?;
    run(&beside, &format!("CREATE SCHEMA IF NOT EXISTS {schema}"))?;
    run(
        &beside,
        &format!("CREATE OR REPLACE TABLE {table} ({columns})"),
    )?;
    let mut appender = Appender::new(&beside, to.parts().map(Option::unwrap_or_default))?;
    while let Some(chunk) = rows.next()? {
        appender.append(&chunk)?;
    }
    appender.close()?;
    run(&beside, "COMMIT")
}

impl Interrupt for Interrupter {
    fn interrupt(&self) {
        Self::interrupt(self);
    }
}

/// dbt's answer for DuckDB says no more than that it went well.
fn response() -> Response {
    Response {
        message: "OK".to_owned(),
        code: None,
        rows_affected: None,
    }
}

/// Lets what disturbs a connection have its way before a statement.
fn disturbed(faults: Option<&Faults>, sql: &str) -> Result<(), EngineError> {
    faults.map_or(Ok(()), |it| it.before(sql).map_err(EngineError))
}

/// Starts one statement of several, and follows what it does to the transaction.
fn start<'s>(
    session: &'s Session,
    statements: &Statements<'s>,
    index: u64,
    bindings: &[Cell],
    transaction: &mut Transaction,
) -> Result<Rows<'s>, EngineError> {
    let mut kind = StatementKind::Other;
    let mut run = || {
        let mut prepared = statements.prepare(index)?;
        kind = prepared.kind();
        prepared.bind(bindings)?;
        prepared.run(true)
    };
    let started = run();
    match &started {
        Ok(_) => transaction.done(session, kind),
        Err(_) => transaction.failed(session, kind),
    }
    started
}

impl Transaction {
    /// Follows a statement that went well. One that controls transactions can only do so by
    /// ending one that is open or beginning one where none is.
    fn done(&mut self, session: &Session, kind: StatementKind) {
        match kind {
            StatementKind::Transaction => {
                self.is_open = !self.is_open;
                self.may_be_aborted = false;
            }
            StatementKind::Execute => self.ask(session),
            StatementKind::Other => {}
        }
    }

    /// Follows a statement that failed. A transaction stays open then, aborted or not, unless
    /// it was the end of it that failed.
    fn failed(&mut self, session: &Session, kind: StatementKind) {
        if kind != StatementKind::Other {
            self.ask(session);
        }
        self.may_be_aborted = self.is_open;
    }

    /// Asks DuckDB: within a transaction its number stays the same from one query to the next,
    /// and an aborted one answers no query.
    fn ask(&mut self, session: &Session) {
        let number = || {
            let statements = session.extract("SELECT txid_current()")?;
            let mut rows = statements.prepare(0)?.run(false)?;
            let chunk = rows.next()?;
            let vector = chunk.as_ref().and_then(|chunk| chunk.column(0));
            let value = vector.and_then(|it| values::read(&it, 0, "UTC").ok());
            Ok::<_, EngineError>(value.unwrap_or(Value::Null))
        };
        self.is_open = match (number(), number()) {
            (Ok(first), Ok(second)) => first == second,
            (Err(error), _) | (_, Err(error)) => error.0.contains("transaction is aborted"),
        };
    }
}

fn fetch_rows(
    session: &Session,
    mut rows: Rows<'_>,
    limit: Option<usize>,
    keywords: &OnceLock<HashSet<String>>,
) -> Result<Table, EngineError> {
    let columns = rows.columns();
    let zone = session.setting("TimeZone").unwrap_or_default();
    let limit = limit.unwrap_or(usize::MAX);
    let mut read = Vec::new();
    while read.len() < limit {
        let Some(chunk) = rows.next()? else { break };
        let vectors: Option<Vec<_>> = (0..columns.len()).map(|at| chunk.column(at)).collect();
        let vectors = vectors.unwrap_or_default();
        for row in 0..chunk.len().min(limit - read.len()) {
            let cells: Result<Vec<_>, _> = (vectors.iter().zip(&*columns))
                .map(|(vector, column)| {
                    values::read(vector, row, &zone).map_err(|_| unreadable(&column.0))
                })
                .collect();
            read.push(cells?);
        }
    }
    let columns = with_type_names(session, &columns, keywords);
    Ok(query_table(columns, read))
}

/// Lists columns with types as DuckDB writes them.
fn with_type_names(
    session: &Session,
    columns: &[(String, DataType)],
    keywords: &OnceLock<HashSet<String>>,
) -> Vec<(String, Option<String>)> {
    let types: Vec<_> = columns.iter().map(|(_, data_type)| data_type).collect();
    let keywords = keywords_for(session, &types, keywords);
    let columns = columns.iter();
    let columns = columns.map(|(name, it)| (name.clone(), Some(type_name(it, keywords))));
    columns.collect()
}

fn unreadable(column: &str) -> EngineError {
    EngineError(format!(
        "Not implemented Error: dsql cannot read values of the type of column \"{column}\": cast \
         it to VARCHAR"
    ))
}

/// Returns DuckDB's keywords if writing the types needs them; asked for once.
fn keywords_for<'k>(
    session: &Session,
    types: &[&DataType],
    keywords: &'k OnceLock<HashSet<String>>,
) -> &'k HashSet<String> {
    static NONE: OnceLock<HashSet<String>> = OnceLock::new();
    if types.iter().any(|data_type| needs_keywords(data_type)) {
        keywords.get_or_init(|| super::keywords(session).unwrap_or_default())
    } else {
        NONE.get_or_init(HashSet::new)
    }
}

fn statement_error(session: &Session, sql: &str, index: u64, error: EngineError) -> AdapterError {
    if error.is_interrupt() {
        return AdapterError::Cancelled;
    }
    AdapterError::Statement {
        offset: offset(session, sql, index, &error.0),
        help: advice::on_statement(&error.0),
        message: error.0,
    }
}

/// Returns the byte of the whole text that an error in the statement `index` points at.
///
/// DuckDB counts a place from the start of the whole text but marks it in the statement's own
/// part: for all but the first statement the mark is too far to the right, or missing. What
/// fails before it runs is therefore prepared again from that part alone.
fn offset(session: &Session, sql: &str, index: u64, message: &str) -> Option<usize> {
    if message.contains(NUL_BYTE) {
        return sql.find('\0');
    }
    if index == 0 {
        return marked_offset(sql, message);
    }
    let start = statement_start(session, sql, index)?;
    let end = statement_start(session, sql, index + 1).map_or(sql.len(), |next| next - 1);
    let part = &sql[start..end];
    let again = session.extract(part).and_then(|it| it.prepare(0)).err();
    let same = again.filter(|again| again.0.lines().next() == message.lines().next());
    match same {
        Some(again) => marked_offset(part, &again.0).map(|at| start + at),
        None => marked_offset(part, message),
    }
}

/// Finds where a statement starts: after the shortest part of the text that DuckDB reads as all
/// statements before it.
fn statement_start(session: &Session, sql: &str, index: u64) -> Option<usize> {
    let ends = sql.match_indices(';').map(|(at, _)| at + 1);
    let mut ends = ends.filter(|end| {
        session
            .extract(&sql[..*end])
            .is_ok_and(|statements| statements.len() == index)
    });
    ends.next()
}
