//! What stands for a connection: it takes statements and runs none.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::adapters::{
    AdapterError, Cell, Column, Connection, Interrupt, Relation, Response, Statement, Table,
};

/// Keeps what is sent.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    statements: Vec<Statement>,
    /// Whether all that a node sends can be one transaction.
    has_transactions: bool,
    in_transaction: bool,
    stop: Arc<Stop>,
}

#[derive(Debug, Default)]
struct Stop(AtomicBool);

impl Interrupt for Stop {
    fn interrupt(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Recorder {
    pub(super) fn new(has_transactions: bool) -> Self {
        Self {
            has_transactions,
            ..Self::default()
        }
    }

    fn keep(&mut self, sql: &str) -> Result<Response, AdapterError> {
        if self.is_interrupted() {
            return Err(AdapterError::Cancelled);
        }
        self.statements.push(Statement::Sql(sql.to_owned()));
        Ok(Response {
            message: "OK".to_owned(),
            ..Response::default()
        })
    }
}

impl Connection for Recorder {
    fn execute(
        &mut self,
        sql: &str,
        _fetch: bool,
        _limit: Option<usize>,
    ) -> Result<(Response, Table), AdapterError> {
        Ok((self.keep(sql)?, Table::default()))
    }

    fn execute_with(&mut self, sql: &str, bindings: &[Cell]) -> Result<Response, AdapterError> {
        let sql = filled_in(sql, bindings);
        self.keep(&sql)
    }

    fn begin(&mut self) -> Result<(), AdapterError> {
        if self.has_transactions && !self.in_transaction {
            self.in_transaction = true;
            self.statements.push(Statement::Begin);
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), AdapterError> {
        if self.in_transaction {
            self.in_transaction = false;
            self.statements.push(Statement::Commit);
        }
        Ok(())
    }

    fn rollback(&mut self) -> Result<(), AdapterError> {
        self.in_transaction = false;
        Ok(())
    }

    fn in_transaction(&self) -> bool {
        self.in_transaction
    }

    fn interrupt_handle(&self) -> Arc<dyn Interrupt> {
        self.stop.clone()
    }

    fn is_interrupted(&self) -> bool {
        self.stop.0.load(Ordering::SeqCst)
    }

    fn describe_query(&mut self, _sql: &str) -> Result<Vec<Column>, AdapterError> {
        Ok(Vec::new())
    }

    fn take_statements(&mut self) -> Vec<Statement> {
        std::mem::take(&mut self.statements)
    }

    fn copy_out(&mut self, _: &Relation, _: &Relation) -> Result<(), AdapterError> {
        // There are no rows.
        Ok(())
    }
}

/// Puts values in the place of `%s`, one after the other.
fn filled_in(sql: &str, bindings: &[Cell]) -> String {
    let mut parts = sql.split("%s");
    let mut text = parts.next().unwrap_or_default().to_owned();
    let mut bindings = bindings.iter();
    for part in parts {
        let value = bindings.next().map_or("%s".to_owned(), literal);
        text.push_str(&value);
        text.push_str(part);
    }
    text
}

fn literal(cell: &Cell) -> String {
    match cell {
        Cell::Null => "null".to_owned(),
        Cell::Boolean(_) | Cell::Integer(_) | Cell::Decimal(_) => cell.to_string().to_lowercase(),
        other => format!("'{}'", other.to_string().replace('\'', "''")),
    }
}
